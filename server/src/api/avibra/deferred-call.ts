import type { DeferredWork } from '../../app/ports/store.ts';
import type { CommandSubmission } from '../../app/submission.ts';
import { callerOf, type Partners, subjectOf } from './partners.ts';
import { submissionFor, type UserCall } from './user-call.ts';

/** An accepted call as it waits in the database. */
export interface DeferredCall extends UserCall {
  readonly clientId: string;
  /** Of the request that brought it, so that the history names it. */
  readonly requestId: string;
}

export function payloadOf(call: DeferredCall): string {
  const { clientId, organizationId, partnerName, userid, requestId, command } = call;
  return JSON.stringify({ clientId, organizationId, partnerName, userid, requestId, command } satisfies DeferredCall);
}

/**
 * The submission that stored work stands for. A client that was removed since may do nothing, so its work is refused,
 * and settled like any other.
 */
export function deferredSubmission(work: DeferredWork, partners: Partners): CommandSubmission {
  const call = JSON.parse(work.payload) as DeferredCall;
  const { clientId, organizationId, requestId } = call;
  const exists = partners.ofSubject(subjectOf(organizationId, clientId)) !== undefined;
  const caller = callerOf(clientId, organizationId, exists);
  return { ...submissionFor(call), caller, requestId, settles: work.id };
}
