import type { UserEvent } from '../core/user/events.ts';
import { touchesCredentials, touchesLists } from '../core/user/listed.ts';
import type { User } from '../core/user/user.ts';
import type { NewDelivery } from './ports/outbox.ts';
import type { BatchChanges, ChangedUser, DeferredRef, Snapshot, StoredAnswer } from './ports/store.ts';

/** Claims that one command gives up and takes. */
export interface ClaimsMoved {
  readonly freed: readonly string[];
  readonly taken: readonly string[];
}

/** What a batch has changed so far, on top of the database as it found it: those that come later see it so. */
export class Staged implements Snapshot {
  readonly #below: Snapshot;
  readonly #users = new Map<string, Required<ChangedUser>>();
  readonly #events: UserEvent[] = [];
  /** Claims as this batch leaves them: holder, or `null` when freed. */
  readonly #claims = new Map<string, string | null>();
  /** Claims freed by those who held them before the batch. */
  readonly #freed = new Map<string, string>();
  readonly #answers = new Map<string, StoredAnswer>();
  readonly #deliveries: NewDelivery[] = [];
  readonly #deferred: { queue: string; payload: string }[] = [];
  readonly #settled: DeferredRef[] = [];

  constructor(below: Snapshot) {
    this.#below = below;
  }

  get revision(): number {
    return this.#below.revision;
  }

  user(id: string): User | null {
    return this.#users.get(id)?.user ?? this.#below.user(id);
  }

  claimHolder(key: string): string | null {
    const staged = this.#claims.get(key);
    return staged === undefined ? this.#below.claimHolder(key) : staged;
  }

  answer(key: string): StoredAnswer | null {
    return this.#answers.get(key) ?? this.#below.answer(key);
  }

  isDeferred(id: number): boolean {
    return this.#below.isDeferred(id);
  }

  /** @param claims `null` when none can have moved */
  change(before: User | null, after: User, events: readonly UserEvent[], claims: ClaimsMoved | null): void {
    if (events.length === 0) return;
    if (claims !== null) {
      for (const key of claims.freed) this.#free(key, after.id);
      for (const key of claims.taken) this.#claims.set(key, after.id);
    }
    this.#change({
      user: after,
      isNew: before === null,
      sameInLists: !events.some((event) => touchesLists(event.changes)),
      sameCredentials: !events.some((event) => touchesCredentials(event.changes)),
    });
    this.#events.push(...events);
  }

  remember(answer: StoredAnswer): void {
    this.#answers.set(answer.key, answer);
  }

  send(delivery: NewDelivery): void {
    this.#deliveries.push(delivery);
  }

  defer(queue: string, payload: string): void {
    this.#deferred.push({ queue, payload });
  }

  settle(work: DeferredRef): void {
    this.#settled.push(work);
  }

  /** Everything that was staged on top of this. */
  takeOver(above: Staged): void {
    for (const [key, holder] of above.#freed) this.#free(key, holder);
    for (const [key, holder] of above.#claims) this.#claims.set(key, holder);
    for (const changed of above.#users.values()) this.#change(changed);
    for (const answer of above.#answers.values()) this.remember(answer);
    this.#events.push(...above.#events);
    this.#deliveries.push(...above.#deliveries);
    this.#deferred.push(...above.#deferred);
    this.#settled.push(...above.#settled);
  }

  changes(): BatchChanges {
    const claimsAdded = new Map<string, string>();
    for (const [key, holder] of this.#claims) if (holder !== null) claimsAdded.set(key, holder);
    return {
      users: [...this.#users.values()],
      events: this.#events,
      claimsRemoved: this.#freed,
      claimsAdded,
      answers: [...this.#answers.values()],
      deliveries: this.#deliveries,
      deferred: this.#deferred,
      settled: this.#settled,
    };
  }

  #change({ user, isNew, sameInLists, sameCredentials }: Required<ChangedUser>): void {
    const staged = this.#users.get(user.id);
    this.#users.set(user.id, {
      user,
      isNew: staged?.isNew ?? isNew,
      sameInLists: staged?.sameInLists !== false && sameInLists,
      sameCredentials: staged?.sameCredentials !== false && sameCredentials,
    });
  }

  #free(key: string, holder: string): void {
    if (!this.#claims.has(key)) this.#freed.set(key, holder);
    this.#claims.set(key, null);
  }
}
