import { StoreUnavailable } from '../../app/ports/store.ts';
import type { User } from '../../core/user/user.ts';
import { textArray } from './arrays.ts';
import { readFailure } from './failures.ts';
import type { PostgresPool } from './pool.ts';
import type { Records } from './records.ts';
import { LOOKUPS } from './statements.ts';

/** Most keys in one round trip, and most that wait for theirs. */
const AT_ONCE = 512;
const MOST_WAITING = 10_000;
/** Round trips under way at once. */
const CONCURRENCY = 2;

interface Waiting {
  readonly key: string;
  readonly resolve: (user: User | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads of single records. Those that are asked for at the same moment share a round trip; none joins one that was
 * sent before it was asked for, which might not see what its caller has written.
 */
export class Lookups {
  readonly #pool: PostgresPool;
  readonly #records: Records;
  #byId: Waiting[] = [];
  #byClaim: Waiting[] = [];
  #running = 0;
  #scheduled = false;

  constructor(pool: PostgresPool, records: Records) {
    this.#pool = pool;
    this.#records = records;
  }

  /** @throws StoreUnavailable */
  user(id: string): Promise<User | null> {
    return this.#ask(this.#byId, id);
  }

  /** @throws StoreUnavailable */
  userByClaim(key: string): Promise<User | null> {
    return this.#ask(this.#byClaim, key);
  }

  #ask(queue: Waiting[], key: string): Promise<User | null> {
    if (queue.length >= MOST_WAITING) {
      return Promise.reject(new StoreUnavailable('too many wait for the database', null));
    }
    return new Promise((resolve, reject) => {
      queue.push({ key, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#running >= CONCURRENCY) return;
    if (this.#byId.length === 0 && this.#byClaim.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    const byId = this.#byId.splice(0, AT_ONCE);
    const byClaim = this.#byClaim.splice(0, AT_ONCE);
    this.#running += 1;
    this.#schedule();
    const asked = [
      { statement: LOOKUPS.users, waiting: byId },
      { statement: LOOKUPS.usersByClaim, waiting: byClaim },
    ].filter(({ waiting }) => waiting.length > 0);
    try {
      const results = await this.#pool.use((session) =>
        session.pipeline(asked.map(({ statement, waiting }) => [statement, [textArray(keysOf(waiting))]])),
      );
      for (const [n, { waiting }] of asked.entries()) {
        this.#answer(waiting, new Map(results[n]?.rows.map((row) => [row.key, row])));
      }
    } catch (error) {
      for (const { reject } of [...byId, ...byClaim]) reject(readFailure(error));
    }
    this.#running -= 1;
    this.#schedule();
  }

  /** Each gets its own answer: a damaged record fails those who asked for it. */
  #answer(waiting: readonly Waiting[], rows: ReadonlyMap<string, Row>): void {
    for (const { key, resolve, reject } of waiting) {
      const row = rows.get(key);
      try {
        resolve(row === undefined ? null : this.#records.read(row.id, row.document));
      } catch (error) {
        reject(readFailure(error));
      }
    }
  }
}

function keysOf(waiting: readonly Waiting[]): string[] {
  return [...new Set(waiting.map(({ key }) => key))];
}

interface Row {
  readonly id: string;
  readonly document: string;
}
