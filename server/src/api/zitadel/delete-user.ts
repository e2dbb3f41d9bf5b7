import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { DeleteUserResponseSchema } from './protocol/user-service.ts';
import { withDetails, writeOn } from './write-on.ts';

/** Deletes a user, human or machine, for good. */
export function deleteUser({ users }: Pick<ZitadelServices, 'users'>): HandlerOf<'deleteUser'> {
  const answer = withDetails(DeleteUserResponseSchema);
  return async (call) => resultOf(await users.submit(writeOn(call, { command: { type: 'delete-user' }, answer })));
}
