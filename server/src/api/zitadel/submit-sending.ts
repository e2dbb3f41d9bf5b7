import { recipient } from '../../app/rate-limits.ts';
import type { CommandSubmission, Receipt } from '../../app/submission.ts';
import type {
  CreateInvite,
  CreatePasskeyLink,
  RequestContactCode,
  RequestPasswordReset,
  ResendInvite,
} from '../../core/user/commands.ts';
import type { ZitadelServices } from './method.ts';

type Sending = CreateInvite | CreatePasskeyLink | RequestContactCode | RequestPasswordReset | ResendInvite;

/**
 * Submits a command that asks for a code, which goes out by mail or text message unless the caller gets it. A recipient
 * gets so many an hour, whoever asks for them; who may not ask uses up none.
 *
 * @throws DomainError `rate_limited`, and what the command is refused with
 */
export async function submitSending(
  submission: CommandSubmission & { readonly command: Sending },
  { users, limits }: Pick<ZitadelServices, 'users' | 'limits'>,
): Promise<Receipt> {
  const { command, caller, target } = submission;
  const submit = (): Promise<Receipt> => users.submit(submission);
  if (command.code.delivery === null) return submit();
  const user = await users.find(target);
  const contact = contactOf(command);
  const to = user?.[contact].value ?? null;
  if (to === null) return submit();
  await users.checkPermission(caller, command, user);
  return limits.run('message', { user: recipient(contact, to) }, submit);
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
