import type { AddOtp } from '../../core/user/commands.ts';
import { type MethodHandler, resultOf, type ZitadelServices } from './method.ts';
import { AddOTPEmailResponseSchema, AddOTPSMSResponseSchema } from './protocol/user-service.ts';
import { type Write, withDetails, writeOn } from './write-on.ts';

type Services = Pick<ZitadelServices, 'users'>;
type Handler = MethodHandler<{ readonly userId: string }>;

/** Codes by SMS at sign-in, to a phone number that is verified. */
export function addOtpSms(services: Services): Handler {
  return adding('otpSms', withDetails(AddOTPSMSResponseSchema), services);
}

/** Codes by mail at sign-in, to an e-mail address that is verified. */
export function addOtpEmail(services: Services): Handler {
  return adding('otpEmail', withDetails(AddOTPEmailResponseSchema), services);
}

function adding(factor: AddOtp['factor'], answer: Write['answer'], { users }: Services): Handler {
  return async (call) =>
    resultOf(await users.submit(writeOn(call, { kind: 'human', command: { type: 'add-otp', factor }, answer })));
}
