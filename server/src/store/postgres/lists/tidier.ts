import type { PostgresPool } from '../pool.ts';
import { ADD_UP_COUNTS } from './counts.ts';

/** Milliseconds from a write to the work that it leaves, of which one run does all. */
const AFTER = 500;

const TIDY = "SELECT gin_clean_pending_list('user_search_by_trigrams')";

/**
 * Does what batches that write rows for lists leave to be done: otherwise the one that fills the list in which rows wait
 * for the index of trigrams would put them there for all others, which takes a multiple of its own time; and counts
 * would have ever more to add up.
 */
export class Tidier {
  readonly #pool: PostgresPool;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  /** Rows were written. */
  note(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      // Rows that come from here on are for the next run.
      this.#timer = undefined;
      // What fails here is done by the next batch that finds the list full.
      this.#work = this.#work.then(() => this.#tidy()).catch(() => {});
    }, AFTER);
    this.#timer.unref();
  }

  async #tidy(): Promise<void> {
    await this.#pool.query(TIDY);
    await this.#pool.query(ADD_UP_COUNTS);
  }

  /** Waits for a run that is under way. */
  close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    return this.#work;
  }
}
