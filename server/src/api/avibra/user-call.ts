import type { Answer, CommandSubmission, Outcome, TargetRef } from '../../app/submission.ts';
import { DomainError, type Reason } from '../../core/errors.ts';
import { claimKeys } from '../../core/user/claims.ts';
import type { CreateUser, UpdateUser } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { etag } from '../shared/conditional.ts';
import { enrolmentOf } from './offers.ts';
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
export function targetOf({ organizationId, partnerName, userid }: Omit<UserCall, 'command'>): TargetRef {
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
): Pick<CommandSubmission, 'type' | 'dialect' | 'target' | 'command' | 'creation' | 'answer'> {
  const { command } = call;
  return {
    type: 'command',
    dialect: AVIBRA,
    target: targetOf(call),
    command: (user) => onRecord(call, user),
    ...(command.type === 'create-user' && { creation: command }),
    answer,
  };
}

/** Whether the record lets the call through, as far as can be told without deciding it. */
export function fits(call: UserCall, user: User | null): boolean {
  return user === null ? call.command.type === 'create-user' : refusalOf(call, user) === null;
}

/** What a user holds whose enrolment was requested under the key of this call; `null` for calls that request none. */
export function requestClaimOf({ command: { enrolment } }: UserCall): string | null {
  if (enrolment?.step !== 'request' || enrolment.key === null) return null;
  return claimKeys.enrolment(enrolment.key);
}

/** Told after an earlier answer to the same key, and after permission and precondition. */
function onRecord(call: UserCall, user: User): UpdateUser {
  const { command } = call;
  const refusal = refusalOf(call, user);
  const update = command.type === 'create-user' ? takeUp(command) : command;
  return refusal === null ? update : { ...update, violation: new DomainError(refusal) };
}

function refusalOf({ command, partnerName, userid }: UserCall, user: User): Reason | null {
  const enrolment = enrolmentOf(user, partnerName);
  if (command.type === 'update-user') {
    // A cancelled user is a missing one, but for what brings it back or cancels it again.
    return enrolment?.state === 'cancelled' && command.enrolment === undefined ? 'user_not_found' : null;
  }
  // Nobody may stand between the partner and a user it already reaches by Tessera's own id.
  if (enrolment === undefined || user.extra.externalIds[partnerName] !== userid) return 'user_id_taken';
  const { state, requestKey } = enrolment;
  if (command.enrolment?.step !== 'request') return state === 'requested' ? null : 'user_id_taken';
  if (state === 'enrolled') return 'user_id_taken';
  const stands = requestKey !== null && requestKey === command.enrolment.key;
  return stands ? 'enrolment_requested' : null;
}

/** The same for a user who is there because its enrolment was requested before. */
function takeUp({ profile, email, phone, address, enrolment }: CreateUser): UpdateUser {
  return {
    type: 'update-user',
    ...(profile && { profile }),
    ...(email && { email }),
    ...(phone && { phone }),
    ...(address && { address }),
    ...(enrolment && { enrolment }),
  };
}

function answer({ user }: Outcome): Answer {
  return { ...SUCCESSFUL, headers: { etag: etag(user.version) } };
}
