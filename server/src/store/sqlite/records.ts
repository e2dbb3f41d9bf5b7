import { LRUCache } from 'lru-cache';
import type { User } from '../../core/user/user.ts';
import { readUser } from '../documents.ts';
import type { Statements } from './statements.ts';

/** Records kept parsed in memory, so that reading one costs no disk and no parsing. */
const CACHED_USERS = 10_000;

/**
 * The records, read through a cache. Other commands may write to the file beside the server; SQLite tells a connection
 * that somebody did.
 */
export class Records {
  readonly #statements: Pick<Statements, 'user' | 'dataVersion'>;
  readonly #onChange: () => void;
  readonly #cache = new LRUCache<string, User>({ max: CACHED_USERS });
  #dataVersion = 0;
  #askedThisTurn = false;

  /** @param onChange called when somebody else may have written */
  constructor(statements: Statements, onChange: () => void) {
    this.#statements = statements;
    this.#onChange = onChange;
  }

  /** @param remember whether it is likely to be read again before it changes */
  user(id: string, remember: boolean): User | null {
    this.#compareOnceInATurn();
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached;
    const row = this.#statements.user.get(id);
    if (row === undefined) return null;
    const user = readUser(id, row.document);
    if (remember) this.#cache.set(id, user);
    return user;
  }

  /** Of what was committed. */
  remember(users: Iterable<User>): void {
    for (const user of users) this.#cache.set(user.id, user);
  }

  forget(): void {
    this.#cache.clear();
    this.#onChange();
  }

  /** Forgets all when somebody else has written since. */
  compareVersion(): void {
    const version = Number(this.#statements.dataVersion.get()?.data_version);
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    this.forget();
  }

  /** Once in a turn of the event loop: asking costs more than the rest of a read. */
  #compareOnceInATurn(): void {
    if (this.#askedThisTurn) return;
    this.#askedThisTurn = true;
    setImmediate(() => {
      this.#askedThisTurn = false;
    });
    this.compareVersion();
  }
}
