import { AuthFactorState } from '@zitadel/proto/zitadel/user/v2/user_pb';
import { isRegistered } from '../../core/user/factors.ts';
import { etag } from '../shared/conditional.ts';
import { listDetails } from './details.ts';
import { type HandlerOf, readResult, type ZitadelServices } from './method.ts';
import { ListPasskeysResponseSchema } from './protocol/user-service.ts';
import { SECTION } from './section.ts';

/** The passkeys that a user has; registrations that are not finished are none. */
export function listPasskeys({ users, clock }: Pick<ZitadelServices, 'users' | 'clock'>): HandlerOf<'listPasskeys'> {
  return async ({ caller, message }) => {
    const user = await users.read(caller, { id: message.userId, kind: 'human', section: SECTION });
    const passkeys = user.factors.passkeys.filter(isRegistered);
    const response = {
      details: listDetails(passkeys.length, user.sequence, clock()),
      result: passkeys.map(({ id, name }) => ({ id, name, state: AuthFactorState.READY })),
    };
    return readResult(ListPasskeysResponseSchema, response, etag(user.version));
  };
}
