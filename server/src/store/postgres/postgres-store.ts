import type { CredentialPage, CredentialQuery } from '../../app/ports/credential-list.ts';
import type {
  BatchChanges,
  Configuration,
  ConfigurationChange,
  DeferredWork,
  FeedEntry,
  ShortLivedChange,
  Snapshot,
  Store,
  Wants,
} from '../../app/ports/store.ts';
import type { SignUpQuery, SignUps, UserPage, UserQuery } from '../../app/ports/user-list.ts';
import type { UserEvent } from '../../core/user/events.ts';
import type { User } from '../../core/user/user.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import { Pace } from '../pace.ts';
import { eventOf } from '../rows.ts';
import { PROCESSES, REVISION } from '../settings.ts';
import { commitBatch } from './commit.ts';
import { readConfiguration, writeConfiguration, writeSettings } from './configuration.ts';
import { readFailure } from './failures.ts';
import { Lister } from './lists/lister.ts';
import { Tidier } from './lists/tidier.ts';
import { Lookups } from './lookups.ts';
import { SCHEMA } from './migrate.ts';
import { PostgresOutbox } from './outbox.ts';
import type { PostgresPool } from './pool.ts';
import { Records } from './records.ts';
import { OTHERS, type Statement } from './statements.ts';

/** Batches under way at once; more only make each of them smaller. */
const CONCURRENCY = 3;

/** The store on PostgreSQL, which any number of processes may share. Nothing in memory is believed without a
 * look at the database. */
export class PostgresStore implements Store {
  readonly concurrency: number;
  readonly isRemote = true;
  readonly outbox: PostgresOutbox;
  readonly #pool: PostgresPool;
  #batches = 0;
  readonly #pace = new Pace();
  readonly #records = new Records();
  readonly #lookups: Lookups;
  readonly #lister: Lister;
  readonly #tidier: Tidier;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
    this.#lookups = new Lookups(pool, this.#records);
    this.outbox = new PostgresOutbox(pool);
    this.#lister = new Lister(pool, {}, () => this.#pace.isBusy(performance.now()));
    this.#tidier = new Tidier(pool);
    this.concurrency = Math.max(1, Math.min(CONCURRENCY, Math.floor(pool.size / 2)));
  }

  commit(wants: Wants, decide: (snapshot: Snapshot) => BatchChanges | null): Promise<void> {
    this.#batches += 1;
    this.#pace.note(performance.now());
    return commitBatch(this.#pool, this.#records, wants, (snapshot) => {
      const changes = decide(snapshot);
      if (changes?.users.some(({ isNew, sameInLists }) => isNew || sameInLists !== true)) this.#tidier.note();
      return changes;
    });
  }

  user(id: string): Promise<User | null> {
    return this.#lookups.user(id);
  }

  userByClaim(key: string): Promise<User | null> {
    return this.#lookups.userByClaim(key);
  }

  list(query: UserQuery): Promise<UserPage> {
    return this.#reading(this.#lister.list(query));
  }

  listCredentials(query: CredentialQuery): Promise<CredentialPage> {
    return this.#reading(this.#lister.listCredentials(query));
  }

  countSignUps(query: SignUpQuery): Promise<SignUps> {
    return this.#reading(this.#lister.countSignUps(query));
  }

  async events(userId: string): Promise<UserEvent[]> {
    return (await this.#rows(OTHERS.events, [userId])).map(eventOf);
  }

  async feed(after: string | null, limit: number): Promise<FeedEntry[]> {
    const [tx, position] = (after ?? '0:0').split(':');
    const rows = await this.#rows(OTHERS.feed, [tx, position, limit]);
    return rows.map((row) => ({ event: eventOf(row), position: `${row.tx}:${row.position}` }));
  }

  async deferredWork(queue?: string): Promise<DeferredWork[]> {
    const rows = queue === undefined ? await this.#rows(OTHERS.deferred) : await this.#rows(OTHERS.deferredOf, [queue]);
    return rows.map((row) => ({ id: Number(row.id), queue: String(row.queue), payload: String(row.payload) }));
  }

  configuration(): Promise<Configuration> {
    return this.#reading(readConfiguration(this.#pool));
  }

  configure(change: ConfigurationChange): Promise<string[] | null> {
    return this.#reading(writeConfiguration(this.#pool, change));
  }

  async setting(name: string): Promise<string | null> {
    const [row] = await this.#rows(OTHERS.setting, [name]);
    return row === undefined ? null : String(row.value);
  }

  saveSettings(values: ReadonlyMap<string, string | null>): Promise<void> {
    return this.#reading(writeSettings(this.#pool, values));
  }

  async replaceSetting(name: string, before: string | null, after: string): Promise<boolean> {
    const replaced =
      before === null
        ? this.#pool.query(OTHERS.addSetting, [name, after])
        : this.#pool.query(OTHERS.replaceSetting, [name, before, after]);
    return (await this.#reading(replaced)).rowCount === 1;
  }

  async shortLived(key: string, now: number): Promise<string | null> {
    const [row] = await this.#rows(OTHERS.shortLived, [key, now]);
    return row === undefined ? null : String(row.value);
  }

  async replaceShortLived(key: string, { before, value, expiresAt, now }: ShortLivedChange): Promise<boolean> {
    const replaced =
      before === null
        ? this.#pool.query(OTHERS.addShortLived, [key, value, expiresAt, now])
        : this.#pool.query(OTHERS.replaceShortLived, [value, expiresAt, key, before, now]);
    return (await this.#reading(replaced)).rowCount === 1;
  }

  async nextProcessNumber(): Promise<number> {
    const [row] = await this.#rows(OTHERS.increment, [PROCESSES]);
    return Number(row?.before);
  }

  pruneAnswers(now: number, limit: number): Promise<number> {
    return this.#prune(OTHERS.pruneAnswers, now, limit);
  }

  pruneShortLived(now: number, limit: number): Promise<number> {
    return this.#prune(OTHERS.pruneShortLived, now, limit);
  }

  async isEmpty(): Promise<boolean> {
    const [row] = await this.#rows(OTHERS.isEmpty);
    return row?.empty === true;
  }

  async state(): Promise<{ revision: number; schemaFits: boolean }> {
    const rows = await this.#rows(OTHERS.settings, [[REVISION, SCHEMA]]);
    const values = new Map(rows.map((row) => [row.name, Number(row.value)]));
    return { revision: values.get(REVISION) ?? 0, schemaFits: values.get(SCHEMA) === MIGRATIONS.length };
  }

  readiness(): { ok: true } | { ok: false; reason: string } {
    const { away } = this.#pool;
    return away === null ? { ok: true } : { ok: false, reason: away };
  }

  /** Counted since the start. */
  get statistics(): { readonly batches: number; readonly roundTrips: number } {
    return { batches: this.#batches, roundTrips: this.#pool.roundTrips };
  }

  async close(): Promise<void> {
    await this.#tidier.close();
    await this.#pool.close();
  }

  async #prune(statement: Statement, now: number, limit: number): Promise<number> {
    const { rowCount } = await this.#reading(this.#pool.query(statement, [now, limit]));
    return rowCount ?? 0;
  }

  async #rows(statement: Statement, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.#reading(this.#pool.query(statement, values))).rows;
  }

  async #reading<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw readFailure(error);
    }
  }
}
