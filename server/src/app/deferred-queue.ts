import { DomainError } from '../core/errors.ts';
import type { DeferredWork } from './ports/store.ts';

/** How an attempt ended: it is applied or refused; another process is, or was, at it; it must be tried again. */
export type Attempt = 'done' | 'taken' | 'failed';

/** Milliseconds until the same work is tried again; doubled each time, up to the longest. */
const DELAYS = {
  taken: { first: 20, longest: 250 },
  failed: { first: 250, longest: 30_000 },
};

/** What a queue needs done. Everything rejects once the worker stops. */
export interface QueueSteps {
  /** What waits in the database, in the order of acceptance; `null` when it cannot be read. */
  read(): Promise<DeferredWork[] | null>;
  attempt(work: DeferredWork): Promise<Attempt>;
  pause(milliseconds: number): Promise<void>;
  /** The queue takes up no more; what is accepted from now on is for a new one. */
  ended(): void;
}

/** Somebody who waits until certain work is gone. */
interface Waiter {
  readonly ids: Set<number>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Applies the work of one queue, one after another in the order of acceptance. Other processes may be at the same
 * queue: the database lends each piece of work to one of them, and nobody goes on before it is gone.
 */
export class DeferredQueue {
  readonly #steps: QueueSteps;
  /** Whether somebody asked since the latest look began. */
  #asked = false;
  #tries = { id: 0, taken: 0, failed: 0 };
  readonly #waiters = new Set<Waiter>();

  constructor(steps: QueueSteps) {
    this.#steps = steps;
  }

  /** Has the database looked at before the queue ends. */
  ask(): void {
    this.#asked = true;
  }

  /**
   * Applies what is known and, when asked, what waits in the database, until nothing is left. `known` may be out of
   * date: what is gone is not lent.
   */
  async run(known: readonly DeferredWork[]): Promise<void> {
    let waiting = [...known];
    try {
      while (waiting.length > 0 || this.#asked) {
        const first = waiting.shift();
        if (first === undefined || !(await this.#apply(first))) waiting = await this.#look();
      }
    } catch (error) {
      for (const waiter of this.#waiters) waiter.reject(error);
      throw error;
    } finally {
      // In the same turn in which nobody had asked, lest a question be lost.
      this.#steps.ended();
    }
  }

  /**
   * Resolves when none of this work is left in the database. The queue must run, and be asked if it was running before.
   *
   * @throws DomainError `overloaded` when that takes longer than `milliseconds`, or the worker stops before
   */
  async outlast(work: readonly DeferredWork[], milliseconds: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { ids: new Set(work.map(({ id }) => id)), resolve, reject };
    const timer = setTimeout(() => reject(new DomainError('overloaded', { retryAfter: 1 })), milliseconds).unref();
    this.#waiters.add(waiter);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  /** @returns whether the work is done; if not, only a look at the database tells what comes next */
  async #apply(work: DeferredWork): Promise<boolean> {
    if (work.id !== this.#tries.id) this.#tries = { id: work.id, taken: 0, failed: 0 };
    const attempt = await this.#steps.attempt(work);
    if (attempt === 'done') {
      for (const waiter of this.#waiters) strike(waiter, work.id);
      return true;
    }
    await this.#steps.pause(delay(attempt, this.#tries[attempt]));
    this.#tries[attempt] += 1;
    return false;
  }

  async #look(): Promise<DeferredWork[]> {
    for (let failures = 0; ; failures += 1) {
      this.#asked = false;
      // Whoever comes later may wait for work that was not there yet when this look began.
      const waiters = [...this.#waiters];
      const waiting = await this.#steps.read();
      if (waiting !== null) {
        const left = new Set(waiting.map(({ id }) => id));
        for (const waiter of waiters) for (const id of waiter.ids) if (!left.has(id)) strike(waiter, id);
        return waiting;
      }
      await this.#steps.pause(delay('failed', failures));
    }
  }
}

function strike({ ids, resolve }: Waiter, id: number): void {
  if (ids.delete(id) && ids.size === 0) resolve();
}

function delay(attempt: keyof typeof DELAYS, before: number): number {
  const { first, longest } = DELAYS[attempt];
  return Math.min(first * 2 ** before, longest);
}
