import type { CreateInvite } from '../../core/user/commands.ts';
import { checkedTemplate } from './contacts.ts';
import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import {
  CreateInviteCodeResponseSchema,
  ResendInviteCodeResponseSchema,
  VerifyInviteCodeResponseSchema,
} from './protocol/user-service.ts';
import { submitSending } from './submit-sending.ts';
import { codeAs, withDetails, writeOn } from './write-on.ts';

type Services = Pick<ZitadelServices, 'users' | 'codes' | 'limits'>;

/** Invites a user who has no way to sign in, by mail unless the code is returned. */
export function createInviteCode(services: Services): HandlerOf<'createInviteCode'> {
  const { codes } = services;
  return async (call) => {
    const { userId, verification } = call.message;
    const issued = verification.case === 'returnCode' ? codes.toReturn(userId, 'invite') : null;
    const wording = verification.case === 'sendCode' ? verification.value : undefined;
    const command: CreateInvite = {
      type: 'create-invite',
      code: issued?.code ?? codes.toSend(userId, 'invite', checkedTemplate(wording?.urlTemplate)),
      applicationName: wording?.applicationName ?? null,
    };
    const answer = withDetails(CreateInviteCodeResponseSchema, codeAs('inviteCode', issued?.plain ?? null));
    const write = { kind: 'human', command, isSecret: issued !== null, answer } as const;
    return resultOf(await submitSending({ ...writeOn(call, write), command }, services));
  };
}

/** Mails the outstanding invitation once more, with a new code. */
export function resendInviteCode(services: Services): HandlerOf<'resendInviteCode'> {
  const answer = withDetails(ResendInviteCodeResponseSchema);
  return async (call) => {
    const code = services.codes.toSend(call.message.userId, 'invite', null);
    const command = { type: 'resend-invite', code } as const;
    return resultOf(await submitSending({ ...writeOn(call, { kind: 'human', command, answer }), command }, services));
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
