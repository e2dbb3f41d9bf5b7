import type { UpdateUser } from '../../core/user/commands.ts';
import type { Handler } from '../shared/route.ts';
import type { Authenticate } from './authenticate.ts';
import type { Partner } from './partners.ts';
import { type Operation, readCall } from './read-call.ts';
import type { RunCall } from './run-call.ts';
import { readUserName, type UserName } from './schema.ts';

const NAME = 'cancel-user';

const BY_PATH: Operation<Pick<UserName, 'userid'>> = {
  name: NAME,
  read: (_body, { userid = '' }) => ({ userid }),
  commandOf,
};
const BY_BODY: Operation<UserName> = { name: NAME, read: readUserName, commandOf };

/** `DELETE /user/account/cancel/{userid}`, which was a POST before: ends what the user has from the partner. */
export function cancelUser(authenticate: Authenticate, run: RunCall): Handler {
  return async (request) => run(request, await readCall(request, authenticate, BY_PATH));
}

/** `POST /user/account/cancel`: the same, with the user in the body. */
export function cancelNamedUser(authenticate: Authenticate, run: RunCall): Handler {
  return async (request) => run(request, await readCall(request, authenticate, BY_BODY));
}

function commandOf({ userid }: Pick<UserName, 'userid'>, { name }: Partner): UpdateUser {
  return { type: 'update-user', enrolment: { partner: name, knownAs: userid, step: 'cancel' } };
}
