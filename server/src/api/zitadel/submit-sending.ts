import { recipient } from '../../app/rate-limits.ts';
import type { Receipt } from '../../app/submission.ts';
import type {
  CreateInvite,
  CreatePasskeyLink,
  RequestContactCode,
  RequestPasswordReset,
  ResendInvite,
} from '../../core/user/commands.ts';
import { type MethodCall, type MethodResult, resultOf, type ZitadelServices } from './method.ts';
import { type Write, writeOn } from './write-on.ts';

type Sending = CreateInvite | CreatePasskeyLink | RequestContactCode | RequestPasswordReset | ResendInvite;

/**
 * Submits a command on a person that asks for a code, which goes out by mail or text message unless the caller gets it.
 * A recipient gets so many an hour, whoever asks for them; who may not ask uses up none.
 *
 * @throws DomainError `rate_limited`, and what the command is refused with
 */
export async function submitSending(
  call: MethodCall<{ readonly userId: string }>,
  command: Sending,
  answer: Write['answer'],
  { users, limits }: Pick<ZitadelServices, 'users' | 'limits'>,
): Promise<MethodResult> {
  const isReturned = command.code.delivery === null;
  const submission = writeOn(call, { kind: 'human', command, isSecret: isReturned, answer });
  const submit = (): Promise<Receipt> => users.submit(submission);
  if (isReturned) return resultOf(await submit());
  const user = await users.find(submission.target);
  const contact = contactOf(command);
  const to = user?.[contact].value ?? null;
  if (to === null) return resultOf(await submit());
  await users.checkPermission(call.caller, command, user);
  return resultOf(await limits.run('message', { user: recipient(contact, to) }, submit));
}

function contactOf(command: Sending): 'email' | 'phone' {
  switch (command.type) {
    case 'request-contact-code':
      return command.contact;
    case 'request-password-reset':
      return command.channel;
    case 'create-invite':
    case 'resend-invite':
    case 'create-passkey-link':
      return 'email';
  }
}
