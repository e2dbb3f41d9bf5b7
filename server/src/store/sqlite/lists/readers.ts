import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CredentialPage, CredentialQuery } from '../../../app/ports/credential-list.ts';
import { StoreUnavailable } from '../../../app/ports/store.ts';
import type { SignUpQuery, SignUps, UserQuery } from '../../../app/ports/user-list.ts';
import { errorOf } from '../thread-error.ts';
import type { FoundPage } from './lister.ts';
import type { Page, Query, ReaderAnswer } from './reader-worker.ts';

export interface ReadersOptions {
  /** Threads; two unless given. */
  readonly threads?: number;
  /** Whether updates want the machine: then one thread makes lists, however many there are. */
  readonly isBusy?: () => boolean;
  /** Most queries that wait for a thread; 64 unless given. */
  readonly mostWaiting?: number;
  /** Milliseconds for one query once a thread is at it; 5,000 unless given. */
  readonly timeout?: number;
  /** The same for the first query of a thread, which has to start; 15,000 unless given. */
  readonly startTimeout?: number;
  /** Starts a thread on a file; replaced in tests. */
  readonly start?: (path: string) => Worker;
}

interface Waiting {
  readonly query: Query;
  resolve(page: Page): void;
  reject(error: Error): void;
}

interface Thread {
  readonly worker: Worker;
  isStarted: boolean;
  at: Waiting | null;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Threads that read the file beside the one that writes it, so that a list of a million users holds up no update. They
 * start when they are needed. What was committed before a query was handed over is seen by it.
 */
export class Readers {
  readonly #path: string;
  readonly #threads = new Set<Thread>();
  /** Threads that were given up, and may still be within a statement: it cannot be interrupted from outside. */
  readonly #stuck = new Set<Thread>();
  readonly #waiting: Waiting[] = [];
  readonly #most: Required<Omit<ReadersOptions, 'start' | 'isBusy'>>;
  readonly #isBusy: () => boolean;
  readonly #start: (path: string) => Worker;
  #closed = false;
  #isHeld = false;
  #tellIdle: (() => void) | null = null;

  constructor(path: string, options: ReadersOptions = {}) {
    this.#path = path;
    this.#most = {
      threads: options.threads ?? 2,
      mostWaiting: options.mostWaiting ?? 64,
      timeout: options.timeout ?? 5_000,
      startTimeout: options.startTimeout ?? 15_000,
    };
    this.#isBusy = options.isBusy ?? (() => false);
    this.#start = options.start ?? startReader;
  }

  /** @throws StoreUnavailable when too many wait, the query takes too long, or the thread dies */
  list(query: UserQuery): Promise<FoundPage> {
    return this.#ask(query) as Promise<FoundPage>;
  }

  /** The same of keys or tokens. */
  listCredentials(query: CredentialQuery): Promise<CredentialPage> {
    return this.#ask(query) as Promise<CredentialPage>;
  }

  /** The same of sign-ups. */
  countSignUps(query: SignUpQuery): Promise<SignUps> {
    return this.#ask(query) as Promise<SignUps>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const threads = [...this.#threads, ...this.#stuck];
    for (const waiting of this.#waiting.splice(0)) waiting.reject(new StoreUnavailable('the store is closed', null));
    for (const thread of this.#threads) this.#give(thread, new StoreUnavailable('the store is closed', null));
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
    this.#next();
  }

  /** Lets no query begin until `release`; settles when none is under way. */
  hold(): Promise<void> {
    this.#isHeld = true;
    return new Promise((resolve) => {
      this.#tellIdle = resolve;
      this.#next();
    });
  }

  release(): void {
    this.#isHeld = false;
    this.#next();
  }

  /** The thread answers the kind of query that it gets. */
  #ask(query: Query): Promise<Page> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new StoreUnavailable('the store is closed', null));
      if (this.#waiting.length >= this.#most.mostWaiting) {
        return reject(new StoreUnavailable('too many lists wait', null));
      }
      this.#waiting.push({ query, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#isHeld) {
      if ([...this.#threads].every(({ at }) => at === null)) this.#tellIdle?.();
      return;
    }
    while (this.#waiting.length > 0) {
      const thread = this.#free();
      if (thread === null) return;
      const waiting = this.#waiting.shift();
      if (waiting === undefined) return;
      thread.at = waiting;
      const { timeout, startTimeout } = this.#most;
      thread.timer = setTimeout(() => this.#giveUp(thread), thread.isStarted ? timeout : startTimeout);
      thread.worker.postMessage(waiting.query);
    }
  }

  #free(): Thread | null {
    const idle = [...this.#threads].filter(({ at }) => at === null);
    if (this.#isBusy() && idle.length < this.#threads.size) return null;
    const [thread] = idle;
    if (thread !== undefined) return thread;
    // One that is stuck takes a processor still: no more of them than there may be threads.
    if (this.#threads.size >= this.#most.threads || this.#stuck.size >= this.#most.threads) return null;
    return this.#started();
  }

  #started(): Thread {
    const thread: Thread = { worker: this.#start(this.#path), isStarted: false, at: null, timer: undefined };
    this.#threads.add(thread);
    thread.worker.unref();
    thread.worker.on('message', (answer: ReaderAnswer) => {
      thread.isStarted = true;
      if (answer.kind === 'page') this.#settle(thread)?.resolve(answer.page);
      else this.#settle(thread)?.reject(errorOf(answer.cause));
      this.#next();
    });
    thread.worker.on('error', (error) => this.#drop(thread, error));
    thread.worker.on('exit', () => this.#drop(thread, null));
    return thread;
  }

  #settle(thread: Thread): Waiting | null {
    clearTimeout(thread.timer);
    const { at } = thread;
    thread.at = null;
    return at;
  }

  #giveUp(thread: Thread): void {
    this.#stuck.add(thread);
    this.#give(thread, new StoreUnavailable('a list took too long', null));
    void thread.worker.terminate();
    this.#next();
  }

  #give(thread: Thread, error: Error): void {
    this.#threads.delete(thread);
    this.#settle(thread)?.reject(error);
  }

  #drop(thread: Thread, cause: unknown): void {
    // An error of SQLite may mean that the file is damaged, which is for the store to say.
    const isSqlite = cause instanceof Error && 'errcode' in cause;
    this.#give(thread, isSqlite ? cause : new StoreUnavailable('a thread that makes lists has ended', cause));
    this.#stuck.delete(thread);
    if (!this.#closed) this.#next();
  }
}

function startReader(path: string): Worker {
  // The published package holds JavaScript under the same names.
  const file = new URL(`./reader-worker${extname(import.meta.url)}`, import.meta.url);
  return new Worker(file, { workerData: path, resourceLimits: { maxOldGenerationSizeMb: 128 } });
}
