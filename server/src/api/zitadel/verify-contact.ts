import type { Answer, CommandSubmission, Outcome } from '../../app/submission.ts';
import type { MethodCall, ZitadelServices } from './method.ts';
import { SECTION } from './section.ts';

interface VerifyRequest {
  readonly userId: string;
  readonly verificationCode: string;
}

/** Whoever holds the code proves the contact; a wrong one is counted. */
export function verification(
  contact: 'email' | 'phone',
  { message, caller, requestId, ifMatch, idempotency }: MethodCall<VerifyRequest>,
  { codes }: Pick<ZitadelServices, 'codes'>,
  answer: (outcome: Outcome) => Answer,
): CommandSubmission {
  return {
    type: 'command',
    caller,
    dialect: SECTION,
    requestId,
    target: { id: message.userId, kind: 'human', section: SECTION },
    command: {
      type: 'verify-contact',
      contact,
      digest: codes.digest(message.userId, contact, message.verificationCode),
    },
    ifMatch,
    idempotency,
    answer,
  };
}
