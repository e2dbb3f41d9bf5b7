import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../core/errors.ts';
import { WorkTaken } from './batch.ts';
import { type Attempt, DeferredQueue } from './deferred-queue.ts';
import type { DeferredWork, Store } from './ports/store.ts';
import { Slots } from './slots.ts';
import type { Submission } from './submission.ts';
import type { Users } from './users.ts';

/** Work applied at once, so that a long backlog leaves room for live requests. */
const CONCURRENCY = 64;
/** Milliseconds that `idle` waits for earlier work. */
const PATIENCE = 5_000;
/** Milliseconds between looks at what others left behind; more when a look takes long. */
const INTERVAL = 1_000;
/** At most this part of the time is spent looking. */
const LOOKING_SHARE = 1 / 20;

export interface DeferredOptions {
  readonly store: Pick<Store, 'deferredWork'>;
  readonly users: Pick<Users, 'submit'>;
  /** The submission that stored work stands for; it must settle the work. */
  readonly submissionOf: (work: DeferredWork) => Submission;
  readonly log: { warn(details: object, message: string): void };
  /** Milliseconds that `idle` waits; a few seconds unless given. */
  readonly patience?: number;
  /** Milliseconds between looks at what others left behind; a second unless given. */
  readonly interval?: number;
}

/**
 * Applies deferred work in the background, in the order it was accepted within each queue. What was accepted is in the
 * database, and leaves it in the transaction that applies or refuses it: it survives a kill and happens once, however
 * many processes share the database.
 */
export class DeferredWorker {
  readonly #options: DeferredOptions;
  readonly #queues = new Map<string, { readonly queue: DeferredQueue; readonly end: Promise<void> }>();
  readonly #slots = new Slots(CONCURRENCY);
  /** The first work of each queue at the latest look. */
  #heads: ReadonlySet<number> = new Set();
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #unreadable = false;
  #stopped = false;
  /** Ends all pauses. */
  #pauses = pauses();

  constructor(options: DeferredOptions) {
    this.#options = options;
  }

  /**
   * Takes up whatever waits in the database and, from then on, what other processes leave behind when they die.
   *
   * @throws DomainError `store_unavailable`
   */
  start(): Promise<void> {
    this.#looking = this.#look(() => true);
    this.#looking.catch(ignore);
    return this.#looking;
  }

  /** Applies what waits for a queue. Call whenever work was accepted. */
  takeUp(queue: string): void {
    if (!this.#stopped) this.#run(queue, []);
  }

  /**
   * Resolves when the work accepted so far for a queue, by whichever process, is done.
   *
   * @throws DomainError `store_unavailable`, `overloaded` when that takes too long or the worker stops before
   */
  async idle(queue: string): Promise<void> {
    this.#refuseWhenStopped();
    const waiting = await this.#read(queue);
    if (waiting.length === 0) return;
    this.#refuseWhenStopped();
    await this.#run(queue, waiting).outlast(waiting, this.#options.patience ?? PATIENCE);
  }

  /** Whether accepted work waits for this queue. @throws DomainError `store_unavailable` */
  async isBusy(queue: string): Promise<boolean> {
    return (await this.#read(queue)).length > 0;
  }

  /** Lets running work finish and starts no more; what waits is taken up by another process, or at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#pauses.abort();
    await this.#looking.catch(ignore);
    await Promise.allSettled([...this.#queues.values()].map(({ end }) => end));
  }

  async #look(isLeftOver: (first: DeferredWork) => boolean): Promise<void> {
    const began = performance.now();
    try {
      const queues = Map.groupBy(await this.#read(), ({ queue }) => queue);
      if (this.#unreadable && !this.#stopped) this.#wake();
      const heads = new Set<number>();
      for (const [queue, work] of queues) {
        const [first] = work;
        if (first === undefined || this.#stopped) continue;
        heads.add(first.id);
        if (!this.#queues.has(queue) && isLeftOver(first)) this.#run(queue, work);
      }
      this.#heads = heads;
    } catch (err) {
      if (!this.#unreadable) this.#options.log.warn({ err }, 'deferred work could not be read');
      this.#unreadable = true;
      throw err;
    } finally {
      this.#lookLater(Math.max(this.#options.interval ?? INTERVAL, (performance.now() - began) / LOOKING_SHARE));
    }
  }

  /** What was first in its queue at the look before too was left behind; at the rest somebody is at work. */
  #lookLater(milliseconds: number): void {
    if (this.#stopped) return;
    // Processes that were started together should not look together.
    const jittered = milliseconds * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => {
      this.#looking = this.#look(({ id }) => this.#heads.has(id));
      this.#looking.catch(ignore);
    }, jittered).unref();
  }

  /** The database is back: what was tried in vain while it was away need not wait any longer. */
  #wake(): void {
    this.#unreadable = false;
    this.#pauses.abort();
    this.#pauses = pauses();
  }

  #run(name: string, known: readonly DeferredWork[]): DeferredQueue {
    const running = this.#queues.get(name)?.queue;
    const queue = running ?? this.#create(name);
    if (running !== undefined || known.length === 0) queue.ask();
    if (running !== undefined) return running;
    const end = queue.run(known);
    end.catch(ignore);
    this.#queues.set(name, { queue, end });
    return queue;
  }

  #create(name: string): DeferredQueue {
    return new DeferredQueue({
      read: () => this.#slots.run(() => this.#tryToRead(name)),
      attempt: (work) => this.#slots.run(() => this.#attempt(work)),
      pause: async (milliseconds) => {
        await sleep(milliseconds, undefined, { signal: this.#pauses.signal, ref: false }).catch(ignore);
        this.#refuseWhenStopped();
      },
      ended: () => this.#queues.delete(name),
    });
  }

  async #tryToRead(queue: string): Promise<DeferredWork[] | null> {
    this.#refuseWhenStopped();
    try {
      return await this.#read(queue);
    } catch (err) {
      this.#options.log.warn({ err }, 'deferred work could not be read');
      return null;
    }
  }

  async #attempt(work: DeferredWork): Promise<Attempt> {
    this.#refuseWhenStopped();
    try {
      await this.#submit(work);
      return 'done';
    } catch (err) {
      if (err instanceof WorkTaken) return 'taken';
      this.#refuseWhenStopped();
      this.#options.log.warn({ work: work.id, err }, 'deferred work will be tried again');
      return 'failed';
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

  async #read(queue?: string): Promise<DeferredWork[]> {
    try {
      return await this.#options.store.deferredWork(queue);
    } catch (cause) {
      throw new DomainError('store_unavailable', { retryAfter: 1, cause });
    }
  }

  #refuseWhenStopped(): void {
    if (this.#stopped) throw new DomainError('overloaded', { retryAfter: 1 });
  }
}

/** Every queue that waits for its next attempt listens. */
function pauses(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

function ignore(): void {}
