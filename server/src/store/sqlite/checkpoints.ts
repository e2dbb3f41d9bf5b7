import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { CheckpointAnswer, CheckpointOrder } from './checkpoint-worker.ts';
import { errorOf } from './thread-error.ts';

/** Pages of the log. */
export interface LogSizes {
  /** Worth copying into the file: fewer would be flushed too often. */
  readonly worth: number;
  /** Copied by the writer itself, in a few milliseconds. */
  readonly rest: number;
  /** So many that readers wait until it was begun anew. */
  readonly long: number;
}

const SIZES: LogSizes = { worth: 4_000, rest: 800, long: 16_000 };

/** Pages of a log so long that the writer copies it after each commit: something is wrong with the thread. */
const FAR_TOO_LONG = 64_000;
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

export interface CheckpointOptions {
  /** Told when the log could not be copied. */
  readonly onError: (error: unknown) => void;
  /** Replaced in tests, like the start of the thread. */
  readonly sizes?: Partial<LogSizes>;
  readonly start?: (path: string) => Worker;
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
  #file: FileHandle | null = null;
  #waiting: { resolve(): void; reject(error: Error): void } | null = null;
  #commits = 0;
  /** Pages to be copied before the next copy. */
  #next: number;
  #underWay: Promise<void> | null = null;
  #closed = false;

  constructor(db: DatabaseSync, path: string, readers: OtherReaders, options: CheckpointOptions) {
    this.#path = path;
    this.#readers = readers;
    this.#options = options;
    this.#sizes = { ...SIZES, ...options.sizes };
    this.#next = this.#sizes.worth;
    db.exec(`PRAGMA wal_autocheckpoint = ${FAR_TOO_LONG}`);
    this.#look = db.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#copyRest = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  }

  /** Call it after each commit. */
  committed(): void {
    this.#commits += 1;
    if (this.#underWay !== null || this.#closed || this.#commits % LOOK_EVERY !== 0) return;
    this.#underWay = this.#shortenLong()
      .catch(this.#options.onError)
      .finally(() => {
        this.#underWay = null;
      });
  }

  /**
   * @param closeDatabase comes after the thread, so that the writer is the last one, and before the file is given back:
   * the locks of a process end when it closes a file, by whichever handle
   */
  async close(closeDatabase: () => void): Promise<void> {
    this.#closed = true;
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

  async #shortenLong(): Promise<void> {
    const { left } = this.#state();
    if (left < this.#next) return;
    // Also what fails is tried again only when as much more was written.
    this.#next = left + this.#sizes.worth;
    await this.#copy();
    if (this.#state().pages >= this.#sizes.long) {
      await this.#readers.hold();
      try {
        await this.#copy();
      } finally {
        this.#readers.release();
      }
    }
    this.#next = this.#state().left + this.#sizes.worth;
  }

  async #copy(): Promise<void> {
    let before = Number.POSITIVE_INFINITY;
    for (let copies = 0; copies < MOST_COPIES && !this.#closed; copies += 1) {
      const { left } = this.#state();
      if (left <= this.#sizes.rest) {
        this.#copyRest.get();
        return;
      }
      // Readers keep what is behind the page at which they began.
      if (left > before / 2) return;
      before = left;
      await this.#copyInThread();
      // SQLite flushes with the last page only, for which the writer would wait.
      await this.#flush();
    }
  }

  #copyInThread(): Promise<void> {
    this.#thread ??= this.#started();
    this.#order(this.#thread, 'copy');
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  async #flush(): Promise<void> {
    this.#file ??= await open(this.#path, 'r+');
    await this.#file.sync();
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

  #state(): { pages: number; left: number } {
    const { log, checkpointed } = this.#look.get() as { log: number; checkpointed: number };
    return { pages: log, left: log - checkpointed };
  }
}

function startThread(path: string): Worker {
  // The published package holds JavaScript under the same names.
  const file = new URL(`./checkpoint-worker${extname(import.meta.url)}`, import.meta.url);
  return new Worker(file, { workerData: path, resourceLimits: { maxOldGenerationSizeMb: 32 } });
}
