import { answered } from '../../../app/users.ts';
import { DomainError } from '../../../core/errors.ts';
import { holdingName } from '../../../core/organization.ts';
import type { Command } from '../../../core/user/commands.ts';
import type { User } from '../../../core/user/user.ts';
import { matches } from '../../shared/conditional.ts';
import type { Handler } from '../../shared/route.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../../shared/submit.ts';
import { JFRAMEWORK } from '../brands.ts';
import { callOf, commandTo, idOf } from '../call.ts';
import { success } from '../envelope.ts';
import { type Context, inBrand } from '../services.ts';
import { catalogueOf } from './catalogue.ts';
import { idsIn } from './ids-in.ts';
import { entryOf } from './kind.ts';
import { ROLES } from './roles.ts';

const NAME = 'assign-users-to-role';
const userIdsIn = idsIn('userIds');

/**
 * POST /roles/{id}/users: gives the role to users. Ids that are nobody's are passed over. Whether each of the others may
 * be given it is asked before the first one is.
 */
export function assignUsersToRole(context: Context): Handler {
  const { users, repeats } = context;
  return async (request) => {
    await answered(users.directory.latest());
    const { brand, caller } = await callOf(request, context);
    const named = userIdsIn(request);
    await users.checkCapability(caller, 'role', brand.organization.id);
    const role = holdingName(entryOf(ROLES, catalogueOf(brand.organization), idOf(request)));
    const found = await Promise.all(named.map((id) => users.find(inBrand(brand, { id }))));
    const people = found.filter((user) => user !== null);
    const command = ({ membership: { roles } }: User): Command => ({
      type: 'update-user',
      membership: { roles: roles.includes(role) ? roles : [...roles, role] },
    });
    for (const user of people) await users.checkPermission(caller, command(user), user);
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name: NAME, caller, body: named });
    const ifMatch = ifMatchOf(request);
    const receipt = await repeats.once(idempotency, async () => {
      if (!matches(ifMatch, brand.version)) throw new DomainError('version_conflict');
      const answer = success(200, 'true', brand.version);
      const given = people.map(({ id }) =>
        users.submit({ ...commandTo(inBrand(brand, { id }), request, caller), command, answer: () => answer }),
      );
      const failed = (await Promise.allSettled(given)).find(isRefused);
      if (failed !== undefined) throw failed.reason;
      return answer;
    });
    return answerOf(receipt);
  };
}

/** Who was deleted in the meantime is passed over too. */
function isRefused(result: PromiseSettledResult<unknown>): result is PromiseRejectedResult {
  if (result.status === 'fulfilled') return false;
  return !(result.reason instanceof DomainError && result.reason.reason === 'user_not_found');
}
