import type { Answer, CommandSubmission, Outcome, TargetRef } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import { claimKeys } from '../../core/user/claims.ts';
import type { CreateUser, UpdateUser } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { etag } from '../shared/conditional.ts';
import { AVIBRA } from './section.ts';

/** What a call asks of which user, whether it is executed now or later. */
export interface UserCall {
  readonly organizationId: string;
  readonly partnerName: string;
  /** The partner's id of the user, or Tessera's own. */
  readonly userid: string;
  readonly command: CreateUser | UpdateUser;
}

export const SUCCESSFUL: Answer = { status: 200, body: '"Successful"' };

/** The user that is meant: by the partner's id for it or, failing that, by its own; of the partner's organization only. */
export function targetOf({ organizationId, partnerName, userid }: UserCall): TargetRef {
  const claim = claimKeys.external(organizationId, partnerName, userid);
  return { claim, id: userid, organizationId, kind: 'human', section: AVIBRA };
}

/** Calls of one queue are applied in the order in which they were answered. */
export function queueOf({ organizationId, partnerName, userid }: UserCall): string {
  return JSON.stringify([AVIBRA, organizationId, partnerName, userid]);
}

/** The call as a submission, but for who asks. */
export function submissionFor(
  call: UserCall,
): Pick<CommandSubmission, 'type' | 'dialect' | 'target' | 'command' | 'answer'> {
  return { type: 'command', dialect: AVIBRA, target: targetOf(call), command: commandOf(call), answer };
}

/** Whether the record lets the call through, as far as can be told without deciding it: it must be there, or not yet. */
export function fits({ command, partnerName }: UserCall, user: User | null): boolean {
  if (command.type === 'create-user') return user === null;
  return user !== null && !isCancelled(user, partnerName);
}

function commandOf({ command, partnerName }: UserCall): CommandSubmission['command'] {
  if (command.type === 'create-user') return command;
  return (user) => {
    if (isCancelled(user, partnerName)) throw new DomainError('user_not_found');
    return command;
  };
}

function answer({ user }: Outcome): Answer {
  return { ...SUCCESSFUL, headers: { etag: etag(user.version) } };
}

/** A user whose enrolment with the partner was cancelled is a missing one for updates. */
function isCancelled({ membership }: User, partnerName: string): boolean {
  const enrolments = membership.benefits.filter(({ partner }) => partner === partnerName);
  return enrolments.length > 0 && enrolments.every(({ state }) => state === 'cancelled');
}
