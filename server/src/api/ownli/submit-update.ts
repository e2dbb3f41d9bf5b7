import type { FastifyRequest } from 'fastify';
import type { Users } from '../../app/users.ts';
import { DomainError } from '../../core/errors.ts';
import type { UpdateUser } from '../../core/user/commands.ts';
import { EMPTY_USER, type User } from '../../core/user/user.ts';
import { type Answer, paramsOf } from '../shared/dialect.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import type { PartnerCaller } from './partners.ts';
import { userOf } from './target.ts';
import { outcomeAnswer } from './user-view.ts';

/** The part of the record that this API shows and changes. */
export type Shown = Pick<User, 'profile' | 'email' | 'phone' | 'address' | 'extra' | 'policy'>;

/** A request to change the user that `:userId` names. */
export interface Update<B> {
  readonly caller: PartnerCaller;
  /** Of the operation, for idempotency keys. */
  readonly name: string;
  readonly body: B;
  /** What the body asks for, given what the record shows; throws DomainErrors for bad values. */
  readonly read: (body: B, shown: Shown) => UpdateUser;
}

/** Changes a user and answers it whole. @throws DomainError */
export async function submitUpdate<B>(users: Users, request: FastifyRequest, update: Update<B>): Promise<Answer> {
  const { caller, name, body, read } = update;
  try {
    const receipt = await users.submit({
      type: 'command',
      caller,
      dialect: 'ownli',
      requestId: request.id,
      target: userOf(caller.organizationId, { id: paramsOf(request).userId ?? '' }),
      command: (user) => commandOf(update, user),
      ifMatch: ifMatchOf(request),
      idempotency: idempotencyOf(request, { dialect: 'ownli', name, caller, body }),
      answer: outcomeAnswer,
    });
    return answerOf(receipt);
  } catch (error) {
    // Values are read against the record, but a bad one comes before a missing user in the order of answers.
    if (error instanceof DomainError && error.reason === 'user_not_found') read(body, EMPTY_USER);
    throw error;
  }
}

/** A bad value is judged with the command: after permission, precondition and replay, which it must not come before. */
function commandOf<B>({ body, read }: Update<B>, user: User): UpdateUser {
  try {
    return read(body, user);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { type: 'update-user', violation: error };
  }
}
