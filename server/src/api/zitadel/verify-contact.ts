import { type MethodHandler, resultOf, type ZitadelServices } from './method.ts';
import { VerifyEmailResponseSchema, VerifyPhoneResponseSchema } from './protocol/user-service.ts';
import { type Write, withDetails, writeOn } from './write-on.ts';

type Services = Pick<ZitadelServices, 'users' | 'codes'>;
type Handler = MethodHandler<{ readonly userId: string; readonly verificationCode: string }>;

export function verifyEmail(services: Services): Handler {
  return verifying('email', withDetails(VerifyEmailResponseSchema), services);
}

export function verifyPhone(services: Services): Handler {
  return verifying('phone', withDetails(VerifyPhoneResponseSchema), services);
}

/** Whoever holds the code proves the contact; a wrong one is counted. */
function verifying(contact: 'email' | 'phone', answer: Write['answer'], { users, codes }: Services): Handler {
  return async (call) => {
    const { userId, verificationCode } = call.message;
    const command = {
      type: 'verify-contact',
      contact,
      digest: codes.digest(userId, contact, verificationCode),
    } as const;
    return resultOf(await users.submit(writeOn(call, { kind: 'human', command, answer })));
  };
}
