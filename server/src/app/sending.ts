import { DomainError } from '../core/errors.ts';
import type { Command, ContactChange } from '../core/user/commands.ts';
import type { User } from '../core/user/user.ts';
import type { LimitedAction } from '../core/values/rate-limits.ts';
import { callerUserId } from './callers.ts';
import { type LimitedBy, type RateLimits, recipient } from './rate-limits.ts';
import type { Repeats } from './repeats.ts';
import type { CommandSubmission, IdempotencyKey, Receipt } from './submission.ts';
import type { Users } from './users.ts';

export interface LimitedServices {
  readonly limits: Pick<RateLimits, 'run'>;
  readonly repeats: Pick<Repeats, 'find'>;
}

/**
 * Submits something limited for a caller who is known to have the right. A repetition costs nothing, and gets its
 * answer whatever the limits say.
 *
 * @throws DomainError `rate_limited`, and what is refused
 */
export async function submitLimited(
  action: LimitedAction,
  by: LimitedBy,
  idempotency: IdempotencyKey | undefined,
  submit: () => Promise<Receipt>,
  { limits, repeats }: LimitedServices,
): Promise<Receipt> {
  try {
    return await limits.run(action, by, submit, ({ replayed }) => action === 'message' && !replayed);
  } catch (error) {
    const isLimited = error instanceof DomainError && error.reason === 'rate_limited';
    const earlier = isLimited ? await repeats.find(idempotency) : null;
    if (earlier === null) throw error;
    return earlier;
  }
}

/**
 * Submits a command on a user that may send messages. A recipient gets so many an hour, whoever asks for them, and so
 * many go to what people say are their own new addresses; who may not ask uses up none.
 *
 * @param submit what is done in place of handing the submission in, where that takes more
 * @throws DomainError `rate_limited`, and what the command is refused with
 */
export async function submitSending(
  submission: CommandSubmission,
  services: LimitedServices & { readonly users: Users },
  submit: () => Promise<Receipt> = () => services.users.submit(submission),
): Promise<Receipt> {
  const { users } = services;
  const { caller, idempotency } = submission;
  const user = await users.find(submission.target);
  if (user === null) return submit();
  const command = typeof submission.command === 'function' ? submission.command(user) : submission.command;
  const recipients = recipientsOf(command, user);
  // What sends nothing is refused where it is decided.
  if (recipients.length === 0) return submit();
  await users.checkPermission(caller, command, user);
  const isOwn = command.type === 'update-user' && callerUserId(caller) === user.id;
  const names = isOwn ? [...recipients, `contacts of ${user.id}`] : recipients;
  return submitMessages(names, idempotency, submit, services);
}

/**
 * Submits what sends messages, for a caller who is known to have the right.
 *
 * @param names of the limits that each has to meet; with none there is nothing to limit
 */
export async function submitMessages(
  names: readonly string[],
  idempotency: IdempotencyKey | undefined,
  submit: () => Promise<Receipt>,
  services: LimitedServices,
): Promise<Receipt> {
  return names.length === 0 ? submit() : submitLimited('message', { user: names }, idempotency, submit, services);
}

/**
 * Whom a command sends messages, as limits name them.
 *
 * @param user the record it is about; `null` for a new one
 */
export function recipientsOf(command: Command, user: User | null): string[] {
  switch (command.type) {
    case 'create-user':
    case 'update-user':
      return [...newRecipient('email', command.email, user), ...newRecipient('phone', command.phone, user)];
    case 'request-contact-code':
      return command.code.delivery === null ? [] : storedRecipient(command.contact, user);
    case 'request-password-reset':
      return command.code.delivery === null ? [] : storedRecipient(command.channel, user);
    case 'create-invite':
    case 'resend-invite':
    case 'create-passkey-link':
      return command.code.delivery === null ? [] : storedRecipient('email', user);
    default:
      return [];
  }
}

function storedRecipient(contact: 'email' | 'phone', user: User | null): string[] {
  const to = user?.[contact].value ?? null;
  return to === null ? [] : [recipient(contact, to)];
}

/** Only another value than the stored one is sent a code. */
function newRecipient(contact: 'email' | 'phone', change: ContactChange | undefined, user: User | null): string[] {
  const { value = null, verified, code } = change ?? {};
  const isSent = verified !== true && code !== undefined && code.delivery !== null;
  return !isSent || value === null || value === user?.[contact].value ? [] : [recipient(contact, value)];
}
