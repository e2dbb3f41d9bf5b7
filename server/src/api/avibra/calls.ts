import type { FastifyRequest } from 'fastify';
import type { DeferredWorker } from '../../app/deferred.ts';
import type { Answer, CommandSubmission, IfMatch, Outcome, TargetRef } from '../../app/submission.ts';
import type { Users } from '../../app/users.ts';
import { DomainError } from '../../core/errors.ts';
import { claimKeys } from '../../core/user/claims.ts';
import type { CreateUser, UpdateUser } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { etag } from '../shared/conditional.ts';
import { answerOf, idempotencyOf } from '../shared/submit.ts';
import type { CallHeaders } from './call-headers.ts';
import { payloadOf } from './deferred-call.ts';
import type { Partner } from './partners.ts';

/** A create or update, read and checked, on its way to the record now or later. */
export interface Call {
  readonly partner: Partner;
  readonly headers: CallHeaders;
  /** The partner's id of the user, or Tessera's own. */
  readonly userid: string;
  readonly command: CreateUser | UpdateUser;
  /** The body as received, for the idempotency key. */
  readonly body: unknown;
}

export type RunCall = (request: FastifyRequest, call: Call) => Promise<Answer>;

const SUCCESSFUL: Answer = { status: 200, body: '"Successful"' };

/**
 * Runs calls. Under `v2` a call waits for those accepted before it for the same user and is then executed; under `v1`
 * it is stored, answered, and applied in the background.
 */
export function createRunCall(users: Users, deferred: () => DeferredWorker): RunCall {
  return async (request, call) => {
    const { partner, headers, userid, command, body } = call;
    const { caller, name, organizationId } = partner;
    const idempotency = idempotencyOf(request, { dialect: 'avibra', name: command.type, caller, body });
    const target = targetOf(organizationId, name, userid);
    const queue = queueOf(organizationId, name, userid);
    const execute = async (ifMatch: IfMatch | null): Promise<Answer> => {
      const submission = submissionFor(command, name, target);
      return answerOf(await users.submit({ ...submission, caller, requestId: request.id, ifMatch, idempotency }));
    };
    if (headers.version === 'v2') {
      await deferred().idle(queue);
      return execute(headers.ifMatch);
    }
    // What the record refuses already is answered at once, unless calls that wait may still change that.
    if (!(await deferred().isBusy(queue)) && !fits(command, await users.find(target), name)) return execute(null);
    const payload = payloadOf({ partner, userid, requestId: request.id, command });
    const stored = { type: 'defer', caller, dialect: 'avibra', requestId: request.id } as const;
    const receipt = await users.submit({ ...stored, queue, payload, idempotency, answer: SUCCESSFUL });
    void deferred().look();
    return answerOf(receipt);
  };
}

/** How a command is submitted, whoever asks and whenever. */
export function submissionFor(
  command: CreateUser | UpdateUser,
  partnerName: string,
  target: TargetRef,
): Pick<CommandSubmission, 'type' | 'dialect' | 'target' | 'command' | 'answer'> {
  return { type: 'command', dialect: 'avibra', target, command: onlyIfEnrolled(command, partnerName), answer };
}

/** A user by the partner's id for it or, failing that, by its own; of the partner's organization only. */
export function targetOf(organizationId: string, partnerName: string, userid: string): TargetRef {
  const claim = claimKeys.external(organizationId, partnerName, userid);
  return { claim, id: userid, organizationId, kind: 'human', section: 'avibra' };
}

function queueOf(organizationId: string, partnerName: string, userid: string): string {
  return JSON.stringify(['avibra', organizationId, partnerName, userid]);
}

function answer({ user }: Outcome): Answer {
  return { ...SUCCESSFUL, headers: { etag: etag(user.version) } };
}

function onlyIfEnrolled(command: CreateUser | UpdateUser, partnerName: string): CommandSubmission['command'] {
  if (command.type === 'create-user') return command;
  return (user) => {
    if (isCancelled(user, partnerName)) throw new DomainError('user_not_found');
    return command;
  };
}

function fits(command: CreateUser | UpdateUser, user: User | null, partnerName: string): boolean {
  if (command.type === 'create-user') return user === null;
  return user !== null && !isCancelled(user, partnerName);
}

/** A user whose enrolment with the partner was cancelled is a missing one for its updates. */
function isCancelled({ membership }: User, partnerName: string): boolean {
  const enrolments = membership.benefits.filter(({ partner }) => partner === partnerName);
  return enrolments.length > 0 && enrolments.every(({ state }) => state === 'cancelled');
}
