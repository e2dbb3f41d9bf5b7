import { DomainError } from '../../core/errors.ts';
import type { UpdateUser } from '../../core/user/commands.ts';
import type { Handler } from '../shared/route.ts';
import type { Authenticate } from './authenticate.ts';
import { optional, readEmail, readName, readPhone } from './fields.ts';
import { type Operation, readCall } from './read-call.ts';
import type { RunCall } from './run-call.ts';
import { readUpdateUserInfo, type UpdateUserInfo } from './schema.ts';

const UPDATE_USER: Operation<UpdateUserInfo> = { name: 'update-user', read: readUpdateUserInfo, commandOf };

/** `POST /user/account/update`: changes names, e-mail and phone of a user; what is left out keeps its value. */
export function updateUser(authenticate: Authenticate, run: RunCall): Handler {
  return async (request) => run(request, await readCall(request, authenticate, UPDATE_USER));
}

function commandOf(info: UpdateUserInfo): UpdateUser {
  const givenName = optional(info.firstname, (text) => readName('firstname', text));
  const familyName = optional(info.lastname, (text) => readName('lastname', text));
  const email = optional(info.email, (text) => readEmail('email', text));
  const phone = optional(info.phone, (text) => readPhone('phone', text));
  const profile = {
    ...(givenName !== undefined && { givenName }),
    ...(familyName !== undefined && { familyName }),
  };
  const command: UpdateUser = {
    type: 'update-user',
    ...(Object.keys(profile).length > 0 && { profile }),
    ...(email !== undefined && { email: { value: email } }),
    ...(phone !== undefined && { phone: { value: phone } }),
  };
  if (Object.keys(command).length === 1) {
    throw new DomainError('value_required', { field: 'firstname, lastname, email or phone' });
  }
  return command;
}
