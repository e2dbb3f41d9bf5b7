import { NotificationType } from '@zitadel/proto/zitadel/user/v2/password_pb';
import { type PasswordResetRequest, PasswordResetResponseSchema } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import type { Codes } from '../../app/codes.ts';
import type { RequestPasswordReset } from '../../core/user/commands.ts';
import { checkedTemplate } from './contacts.ts';
import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { submitSending } from './submit-sending.ts';
import { codeAs, withDetails, writeOn } from './write-on.ts';

/** Makes a reset code, which goes out by mail unless the request says otherwise. */
export function passwordReset(
  services: Pick<ZitadelServices, 'users' | 'codes' | 'limits'>,
): HandlerOf<'passwordReset'> {
  return async (call) => {
    const { command, returned } = prepare(call.message, services.codes);
    const answer = withDetails(PasswordResetResponseSchema, codeAs('verificationCode', returned));
    const write = { kind: 'human', command, isSecret: returned !== null, answer } as const;
    return resultOf(await submitSending({ ...writeOn(call, write), command }, services));
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
