import { NotificationType } from '@zitadel/proto/zitadel/user/v2/password_pb';
import type { HandlerOf, ZitadelServices } from './method.ts';
import { PasswordResetResponseSchema } from './protocol/user-service.ts';
import { requestedCode } from './requested-code.ts';
import { submitSending } from './submit-sending.ts';
import { codeAs, withDetails } from './write-on.ts';

/** Makes a reset code, which goes out by mail unless the request says otherwise. */
export function passwordReset(
  services: Pick<ZitadelServices, 'users' | 'codes' | 'limits' | 'repeats'>,
): HandlerOf<'passwordReset'> {
  return async (call) => {
    const { userId, medium } = call.message;
    const { code, plain } = requestedCode(medium, userId, 'password', services.codes);
    const isText = medium.case === 'sendLink' && medium.value.notificationType === NotificationType.SMS;
    const command = { type: 'request-password-reset', code, channel: isText ? 'phone' : 'email' } as const;
    const answer = withDetails(PasswordResetResponseSchema, codeAs('verificationCode', plain));
    return submitSending(call, command, answer, services);
  };
}
