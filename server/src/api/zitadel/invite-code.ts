import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import {
  CreateInviteCodeResponseSchema,
  ResendInviteCodeResponseSchema,
  VerifyInviteCodeResponseSchema,
} from './protocol/user-service.ts';
import { requestedCode } from './requested-code.ts';
import { submitSending } from './submit-sending.ts';
import { codeAs, withDetails, writeOn } from './write-on.ts';

type Services = Pick<ZitadelServices, 'users' | 'codes' | 'limits' | 'repeats'>;

/** Invites a user who has no way to sign in, by mail unless the code is returned. */
export function createInviteCode(services: Services): HandlerOf<'createInviteCode'> {
  return async (call) => {
    const { userId, verification } = call.message;
    const { code, plain } = requestedCode(verification, userId, 'invite', services.codes);
    const applicationName = verification.case === 'sendCode' ? (verification.value.applicationName ?? null) : null;
    const answer = withDetails(CreateInviteCodeResponseSchema, codeAs('inviteCode', plain));
    return submitSending(call, { type: 'create-invite', code, applicationName }, answer, services);
  };
}

/** Mails the outstanding invitation once more, with a new code. */
export function resendInviteCode(services: Services): HandlerOf<'resendInviteCode'> {
  const answer = withDetails(ResendInviteCodeResponseSchema);
  return async (call) => {
    const code = services.codes.toSend(call.message.userId, 'invite', null);
    return submitSending(call, { type: 'resend-invite', code }, answer, services);
  };
}

/** Whoever holds the code proves the e-mail address; a wrong one is counted. */
export function verifyInviteCode({ users, codes }: Services): HandlerOf<'verifyInviteCode'> {
  const answer = withDetails(VerifyInviteCodeResponseSchema);
  return async (call) => {
    const { userId, verificationCode } = call.message;
    const digest = codes.digest(userId, 'invite', verificationCode);
    return resultOf(
      await users.submit(writeOn(call, { kind: 'human', command: { type: 'verify-invite', digest }, answer })),
    );
  };
}
