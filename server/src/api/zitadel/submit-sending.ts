import { submitSending as submitWithinLimits } from '../../app/sending.ts';
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
 *
 * @throws DomainError `rate_limited`, and what the command is refused with
 */
export async function submitSending(
  call: MethodCall<{ readonly userId: string }>,
  command: Sending,
  answer: Write['answer'],
  services: SendingServices,
): Promise<MethodResult> {
  const isReturned = command.code.delivery === null;
  const submission = writeOn(call, { kind: 'human', command, isSecret: isReturned, answer });
  return resultOf(await (isReturned ? services.users.submit(submission) : submitWithinLimits(submission, services)));
}

/** What sending messages takes. */
export type SendingServices = Pick<ZitadelServices, 'users' | 'limits' | 'repeats'>;
