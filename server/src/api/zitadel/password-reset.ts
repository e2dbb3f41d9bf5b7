import { NotificationType } from '@zitadel/proto/zitadel/user/v2/password_pb';
import { type PasswordResetRequest, PasswordResetResponseSchema } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import type { Codes } from '../../app/codes.ts';
import type { RequestPasswordReset } from '../../core/user/commands.ts';
import { checkedTemplate } from './contacts.ts';
import { writeDetails } from './details.ts';
import { answerWith, type HandlerOf, resultOf, secretly, type ZitadelServices } from './method.ts';
import { SECTION } from './section.ts';

/** Makes a reset code, which goes out by mail unless the request says otherwise. */
export function passwordReset({ users, codes }: Pick<ZitadelServices, 'users' | 'codes'>): HandlerOf<'passwordReset'> {
  return async ({ message, caller, requestId, ifMatch, idempotency }) => {
    const { command, returned } = prepare(message, codes);
    const receipt = await users.submit({
      type: 'command',
      caller,
      dialect: SECTION,
      requestId,
      target: { id: message.userId, kind: 'human', section: SECTION },
      command,
      ifMatch,
      idempotency: returned === null ? idempotency : secretly(idempotency),
      answer: (outcome) =>
        answerWith(
          PasswordResetResponseSchema,
          { details: writeDetails(outcome), ...(returned !== null && { verificationCode: returned }) },
          outcome.user.version,
        ),
    });
    return resultOf(receipt);
  };
}

interface Prepared {
  readonly command: RequestPasswordReset;
  readonly returned: string | null;
}

function prepare({ userId, medium }: PasswordResetRequest, codes: Codes): Prepared {
  const type = 'request-password-reset';
  if (medium.case === 'returnCode') {
    const { plain, code } = codes.toReturn(userId, 'password');
    return { command: { type, code, channel: 'email' }, returned: plain };
  }
  const template = checkedTemplate(medium.value?.urlTemplate);
  const channel = medium.value?.notificationType === NotificationType.SMS ? 'phone' : 'email';
  return { command: { type, code: codes.toSend(userId, 'password', template), channel }, returned: null };
}
