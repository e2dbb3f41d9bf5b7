import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { CheckpointAnswer, CheckpointOrder } from './checkpoint-worker.ts';
import { FAILED_FLUSH } from './failures.ts';
import { COPY_LOG, LOOK_AT_LOG, type LogLength, lengthOf, WORTH_COPYING } from './log.ts';
import { causeOf, errorOf } from './thread-error.ts';

/** Pages of the log at which something is done about it. */
export interface LogSizes {
  /** Worth copying into the file. */
  readonly worth: number;
  /** Copied by the writer itself, in a few milliseconds. */
  readonly rest: number;
  /** So many that readers wait until it was begun anew. */
  readonly long: number;
  /** So many that the writer copies after each look: the thread does not work, or somebody else reads without end. */
  readonly farTooLong: number;
}

const SIZES: LogSizes = { worth: WORTH_COPYING, rest: 800, long: 16_000, farTooLong: 64_000 };

/** Copies one after another: each leaves what was written while it was made, which is less each time. */
const MOST_COPIES = 4;
/** Commits between two looks at the log: a look takes five microseconds. */
const LOOK_EVERY = 4;

/** Those who read the file beside the writer. */
export interface OtherReaders {
  /** Lets nobody begin; settles when nobody is at it. */
  hold(): Promise<void>;
  release(): void;
}

/** The file that the log is copied into. */
type Flushed = Pick<FileHandle, 'sync' | 'close'>;

export interface CheckpointOptions {
  /**
   * Told when the log could not be copied.
   *
   * @returns whether it may be copied on; if not, what was flushed last is not to be built upon
   */
  readonly onError: (error: unknown) => boolean;
  /** Replaced in tests, like what follows. */
  readonly sizes?: Partial<LogSizes>;
  readonly start?: (path: string) => Worker;
  readonly open?: (path: string) => Promise<Flushed>;
}

/**
 * Copies the log of a database into its file in a thread of its own, as that writes thousands of pages and flushes them,
 * for which no update should wait. The log begins anew when all of it is copied and nobody reads the older pages in it:
 * the last few are copied by the writer, or there would always be some more; and when it has become long because lists
 * are made all the time, these wait for a moment.
 */
export class Checkpoints {
  readonly #path: string;
  readonly #readers: OtherReaders;
  readonly #options: CheckpointOptions;
  readonly #sizes: LogSizes;
  readonly #look: StatementSync;
  readonly #copyRest: StatementSync;
  #thread: Worker | null = null;
  #file: Flushed | null = null;
  #waiting: { resolve(): void; reject(error: Error): void } | null = null;
  #commits = 0;
  /** Pages to be copied before the next copy. */
  #next: number;
  #underWay: Promise<void> | null = null;
  /** Nothing is copied any more: it is being closed, or what was flushed cannot be trusted. */
  #stopped = false;

  constructor(db: DatabaseSync, path: string, readers: OtherReaders, options: CheckpointOptions) {
    this.#path = path;
    this.#readers = readers;
    this.#options = options;
    this.#sizes = { ...SIZES, ...options.sizes };
    this.#next = this.#sizes.worth;
    this.#look = db.prepare(LOOK_AT_LOG);
    this.#copyRest = db.prepare(COPY_LOG);
  }

  /** Call it after each commit. Never throws. */
  committed(): void {
    this.#commits += 1;
    if (this.#stopped || this.#commits % LOOK_EVERY !== 0) return;
    this.#attempt(() => {
      const { pages, left } = this.#state();
      if (pages >= this.#sizes.farTooLong) this.#copyRest.get();
      if (left < this.#next || this.#underWay !== null) return;
      // What fails is tried again only when as much more was written.
      this.#next = left + this.#sizes.worth;
      this.#underWay = this.#shorten()
        .catch((error) => this.#report(error))
        .finally(() => {
          this.#underWay = null;
        });
    });
  }

  /**
   * @param closeDatabase comes after the thread, so that the writer is the last one, and before the file is given back:
   * the locks of a process end when it closes a file, by whichever handle
   */
  async close(closeDatabase: () => void): Promise<void> {
    this.#stopped = true;
    // Until then it keeps no process alive.
    this.#thread?.ref();
    await this.#underWay;
    if (this.#thread !== null) {
      const exit = once(this.#thread, 'exit');
      this.#order(this.#thread, 'close');
      await exit;
    }
    closeDatabase();
    await this.#file?.close();
  }

  async #shorten(): Promise<void> {
    await this.#copy().catch((error) => this.#report(error));
    if (this.#stopped || this.#state().pages < this.#sizes.long) return;
    await this.#readers.hold();
    try {
      await this.#copy();
    } catch (error) {
      this.#report(error);
      // Without the thread it takes longer, but now is the time.
      this.#attempt(() => this.#copyRest.get());
    } finally {
      this.#readers.release();
    }
  }

  async #copy(): Promise<void> {
    let before = Number.POSITIVE_INFINITY;
    for (let copies = 0; copies < MOST_COPIES && !this.#stopped; copies += 1) {
      const { left } = this.#state();
      if (left <= this.#sizes.rest) {
        this.#copyRest.get();
        break;
      }
      // Readers keep what is behind the page at which they began.
      if (left > before / 2) break;
      before = left;
      await this.#copyInThread();
      // SQLite flushes with the last page only, for which the writer would wait.
      await this.#flush();
    }
    if (!this.#stopped) this.#next = this.#state().left + this.#sizes.worth;
  }

  #attempt(work: () => void): void {
    if (this.#stopped) return;
    try {
      work();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    if (!this.#options.onError(error)) this.#stopped = true;
  }

  #copyInThread(): Promise<void> {
    this.#thread ??= this.#started();
    this.#order(this.#thread, 'copy');
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** A flush that failed may succeed the next time without what it lost, whatever the reason it gave. */
  async #flush(): Promise<void> {
    this.#file ??= await (this.#options.open ?? openFile)(this.#path);
    try {
      await this.#file.sync();
    } catch (error) {
      throw errorOf({ ...causeOf(error), code: FAILED_FLUSH });
    }
  }

  #started(): Worker {
    const thread = (this.#options.start ?? startThread)(this.#path);
    thread.unref();
    thread.on('message', (cause: CheckpointAnswer) => this.#settle(cause === null ? null : errorOf(cause)));
    thread.on('error', (error) => this.#settle(error));
    // The next copy starts another.
    thread.on('exit', () => {
      this.#thread = null;
      this.#settle(new Error('the thread that copies the log has ended'));
    });
    return thread;
  }

  #settle(error: Error | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (error === null) waiting?.resolve();
    else waiting?.reject(error);
  }

  #order(thread: Worker, order: CheckpointOrder): void {
    thread.postMessage(order);
  }

  #state(): LogLength {
    return lengthOf(this.#look.get());
  }
}

const openFile = (path: string): Promise<Flushed> => open(path, 'r+');

function startThread(path: string): Worker {
  // The published package holds JavaScript under the same names.
  const file = new URL(`./checkpoint-worker${extname(import.meta.url)}`, import.meta.url);
  return new Worker(file, { workerData: path, resourceLimits: { maxOldGenerationSizeMb: 32 } });
}
