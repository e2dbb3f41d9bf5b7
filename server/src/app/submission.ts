import type { Organization } from '../core/organization.ts';
import type { Command, CreateUser } from '../core/user/commands.ts';
import type { UserEvent } from '../core/user/events.ts';
import type { User, UserKind } from '../core/user/user.ts';
import type { Caller } from './callers.ts';
import type { DeferredRef } from './ports/store.ts';

/**
 * What a dialect answers, ready for the wire. It holds nothing of its request, so that it can be stored under an
 * idempotency key and given again byte for byte.
 */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** The dialect's own media type unless given. */
  readonly contentType?: string;
}

/** The precondition of a request: any existing record, or one at one of these versions. */
export type IfMatch = { readonly any: true } | { readonly versions: readonly number[] };

export interface IdempotencyKey {
  /** Digest of caller, dialect, operation and the client's key. */
  readonly key: string;
  /** Digest of the whole request. */
  readonly fingerprint: string;
  /** The answer holds a code or a token and must be encrypted at rest. */
  readonly secret: boolean;
}

/** The record a command is about: by id, by a claim, or by a claim that may also be an id. */
export interface TargetRef {
  readonly id?: string;
  readonly claim?: string;
  /** Records of other organizations are then missing ones. */
  readonly organizationId?: string;
  /** Records of the other kind are then missing ones. */
  readonly kind?: UserKind;
  /** Dialect that must be switched on in the record's organization; elsewhere records are missing ones. */
  readonly section?: string;
}

export interface SubmissionBase {
  readonly caller: Caller;
  readonly dialect: string;
  readonly requestId: string;
  readonly idempotency?: IdempotencyKey | undefined;
}

/** Deferred work that is done with a command. */
export interface SettledWork extends DeferredRef {
  /** Of the answer that was kept when it was accepted: when it is refused after all, that is not given again. */
  readonly answerKey?: string | undefined;
}

/** A command on its way to the executor. */
export interface CommandSubmission extends SubmissionBase {
  readonly type: 'command';
  readonly target: TargetRef;
  /** The command, or how it follows from the record; must be pure, it may be called more than once. */
  readonly command: Command | ((user: User) => Command);
  /** In place of `command` where the target is missing. */
  readonly creation?: CreateUser;
  readonly ifMatch?: IfMatch | null | undefined;
  /** Writes the answer; must be pure too. */
  readonly answer: (outcome: Outcome) => Answer;
  /** Deferred work that is done with this command, whether it succeeds or is refused. */
  readonly settles?: SettledWork | undefined;
}

/** Work to be applied in the background: stored with its answer, in one transaction. */
export interface DeferSubmission extends SubmissionBase {
  readonly type: 'defer';
  readonly queue: string;
  readonly payload: string;
  readonly answer: Answer;
}

/**
 * The first members of an organization, created or taken in together or not at all, by whoever makes it: in it, the
 * caller may do for them what its owner may.
 */
export interface FoundSubmission extends SubmissionBase {
  readonly type: 'found';
  readonly organization: Organization;
  readonly members: readonly Pick<CommandSubmission, 'target' | 'command'>[];
  /** Nothing exists yet that could match. */
  readonly ifMatch?: IfMatch | null | undefined;
  readonly answer: Answer;
  /** Only decided, as if the organization were there; nothing is written. */
  readonly rehearsal: boolean;
}

export type Submission = CommandSubmission | DeferSubmission | FoundSubmission;

export interface Outcome {
  /** The record after the command. */
  readonly user: User;
  /** Events of this command; empty when nothing changed. */
  readonly events: readonly UserEvent[];
}

export interface Receipt {
  readonly answer: Answer;
  /** The answer is that of an earlier request with the same key. */
  readonly replayed: boolean;
  /** What a rehearsal would take: an engine may only find out when it writes that somebody else holds it. */
  readonly claims?: readonly string[];
}
