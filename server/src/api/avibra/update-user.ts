import { DomainError } from '../../core/errors.ts';
import type { UpdateUser } from '../../core/user/commands.ts';
import type { Handler } from '../shared/route.ts';
import type { Authenticate } from './authenticate.ts';
import { readContacts } from './contacts.ts';
import { type Operation, readCall } from './read-call.ts';
import type { RunCall } from './run-call.ts';
import { readUpdateUserInfo, type UpdateUserInfo } from './schema.ts';

const UPDATE_USER: Operation<UpdateUserInfo> = { name: 'update-user', read: readUpdateUserInfo, commandOf };

/** `POST /user/account/update`: changes names, e-mail and phone of a user; what is left out keeps its value. */
export function updateUser(authenticate: Authenticate, run: RunCall): Handler {
  return async (request) => run(request, await readCall(request, authenticate, UPDATE_USER));
}

function commandOf(info: UpdateUserInfo): UpdateUser {
  const contacts = readContacts(info);
  if (Object.keys(contacts).length === 0) {
    throw new DomainError('value_required', { field: 'firstname, lastname, email or phone' });
  }
  return { type: 'update-user', ...contacts };
}
