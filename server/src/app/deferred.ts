import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../core/errors.ts';
import type { DeferredWork, Store } from './ports/store.ts';
import type { Submission } from './submission.ts';
import type { Users } from './users.ts';

/** Milliseconds between attempts while the database cannot be written. */
const RETRY_DELAY = 250;

export interface DeferredOptions {
  readonly store: Pick<Store, 'deferredWork'>;
  readonly users: Pick<Users, 'submit'>;
  /** The submission that stored work stands for; it must settle the work's id. */
  readonly submissionOf: (work: DeferredWork) => Submission;
  readonly log: { warn(details: object, message: string): void };
}

/**
 * Applies deferred work in the background, in the order it was accepted within each queue. What was accepted is in the
 * database, and leaves it in the transaction that applies it: it survives a kill and happens once.
 */
export class DeferredWorker {
  readonly #options: DeferredOptions;
  /** Per queue, the end of the work known so far. */
  readonly #queues = new Map<string, Promise<void>>();
  readonly #known = new Set<number>();
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: DeferredOptions) {
    this.#options = options;
  }

  /** Takes up whatever waits in the database. Call at start, and whenever work was accepted. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      for (const work of await this.#options.store.deferredWork()) this.#enqueue(work);
    });
    return this.#looking;
  }

  /** Resolves when the work accepted so far for a queue is done. */
  async idle(queue: string): Promise<void> {
    await this.#looking;
    await this.#queues.get(queue);
  }

  /** Whether work waits for this queue, as far as this process knows. */
  isBusy(queue: string): boolean {
    return this.#queues.has(queue);
  }

  /** Lets running work finish and starts no more; what waits is taken up at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#queues.values());
  }

  #enqueue(work: DeferredWork): void {
    if (this.#known.has(work.id)) return;
    this.#known.add(work.id);
    const before = this.#queues.get(work.queue) ?? Promise.resolve();
    const done = before
      .then(() => this.#apply(work))
      .finally(() => {
        this.#known.delete(work.id);
        if (this.#queues.get(work.queue) === done) this.#queues.delete(work.queue);
      });
    this.#queues.set(work.queue, done);
  }

  async #apply(work: DeferredWork): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#options.users.submit(this.#options.submissionOf(work));
        return;
      } catch (error) {
        if (error instanceof DomainError && error.code !== 'unavailable') {
          this.#options.log.warn({ work: work.id, reason: error.reason }, 'deferred work was refused');
          return;
        }
        this.#options.log.warn({ work: work.id, err: error }, 'deferred work will be tried again');
        await sleep(RETRY_DELAY);
      }
    }
  }
}
