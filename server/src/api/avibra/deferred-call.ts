import type { DeferredWork } from '../../app/ports/store.ts';
import type { CommandSubmission } from '../../app/submission.ts';
import { callerOf } from './partners.ts';
import { submissionFor, type UserCall } from './user-call.ts';

/** An accepted call as it waits in the database. */
export interface DeferredCall extends UserCall {
  readonly clientId: string;
  /** Of the request that brought it, so that the history names it. */
  readonly requestId: string;
  /** Of the answer that was kept when the call was accepted. */
  readonly answerKey?: string | undefined;
}

export function payloadOf(call: DeferredCall): string {
  const { clientId, organizationId, partnerName, userid, requestId, command, answerKey } = call;
  const kept: DeferredCall = { clientId, organizationId, partnerName, userid, requestId, command, answerKey };
  return JSON.stringify(kept);
}

/**
 * The submission that stored work stands for. Work of a client that was removed since is refused, and settled like any
 * other; a new secret changes nothing about what was accepted before.
 */
export function deferredSubmission(work: DeferredWork): CommandSubmission {
  const call = JSON.parse(work.payload) as DeferredCall;
  const { clientId, organizationId, requestId, answerKey } = call;
  const caller = callerOf(clientId, organizationId);
  return { ...submissionFor(call), caller, requestId, settles: { ...work, answerKey } };
}
