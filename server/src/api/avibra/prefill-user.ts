import type { Handler } from '../shared/route.ts';
import { readContacts } from './contacts.ts';
import { type CreateUserOptions, newUser } from './create-user.ts';
import { readAddress } from './fields.ts';
import { type Operation, readCall } from './read-call.ts';
import { type PrefillInfo, readPrefillInfo } from './schema.ts';

/**
 * `POST /user/prefill`: keeps what a registration page shall show of somebody, whose enrolment is thereby requested. A
 * repeated key is refused as long as the request that was made under it stands, so no answer is kept to be given again.
 */
export function prefillUser({ authenticate, run, nextId }: CreateUserOptions): Handler {
  const operation: Operation<PrefillInfo> = {
    name: 'prefill-user',
    read: readPrefillInfo,
    commandOf: (info, partner, key) => ({
      ...newUser(info.userid, partner, nextId),
      ...readContacts(info),
      address: readAddress(info.address ?? {}),
      enrolment: { partner: partner.name, knownAs: info.userid, step: 'request', key },
    }),
  };
  return async (request) =>
    run(request, { ...(await readCall(request, authenticate, operation)), idempotency: undefined });
}
