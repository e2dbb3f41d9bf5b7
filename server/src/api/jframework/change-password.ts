import { passwordTries, UNCHECKED } from '../../app/passwords.ts';
import type { Answer } from '../../app/submission.ts';
import type { PasswordProof } from '../../core/user/commands.ts';
import { addressBlockOf } from '../shared/client-address.ts';
import type { Handler } from '../shared/route.ts';
import { reader } from '../shared/schema.ts';
import { answerOf, idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import { JFRAMEWORK } from './brands.ts';
import { callOf, commandTo, idOf } from './call.ts';
import { success } from './envelope.ts';
import { passwordCommand, type WantedPassword } from './password-change.ts';
import { ChangeOwnPasswordBody, ChangePasswordBody } from './password-schema.ts';
import { invalidBody, readBody } from './read-body.ts';
import { type Context, inBrand } from './services.ts';

const CONFIRMATION = [{ code: 'InvalidConfirmPassword', message: 'The confirmPassword is not the newPassword.' }];

const BY_CURRENT: PasswordProof = { kind: 'current', check: UNCHECKED };

/** PUT /users/change-password: one's own, by the one that holds so far. A wrong one is counted like a failed sign-in. */
export function changeOwnPassword(context: Context): Handler {
  const body = reader(ChangeOwnPasswordBody);
  return changing(context, 'change-own-password', (request, callerId) => {
    const sent = readBody(request, body);
    return { sent, userId: callerId, wanted: { current: sent.oldPassword, proofOf: () => BY_CURRENT } };
  });
}

/** PUT /users/{id}/change-password: by right. */
export function changePassword(context: Context): Handler {
  const body = reader(ChangePasswordBody);
  return changing(context, 'change-password', (request) => {
    const sent = readBody(request, body);
    return { sent, userId: idOf(request), wanted: { proofOf: () => null } };
  });
}

interface Change {
  readonly sent: ChangePasswordBody;
  readonly userId: string;
  readonly wanted: Omit<WantedPassword, 'plain'>;
}

/** Either ends every session of the user, the caller's own too. */
function changing(
  context: Context,
  name: string,
  read: (request: Parameters<Handler>[0], callerId: string) => Change,
): Handler {
  const { users, limits } = context;
  return async (request) => {
    const { brand, caller } = await callOf(request, context);
    const { sent, userId, wanted } = read(request, caller.userId);
    if (sent.confirmPassword !== sent.newPassword) throw invalidBody(CONFIRMATION);
    const ifMatch = ifMatchOf(request);
    const idempotency = idempotencyOf(request, { dialect: JFRAMEWORK, name, caller, body: sent });
    const target = inBrand(brand, { id: userId });
    const change = { ...wanted, plain: sent.newPassword };
    const submit = async (): Promise<Answer> =>
      answerOf(
        await users.submitChecked(async () => ({
          ...commandTo(target, request, caller),
          command: (await passwordCommand(change, caller, target, brand, context)).command,
          ifMatch,
          idempotency,
          answer: ({ user }) => success(200, 'true', user.version),
        })),
      );
    // Where a right is asked for there is nothing to guess, and nobody else's tries may count against the user.
    if (wanted.current === undefined) return submit();
    return limits.run('signIn', { user: passwordTries(userId, caller), address: addressBlockOf(request) }, submit);
  };
}
