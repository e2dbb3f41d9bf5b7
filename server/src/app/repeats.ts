import { kept, repeated } from './answers.ts';
import type { Clock } from './ports/clock.ts';
import type { Secrets } from './ports/secrets.ts';
import type { BatchChanges, Store, StoredAnswer } from './ports/store.ts';
import type { Answer, IdempotencyKey, Receipt } from './submission.ts';
import { answered } from './users.ts';

const NOBODY: ReadonlySet<string> = new Set();
const NOTHING: BatchChanges = {
  users: [],
  events: [],
  claimsRemoved: new Map(),
  claimsAdded: new Map(),
  answers: [],
  deliveries: [],
  deferred: [],
  settled: [],
};

export interface RepeatsOptions {
  readonly store: Pick<Store, 'commit'>;
  readonly secrets: Pick<Secrets, 'seal' | 'open' | 'secretDigest'>;
  readonly clock: Clock;
}

/** Keeps answers to idempotency keys for what changes no record of a user, and so goes past the executor. */
export class Repeats {
  readonly #options: RepeatsOptions;

  constructor(options: RepeatsOptions) {
    this.#options = options;
  }

  /**
   * Does something, unless it was done under this key before. Of two at once both do it, and the first answer to be
   * kept is that of both: the work must bear that.
   *
   * @throws DomainError `key_reused`, `store_unavailable`, and what the work throws
   */
  async once(idempotency: IdempotencyKey | undefined, work: () => Promise<Answer>): Promise<Receipt> {
    return (await this.find(idempotency)) ?? this.keep(idempotency, await work());
  }

  /**
   * What a repetition gets; `null` when there was nothing before.
   *
   * @throws DomainError `key_reused`, `store_unavailable`
   */
  async find(idempotency: IdempotencyKey | undefined): Promise<Receipt | null> {
    const answer = idempotency === undefined ? null : await this.#answer(idempotency, null);
    return answer === null ? null : { answer, replayed: true };
  }

  /**
   * Keeps an answer, unless one was kept before: that one is given then.
   *
   * @throws DomainError `key_reused`, `store_unavailable`
   */
  async keep(idempotency: IdempotencyKey | undefined, answer: Answer): Promise<Receipt> {
    const earlier = idempotency === undefined ? null : await this.#answer(idempotency, answer);
    return earlier === null ? { answer, replayed: false } : { answer: earlier, replayed: true };
  }

  /** The answer that is kept; `null` when there was none, and then the new one is kept if it is given. */
  async #answer(idempotency: IdempotencyKey, fresh: Answer | null): Promise<Answer | null> {
    const { store, secrets, clock } = this.#options;
    const { key } = idempotency;
    const wants = { users: NOBODY, callers: NOBODY, claims: NOBODY, answers: new Set([key]), deferred: new Map() };
    const now = clock();
    let stored: StoredAnswer | null = null;
    await answered(
      store.commit(wants, (snapshot) => {
        stored = snapshot.answer(key);
        const isTaken = stored !== null && now < stored.expiresAt;
        if (isTaken || fresh === null) return null;
        return { ...NOTHING, answers: [kept(idempotency, fresh, secrets, now)] };
      }),
    );
    return repeated(stored, idempotency, secrets, now);
  }
}
