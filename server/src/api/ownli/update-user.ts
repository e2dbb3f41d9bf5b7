import { DomainError } from '../../core/errors.ts';
import type { UpdateUser } from '../../core/user/commands.ts';
import { EMPTY_USER, type User } from '../../core/user/user.ts';
import { paramsOf } from '../shared/dialect.ts';
import type { Route } from '../shared/route.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import { bodyOf, type UpdateUserBody, updateUserBody } from './schema.ts';
import type { OwnliServices } from './services.ts';
import { userOf } from './target.ts';
import { updateOf } from './user-patch.ts';
import { outcomeAnswer } from './user-view.ts';

/** `PUT /api/users/:userId`: changes the members sent, keeps the others, answers the whole user. */
export function updateUser({ users, authenticate }: Pick<OwnliServices, 'users' | 'authenticate'>): Route {
  return {
    method: 'PUT',
    path: '/api/users/:userId',
    handler: async (request) => {
      const caller = await authenticate(request, 'unauthenticated');
      const body = bodyOf(request, updateUserBody);
      try {
        const receipt = await users.submit({
          type: 'command',
          caller,
          dialect: 'ownli',
          requestId: request.id,
          target: userOf(caller.organizationId, { id: paramsOf(request).userId ?? '' }),
          command: (user) => commandOf(body, user),
          ifMatch: ifMatchOf(request),
          idempotency: idempotencyOf(request, { dialect: 'ownli', name: 'update-user', caller, body }),
          answer: outcomeAnswer,
        });
        return answerOf(receipt);
      } catch (error) {
        // Values are read against the record, but a bad one comes before a missing user in the order of answers.
        if (error instanceof DomainError && error.reason === 'user_not_found') updateOf(body, EMPTY_USER);
        throw error;
      }
    },
  };
}

/** A bad value is judged with the command: after permission, precondition and replay, which it must not come before. */
function commandOf(body: UpdateUserBody, user: User): UpdateUser {
  try {
    return updateOf(body, user);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { type: 'update-user', violation: error };
  }
}
