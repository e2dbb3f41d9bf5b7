import type { FastifyRequest } from 'fastify';
import type { DeferredWorker } from '../../app/deferred.ts';
import type { IdempotencyKey, IfMatch } from '../../app/submission.ts';
import type { Users } from '../../app/users.ts';
import type { Answer } from '../shared/answer.ts';
import { answerOf } from '../shared/submit.ts';
import type { CallHeaders } from './call-headers.ts';
import { payloadOf } from './deferred-call.ts';
import type { Partner } from './partners.ts';
import { AVIBRA } from './section.ts';
import { fits, queueOf, requestClaimOf, SUCCESSFUL, submissionFor, targetOf, type UserCall } from './user-call.ts';

/** A call that was read and checked, and what came with it. */
export interface IncomingCall {
  readonly partner: Partner;
  readonly headers: CallHeaders;
  readonly call: UserCall;
  readonly idempotency: IdempotencyKey | undefined;
}

export type RunCall = (request: FastifyRequest, incoming: IncomingCall) => Promise<Answer>;

export interface RunCallOptions {
  readonly users: Pick<Users, 'submit' | 'find'>;
  readonly deferred: () => Pick<DeferredWorker, 'takeUp' | 'idle' | 'isBusy'>;
}

/**
 * Runs calls. Under `v2` a call waits for those accepted before it for the same user and is then executed; under `v1`
 * it is stored, answered, and applied in the background.
 */
export function createRunCall({ users, deferred }: RunCallOptions): RunCall {
  const execute = async (request: FastifyRequest, incoming: IncomingCall, ifMatch: IfMatch | null): Promise<Answer> => {
    const { partner, call, idempotency } = incoming;
    const { caller } = partner;
    const submission = { ...submissionFor(call), caller, requestId: request.id, ifMatch, idempotency };
    return answerOf(await users.submit(submission));
  };

  const accept = async (request: FastifyRequest, incoming: IncomingCall, queue: string): Promise<Answer> => {
    const { partner, call, idempotency } = incoming;
    const { caller, clientId } = partner;
    const payload = payloadOf({ ...call, clientId, requestId: request.id, answerKey: idempotency?.key });
    const receipt = await users.submit({
      type: 'defer',
      dialect: AVIBRA,
      caller,
      requestId: request.id,
      queue,
      payload,
      answer: SUCCESSFUL,
      idempotency,
    });
    deferred().takeUp(queue);
    return answerOf(receipt);
  };

  const isRefused = async (call: UserCall): Promise<boolean> => {
    const claim = requestClaimOf(call);
    const [user, holder] = await Promise.all([
      users.find(targetOf(call)),
      claim === null ? null : users.find({ claim }),
    ]);
    return !fits(call, user) || (holder !== null && holder.id !== user?.id);
  };

  return async (request, incoming) => {
    const { call, headers } = incoming;
    const queue = queueOf(call);
    if (headers.version === 'v2') {
      await deferred().idle(queue);
      return execute(request, incoming, headers.ifMatch);
    }
    // What the record will refuse is refused at once, unless calls that wait may still change that; executing it also
    // finds the first answer to its key.
    if (!(await deferred().isBusy(queue)) && (await isRefused(call))) {
      return execute(request, incoming, null);
    }
    return accept(request, incoming, queue);
  };
}
