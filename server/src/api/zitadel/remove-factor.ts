import type { RemoveFactor } from '../../core/user/commands.ts';
import { type MethodHandler, resultOf, type ZitadelServices } from './method.ts';
import {
  RemoveOTPEmailResponseSchema,
  RemoveOTPSMSResponseSchema,
  RemoveRecoveryCodesResponseSchema,
  RemoveTOTPResponseSchema,
} from './protocol/user-service.ts';
import { type Write, withDetails, writeOn } from './write-on.ts';

type Services = Pick<ZitadelServices, 'users'>;
type Handler = MethodHandler<{ readonly userId: string }>;

/** Also what was begun and not verified. */
export function removeTotp(services: Services): Handler {
  return removing('totp', withDetails(RemoveTOTPResponseSchema), services);
}

export function removeOtpSms(services: Services): Handler {
  return removing('otpSms', withDetails(RemoveOTPSMSResponseSchema), services);
}

export function removeOtpEmail(services: Services): Handler {
  return removing('otpEmail', withDetails(RemoveOTPEmailResponseSchema), services);
}

export function removeRecoveryCodes(services: Services): Handler {
  return removing('recoveryCodes', withDetails(RemoveRecoveryCodesResponseSchema), services);
}

function removing(factor: RemoveFactor['factor'], answer: Write['answer'], { users }: Services): Handler {
  return async (call) =>
    resultOf(await users.submit(writeOn(call, { kind: 'human', command: { type: 'remove-factor', factor }, answer })));
}
