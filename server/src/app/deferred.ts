import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../core/errors.ts';
import type { DeferredWork, Store } from './ports/store.ts';
import type { Submission } from './submission.ts';
import type { Users } from './users.ts';

/** Milliseconds before work is tried again while it cannot be applied; doubled each time, up to the longest. */
const RETRY_DELAY = 250;
const LONGEST_DELAY = 30_000;
/** Work applied at once, so that a long backlog leaves room for live requests. */
const CONCURRENCY = 64;
/** Milliseconds that `idle` waits for earlier work. */
const PATIENCE = 5_000;

export interface DeferredOptions {
  readonly store: Pick<Store, 'deferredWork'>;
  readonly users: Pick<Users, 'submit'>;
  /** The submission that stored work stands for; it must settle the work's id. */
  readonly submissionOf: (work: DeferredWork) => Submission;
  readonly log: { warn(details: object, message: string): void };
  /** Milliseconds that `idle` waits; a few seconds unless given. */
  readonly patience?: number;
}

/**
 * Applies deferred work in the background, in the order it was accepted within each queue. What was accepted is in the
 * database, and leaves it in the transaction that applies or refuses it: it survives a kill and happens once.
 */
export class DeferredWorker {
  readonly #options: DeferredOptions;
  /** Per queue, the end of the work known so far; rejects when the worker stops before. */
  readonly #queues = new Map<string, Promise<void>>();
  readonly #known = new Set<number>();
  /** Done since the database was last asked, so that an answer from before does not bring it back. */
  readonly #done = new Set<number>();
  readonly #stopping = new AbortController();
  /** The latest look at the database, and the one that has not begun yet. */
  #looking: Promise<void> = Promise.resolve();
  #nextLook: Promise<void> | null = null;
  #slots = CONCURRENCY;
  readonly #waiting: (() => void)[] = [];

  constructor(options: DeferredOptions) {
    this.#options = options;
    // Every queue that waits for its next attempt listens.
    setMaxListeners(0, this.#stopping.signal);
  }

  /**
   * Takes up whatever waits in the database. Call at start, and whenever work was accepted, before that is answered.
   * The result need not be awaited: a look that fails is repeated.
   *
   * @throws DomainError `store_unavailable`
   */
  look(): Promise<void> {
    // One that has not begun will see everything that is in the database by now.
    if (this.#nextLook !== null) return this.#nextLook;
    const look = this.#looking.catch(ignore).then(() => this.#read());
    look.catch(ignore);
    this.#nextLook = look;
    this.#looking = look;
    return look;
  }

  /**
   * Resolves when the work accepted so far for a queue is done.
   *
   * @throws DomainError `store_unavailable`, `overloaded` when that takes too long or the worker stops before
   */
  async idle(queue: string): Promise<void> {
    await this.#looking;
    this.#refuseWhenStopped();
    const end = this.#queues.get(queue);
    if (end === undefined) return;
    const patience = new AbortController();
    const tooLong = sleep(this.#options.patience ?? PATIENCE, undefined, { signal: patience.signal, ref: false });
    await Promise.race([end, tooLong.then(refuse)]).finally(() => patience.abort());
  }

  /** Whether accepted work waits for this queue. @throws DomainError `store_unavailable` */
  async isBusy(queue: string): Promise<boolean> {
    await this.#looking;
    return this.#queues.has(queue);
  }

  /** Lets running work finish and starts no more; what waits is taken up at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking.catch(ignore);
    await Promise.allSettled(this.#queues.values());
  }

  async #read(): Promise<void> {
    this.#nextLook = null;
    if (this.#stopping.signal.aborted) return;
    this.#done.clear();
    try {
      for (const work of await this.#options.store.deferredWork()) this.#enqueue(work);
    } catch (cause) {
      this.#options.log.warn({ err: cause }, 'deferred work could not be read');
      void this.#pause(RETRY_DELAY).then(() => this.look());
      throw new DomainError('store_unavailable', { retryAfter: 1, cause });
    }
  }

  #enqueue(work: DeferredWork): void {
    if (this.#known.has(work.id) || this.#done.has(work.id)) return;
    this.#known.add(work.id);
    const before = this.#queues.get(work.queue) ?? Promise.resolve();
    const end = before
      .then(() => this.#apply(work))
      .finally(() => {
        this.#known.delete(work.id);
        this.#done.add(work.id);
        if (this.#queues.get(work.queue) === end) this.#queues.delete(work.queue);
      });
    end.catch(ignore);
    this.#queues.set(work.queue, end);
  }

  /** Holds up its queue until the work has left the database: later work must not overtake it. */
  async #apply(work: DeferredWork): Promise<void> {
    let delay = RETRY_DELAY;
    while (!(await this.#attempt(work))) {
      await this.#pause(delay);
      delay = Math.min(delay * 2, LONGEST_DELAY);
      // The outcome of a failed attempt may be unknown; what is gone was applied.
      if (!(await this.#isStored(work))) return;
    }
  }

  /** @returns whether the work is done, be it applied or refused */
  async #attempt(work: DeferredWork): Promise<boolean> {
    await this.#takeSlot();
    try {
      this.#refuseWhenStopped();
      await this.#submit(work);
      return true;
    } catch (err) {
      this.#refuseWhenStopped();
      this.#options.log.warn({ work: work.id, err }, 'deferred work will be tried again');
      return false;
    } finally {
      this.#freeSlot();
    }
  }

  async #submit(work: DeferredWork): Promise<void> {
    try {
      await this.#options.users.submit(this.#options.submissionOf(work));
    } catch (error) {
      if (!(error instanceof DomainError) || error.code === 'unavailable') throw error;
      this.#options.log.warn({ work: work.id, reason: error.reason }, 'deferred work was refused');
    }
  }

  async #isStored(work: DeferredWork): Promise<boolean> {
    this.#refuseWhenStopped();
    try {
      return (await this.#options.store.deferredWork()).some(({ id }) => id === work.id);
    } catch {
      return true;
    }
  }

  #takeSlot(): Promise<void> | undefined {
    if (this.#slots === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#slots -= 1;
    return undefined;
  }

  #freeSlot(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#slots += 1;
    else next();
  }

  /** Ends early when the worker stops. */
  #pause(milliseconds: number): Promise<void> {
    return sleep(milliseconds, undefined, { signal: this.#stopping.signal, ref: false }).catch(ignore);
  }

  #refuseWhenStopped(): void {
    if (this.#stopping.signal.aborted) refuse();
  }
}

function refuse(): never {
  throw new DomainError('overloaded', { retryAfter: 1 });
}

function ignore(): void {}
