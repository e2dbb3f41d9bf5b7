import { DeleteUserResponseSchema } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { writeDetails } from './details.ts';
import { answerWith, type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { SECTION } from './section.ts';

/** Deletes a user, human or machine, for good. */
export function deleteUser({ users }: Pick<ZitadelServices, 'users'>): HandlerOf<'deleteUser'> {
  return async ({ message, caller, requestId, ifMatch, idempotency }) => {
    const receipt = await users.submit({
      type: 'command',
      caller,
      dialect: SECTION,
      requestId,
      target: { id: message.userId, section: SECTION },
      command: { type: 'delete-user' },
      ifMatch,
      idempotency,
      answer: (outcome) =>
        answerWith(DeleteUserResponseSchema, { details: writeDetails(outcome) }, outcome.user.version),
    });
    return resultOf(receipt);
  };
}
