import { type Actor, authorizeFounding, SYSTEM } from '../access/policy.ts';
import { DomainError } from '../core/errors.ts';
import { CLAIM_TAKEN, claimsOf, kindOfClaim, touchesClaims } from '../core/user/claims.ts';
import type { Command, Message } from '../core/user/commands.ts';
import { decide } from '../core/user/decide.ts';
import { decideRefused } from '../core/user/decide-credentials.ts';
import type { Decision } from '../core/user/decision.ts';
import { EVENT_SCHEMA, type NewEvent, type UserEvent } from '../core/user/events.ts';
import { evolve } from '../core/user/evolve.ts';
import type { User } from '../core/user/user.ts';
import { kept, repeated } from './answers.ts';
import { type BatchFacts, factsWith } from './batch-facts.ts';
import { actorOf, callerUserId } from './callers.ts';
import { authorizeCommand, authorizeKnowledge } from './permission.ts';
import { type BatchChanges, type Snapshot, StoreUnavailable } from './ports/store.ts';
import { type ClaimsMoved, Staged } from './staged.ts';
import type {
  Answer,
  CommandSubmission,
  DeferSubmission,
  FoundSubmission,
  IdempotencyKey,
  Receipt,
  Submission,
} from './submission.ts';
import { fitsTarget } from './target.ts';

/** The deferred work of a submission is done already, or another process is at it; nothing was decided. */
export class WorkTaken extends Error {
  constructor(id: number) {
    super(`deferred work ${id} is done, or taken`);
    this.name = 'WorkTaken';
  }
}

/**
 * Decides the submissions of one batch in the order of their arrival, each seeing the outcome of those before it. A
 * refused one leaves nothing behind but its security counters. Pure but for the randomness of sealing.
 */
export class Batch {
  readonly #staged: Staged;
  readonly #facts: BatchFacts;

  constructor(snapshot: Snapshot, facts: BatchFacts) {
    this.#staged = new Staged(snapshot);
    this.#facts = facts;
  }

  /**
   * @returns the receipt, or the error the submission is refused with
   * @throws StoreUnavailable when the database could not be read
   */
  process(submission: Submission): Receipt | Error {
    try {
      this.#takeUp(submission);
      const receipt = this.#execute(submission);
      this.#settle(submission);
      return receipt;
    } catch (error) {
      // What cannot be read decides nothing: the whole batch fails, not this submission.
      if (error instanceof StoreUnavailable) throw error;
      // Settled deferred work is done even when it is refused: it was answered long ago.
      if (error instanceof DomainError) {
        this.#settle(submission);
        this.#withdrawAnswer(submission);
      }
      return error instanceof Error ? error : new Error('not an error', { cause: error });
    }
  }

  changes(): BatchChanges {
    return this.#staged.changes();
  }

  #execute(submission: Submission): Receipt {
    switch (submission.type) {
      case 'command':
        return this.#command(submission);
      case 'defer':
        return this.#defer(submission);
      case 'found':
        return this.#found(submission);
    }
  }

  #command(submission: CommandSubmission): Receipt {
    const actor = this.#actor(submission);
    const found = this.#target(submission);
    const command = this.#commandFor(submission, found, actor);
    // An id is taken for good, whoever's it is: a new record meets the old one even where nobody else would.
    const user = command.type === 'create-user' ? this.#staged.user(command.userId) : found;
    authorizeCommand(actor, command, user, this.#facts.directory);
    const decision = this.#decide(command, user, submission);
    if ('answer' in decision) return decision;
    const events = this.#record(decision.events, command, user, submission, actor);
    const after = events.reduce<User | null>(evolve, user);
    if (after === null) throw new Error('a successful command leaves a record');
    const claims = this.#claimsMoved(user, after, events);
    if (decision.refusal !== undefined) {
      this.#change(user, after, events, claims);
      throw decision.refusal;
    }
    const answer = submission.answer({ user: after, events });
    // Nothing below throws, nothing above leaves anything behind.
    this.#remember(submission.idempotency, answer);
    this.#change(user, after, events, claims);
    for (const message of decision.messages) this.#send(message);
    return { answer, replayed: false };
  }

  #decide(command: Command, user: User | null, submission: CommandSubmission): Decision | Receipt {
    try {
      const replay = this.#replay(submission.idempotency);
      if (replay !== null) return replay;
      this.#checkPrecondition(submission, user);
      return decide(command, user, this.#facts);
    } catch (error) {
      if (error instanceof DomainError) return decideRefused(command, user, this.#facts, error);
      throw error;
    }
  }

  #defer(submission: DeferSubmission): Receipt {
    this.#actor(submission);
    const replay = this.#replay(submission.idempotency);
    if (replay !== null) return replay;
    this.#remember(submission.idempotency, submission.answer);
    this.#staged.defer(submission.queue, submission.payload);
    return { answer: submission.answer, replayed: false };
  }

  /** All members in a batch within this one, which is dropped when one of them is refused. */
  #found(submission: FoundSubmission): Receipt {
    authorizeFounding(this.#actor(submission));
    const replay = this.#replay(submission.idempotency);
    if (replay !== null) return replay;
    if (submission.ifMatch) throw new DomainError('version_conflict');
    const { caller, dialect, requestId, organization, members, answer, rehearsal } = submission;
    const within = new Batch(this.#staged, factsWith(this.#facts, organization));
    for (const member of members) {
      const outcome = within.process({ type: 'command', caller, dialect, requestId, ...member, answer: () => answer });
      if (outcome instanceof Error) throw outcome;
    }
    if (rehearsal) return { answer, replayed: false, claims: [...within.changes().claimsAdded.keys()] };
    this.#remember(submission.idempotency, answer);
    this.#staged.takeOver(within.#staged);
    return { answer, replayed: false };
  }

  #actor(submission: Submission): Actor {
    const { directory, now, founder } = this.#facts;
    const userId = callerUserId(submission.caller);
    const actor = actorOf(submission.caller, userId === null ? null : this.#staged.user(userId), directory, now);
    return founder === undefined || actor === SYSTEM ? actor : { ...actor, grants: [...actor.grants, founder] };
  }

  #target(submission: CommandSubmission): User | null {
    const { target } = submission;
    const holder = target.claim === undefined ? null : this.#staged.claimHolder(target.claim);
    const id = holder ?? target.id;
    const user = id === undefined ? null : this.#staged.user(id);
    return user !== null && fitsTarget(user, target, this.#facts.directory) ? user : null;
  }

  #takeUp(submission: Submission): void {
    if (submission.type !== 'command' || submission.settles === undefined) return;
    const { id } = submission.settles;
    if (!this.#staged.isDeferred(id)) throw new WorkTaken(id);
  }

  #settle(submission: Submission): void {
    if (submission.type === 'command' && submission.settles !== undefined) this.#staged.settle(submission.settles);
  }

  /** Only successes are given again: a repetition of what was refused later is decided anew. */
  #withdrawAnswer(submission: Submission): void {
    if (submission.type !== 'command' || submission.settles?.answerKey === undefined) return;
    const answer = this.#staged.answer(submission.settles.answerKey);
    if (answer !== null) this.#staged.remember({ ...answer, expiresAt: 0 });
  }

  #commandFor(submission: CommandSubmission, user: User | null, actor: Actor): Command {
    if (typeof submission.command !== 'function') {
      if (submission.command.type !== 'create-user' && user === null) throw new DomainError('user_not_found');
      return submission.command;
    }
    if (user === null || user.state === 'deleted') {
      if (submission.creation !== undefined) return submission.creation;
      throw new DomainError('user_not_found');
    }
    authorizeKnowledge(actor, user);
    return submission.command(user);
  }

  #replay(idempotency: IdempotencyKey | undefined): Receipt | null {
    if (idempotency === undefined) return null;
    const { secrets, now } = this.#facts;
    const answer = repeated(this.#staged.answer(idempotency.key), idempotency, secrets, now);
    return answer === null ? null : { answer, replayed: true };
  }

  #remember(idempotency: IdempotencyKey | undefined, answer: Answer): void {
    if (idempotency === undefined) return;
    this.#staged.remember(kept(idempotency, answer, this.#facts.secrets, this.#facts.now));
  }

  #checkPrecondition(submission: CommandSubmission, user: User | null): void {
    const { ifMatch } = submission;
    if (ifMatch === null || ifMatch === undefined) return;
    if (user === null) throw new DomainError('version_conflict');
    if ('versions' in ifMatch && !ifMatch.versions.includes(user.version)) throw new DomainError('version_conflict');
  }

  #record(
    decided: readonly NewEvent[],
    command: Command,
    user: User | null,
    submission: CommandSubmission,
    actor: Actor,
  ): UserEvent[] {
    const subject =
      command.type === 'create-user'
        ? { userId: command.userId, organizationId: command.organizationId, kind: command.kind }
        : { userId: user?.id ?? '', organizationId: user?.organizationId ?? '', kind: user?.kind ?? 'human' };
    const origin = {
      actor: actor.name,
      dialect: submission.dialect,
      client: submission.caller.kind === 'user' ? submission.caller.credential.kind : submission.caller.kind,
      requestId: submission.requestId,
    };
    // A clock that jumps back must not make a record look younger than its history.
    const at = Math.max(this.#facts.now, user?.changedAt ?? 0);
    const from = user?.sequence ?? 0;
    return decided.map((event, index) => ({
      ...subject,
      sequence: from + index + 1,
      type: event.type,
      schema: EVENT_SCHEMA,
      at,
      origin,
      changes: event.changes,
    }));
  }

  /** Subscribers are told of what a refused command leaves behind as well. */
  #change(before: User | null, after: User, events: readonly UserEvent[], claims: ClaimsMoved | null): void {
    this.#staged.change(before, after, events, claims);
    const { directory, now } = this.#facts;
    const { subscriptions = [] } = directory.organization(after.organizationId) ?? {};
    for (const { receiver, events: wanted } of subscriptions) {
      for (const { userId, type, sequence } of events) {
        if (wanted.includes(type)) this.#staged.send({ receiver, userId, content: { kind: type, sequence }, at: now });
      }
    }
  }

  #send(message: Message): void {
    const content = { kind: message.kind, message };
    this.#staged.send({ receiver: message.channel, userId: message.userId, content, at: this.#facts.now });
  }

  /** @throws DomainError when somebody else holds what the record would */
  #claimsMoved(before: User | null, after: User, events: readonly UserEvent[]): ClaimsMoved | null {
    if (!events.some((event) => touchesClaims(event.changes))) return null;
    const { directory } = this.#facts;
    const held = new Set(before === null ? [] : claimsOf(before, directory));
    const wanted = new Set(claimsOf(after, directory));
    const taken = [...wanted].filter((key) => !held.has(key));
    for (const key of taken) {
      const holder = this.#staged.claimHolder(key);
      if (holder !== null && holder !== after.id) {
        throw new DomainError(CLAIM_TAKEN[kindOfClaim(key)], { field: kindOfClaim(key) });
      }
    }
    return { freed: [...held].filter((key) => !wanted.has(key)), taken };
  }
}
