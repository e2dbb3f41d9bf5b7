import type { DatabaseSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import type { CredentialPage, CredentialQuery } from '../../app/ports/credential-list.ts';
import {
  type BatchChanges,
  type Configuration,
  type ConfigurationChange,
  type DeferredWork,
  type FeedEntry,
  type ShortLivedChange,
  type Snapshot,
  type Store,
  type StoredAnswer,
  StoreUnavailable,
  type Wants,
} from '../../app/ports/store.ts';
import type { SignUpQuery, SignUps, UserPage, UserQuery } from '../../app/ports/user-list.ts';
import type { UserEvent } from '../../core/user/events.ts';
import type { User } from '../../core/user/user.ts';
import { readUser } from '../documents.ts';
import { Pace } from '../pace.ts';
import { eventOf } from '../rows.ts';
import { PROCESSES } from '../settings.ts';
import { type CheckpointOptions, Checkpoints } from './checkpoints.ts';
import { closeWithLog } from './close-with-log.ts';
import { readConfiguration, readRevision, readSetting, writeConfiguration, writeSettings } from './configuration.ts';
import { classify, type Failure } from './failures.ts';
import { type Lists, listsOf } from './lists/index.ts';
import { SearchWriter } from './lists/search-writer.ts';
import { schemaFits } from './migrate.ts';
import { SqliteOutbox } from './outbox.ts';
import { prepareStatements, type Statements } from './statements.ts';
import { writeChanges } from './writes.ts';

/** Records kept parsed in memory, so that reading one costs no disk and no parsing. */
const CACHED_USERS = 10_000;

const FAILED = 'the database failed; restart to recover';

export interface SqliteStoreOptions {
  /** A look for damage under way, ended before the database is closed. */
  readonly check?: { stop(): Promise<void> } | undefined;
  /** Told of what no request is answered with. */
  readonly log?: { error(details: object, message: string): void } | undefined;
  /** When the log is copied; replaced in tests. */
  readonly checkpoints?: Omit<CheckpointOptions, 'onError'>;
}

/**
 * The store on an embedded SQLite file, on the thread of its caller: with group commit that is faster than a writer
 * thread, since a batch costs less than the hand-over.
 */
export class SqliteStore implements Store {
  readonly concurrency = 1;
  readonly isRemote = false;
  readonly outbox: SqliteOutbox;
  readonly #db: DatabaseSync;
  readonly #statements: Statements;
  readonly #search: SearchWriter;
  readonly #lists: Lists;
  readonly #pace = new Pace();
  readonly #checkpoints: Checkpoints | null;
  readonly #release: () => void;
  readonly #check: SqliteStoreOptions['check'];
  readonly #log: SqliteStoreOptions['log'];
  readonly #cache = new LRUCache<string, User>({ max: CACHED_USERS });
  #dataVersion = 0;
  /** Number of the configuration, as long as nobody else has written since it was read. */
  #revision: number | null = null;
  #askedThisTurn = false;
  #failure: StoreUnavailable | null = null;
  readonly #snapshot: Omit<Snapshot, 'revision'> = {
    // What a batch reads it mostly writes, and what it wrote is cached after the commit.
    user: (id) => this.#user(id, false),
    claimHolder: (key) => this.#claimHolder(key),
    answer: (key) => this.#answer(key),
    isDeferred: (id) => this.#reading(() => this.#statements.isDeferred.get(id)) !== undefined,
  };

  /**
   * @param release is called once the database is closed
   */
  constructor(db: DatabaseSync, release: () => void, { check, log, checkpoints }: SqliteStoreOptions = {}) {
    this.#db = db;
    this.#statements = prepareStatements(db);
    this.#search = new SearchWriter(db);
    this.outbox = new SqliteOutbox(db, {
      read: (work) => this.#reading(work),
      write: (work) => this.#transaction(work),
    });
    this.#lists = listsOf(db, { isBusy: () => this.#pace.isBusy(performance.now()) });
    const path = db.location();
    this.#log = log;
    const onError = (error: unknown) => this.#copyFailed(error);
    this.#checkpoints = path === null ? null : new Checkpoints(db, path, this.#lists, { ...checkpoints, onError });
    this.#release = release;
    this.#check = check;
  }

  commit(_wants: Wants, decide: (snapshot: Snapshot) => BatchChanges | null): Promise<void> {
    this.#pace.note(performance.now());
    let written: BatchChanges['users'] = [];
    return this.#transaction(
      () => {
        this.#revision ??= readRevision(this.#statements);
        const changes = decide({ ...this.#snapshot, revision: this.#revision });
        if (changes === null) return;
        writeChanges(this.#statements, changes);
        this.#search.write(changes.users);
        written = changes.users;
      },
      () => {
        for (const { user } of written) this.#cache.set(user.id, user);
      },
    );
  }

  async user(id: string): Promise<User | null> {
    return this.#user(id);
  }

  async userByClaim(key: string): Promise<User | null> {
    const holder = this.#claimHolder(key);
    return holder === null ? null : this.#user(holder);
  }

  list(query: UserQuery): Promise<UserPage> {
    return this.#listing(async () => {
      const { rows, total } = await this.#lists.list(query);
      return { users: rows.map(({ id, document }) => readUser(id, document)), total };
    });
  }

  listCredentials(query: CredentialQuery): Promise<CredentialPage> {
    return this.#listing(() => this.#lists.listCredentials(query));
  }

  countSignUps(query: SignUpQuery): Promise<SignUps> {
    return this.#listing(() => this.#lists.countSignUps(query));
  }

  async events(userId: string): Promise<UserEvent[]> {
    return this.#reading(() => this.#statements.events.all(userId).map(eventOf));
  }

  async feed(after: string | null, limit: number): Promise<FeedEntry[]> {
    const rows = this.#reading(() => this.#statements.feed.all(Number(after ?? 0), limit));
    return rows.map((row) => ({ event: eventOf(row), position: String(row.position) }));
  }

  async deferredWork(queue?: string): Promise<DeferredWork[]> {
    const { deferred, deferredOf } = this.#statements;
    const rows = this.#reading(() => (queue === undefined ? deferred.all() : deferredOf.all(queue)));
    return rows.map((row) => ({ id: Number(row.id), queue: String(row.queue), payload: String(row.payload) }));
  }

  async configuration(): Promise<Configuration> {
    return this.#reading(() => readConfiguration(this.#statements));
  }

  async configure(change: ConfigurationChange): Promise<string[] | null> {
    return this.#transaction(
      () => writeConfiguration(this.#db, this.#statements, change, () => this.#everybody()),
      () => this.#forget(),
    );
  }

  async setting(name: string): Promise<string | null> {
    return this.#reading(() => readSetting(this.#statements, name));
  }

  async saveSettings(values: ReadonlyMap<string, string | null>): Promise<void> {
    await this.#transaction(() => writeSettings(this.#statements, values));
  }

  async replaceSetting(name: string, before: string | null, after: string): Promise<boolean> {
    return this.#transaction(() => {
      if (readSetting(this.#statements, name) !== before) return false;
      writeSettings(this.#statements, new Map([[name, after]]));
      return true;
    });
  }

  async shortLived(key: string, now: number): Promise<string | null> {
    const row = this.#reading(() => this.#statements.shortLived.get(key, now));
    return row === undefined ? null : String(row.value);
  }

  async replaceShortLived(key: string, { before, value, expiresAt, now }: ShortLivedChange): Promise<boolean> {
    const { addShortLived, replaceShortLived } = this.#statements;
    return this.#transaction(() => {
      const { changes } =
        before === null
          ? addShortLived.run(key, value, expiresAt, now)
          : replaceShortLived.run(value, expiresAt, key, before, now);
      return changes === 1;
    });
  }

  async nextProcessNumber(): Promise<number> {
    return this.#transaction(() => {
      const next = Number(readSetting(this.#statements, PROCESSES) ?? 0);
      writeSettings(this.#statements, new Map([[PROCESSES, String(next + 1)]]));
      return next;
    });
  }

  async pruneAnswers(now: number, limit: number): Promise<number> {
    return this.#transaction(() => Number(this.#statements.pruneAnswers.run(now, limit).changes));
  }

  async pruneShortLived(now: number, limit: number): Promise<number> {
    return this.#transaction(() => Number(this.#statements.pruneShortLived.run(now, limit).changes));
  }

  async isEmpty(): Promise<boolean> {
    return this.#statements.anyUser.get() === undefined && this.#statements.organizations.get() === undefined;
  }

  async state(): Promise<{ revision: number; schemaFits: boolean }> {
    return this.#reading(() => ({ revision: readRevision(this.#statements), schemaFits: schemaFits(this.#db) }));
  }

  readiness(): { ok: true } | { ok: false; reason: string } {
    return this.#failure === null ? { ok: true } : { ok: false, reason: this.#failure.message };
  }

  /** Called when damage is found after the start: nothing is written any more. */
  fail(reason: string, cause: unknown): void {
    this.#failure ??= new StoreUnavailable(reason, cause);
  }

  async close(): Promise<void> {
    await Promise.all([this.#check?.stop(), this.#lists.close()]);
    const closeDatabase = () => (this.#failure === null ? this.#db.close() : closeWithLog(this.#db));
    if (this.#checkpoints === null) closeDatabase();
    else await this.#checkpoints.close(closeDatabase);
    this.#release();
  }

  /**
   * Runs `work` in one transaction; everything in it is synchronous, so nothing can come between. `done` follows the
   * commit before anybody else can read.
   */
  async #transaction<T>(work: () => T, done?: () => void): Promise<T> {
    if (this.#failure !== null) throw this.#failure;
    let result: T;
    try {
      this.#statements.begin.run();
      // From here on nobody else can write, so what is cached now is what is decided on.
      this.#compareVersion();
      result = work();
      this.#statements.commit.run();
    } catch (error) {
      this.#rollBack();
      throw this.#noteFailure(error).error;
    }
    done?.();
    this.#checkpoints?.committed();
    return result;
  }

  #reading<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  async #listing<T>(list: () => Promise<T>): Promise<T> {
    try {
      return await list();
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  /** Damage that a read meets stops all writes as well. */
  #unreadable(error: unknown): unknown {
    const failure = this.#noteFailure(error);
    return failure.error instanceof StoreUnavailable ? failure.error : error;
  }

  /** @returns whether the log may be copied on */
  #copyFailed(error: unknown): boolean {
    const { lasting } = this.#noteFailure(error);
    this.#log?.error({ err: error }, 'the log of the database could not be copied into its file');
    return !lasting;
  }

  #noteFailure(error: unknown): Failure {
    const failure = classify(error);
    if (failure.lasting) this.fail(FAILED, error);
    return failure;
  }

  #rollBack(): void {
    try {
      if (this.#db.isTransaction) this.#statements.rollback.run();
    } catch (error) {
      this.fail('the database could not roll back; restart to recover', error);
    }
  }

  #user(id: string, remember = true): User | null {
    try {
      this.#forgetWhenChangedElsewhere();
      const cached = this.#cache.get(id);
      if (cached !== undefined) return cached;
      const row = this.#statements.user.get(id);
      if (row === undefined) return null;
      const user = readUser(id, row.document);
      if (remember) this.#cache.set(id, user);
      return user;
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  /**
   * Other commands may write to the file beside the server; SQLite tells this connection that somebody did. Asked once
   * in a turn of the event loop, since asking costs more than the rest of a read.
   */
  #forgetWhenChangedElsewhere(): void {
    if (this.#askedThisTurn) return;
    this.#askedThisTurn = true;
    setImmediate(() => {
      this.#askedThisTurn = false;
    });
    this.#compareVersion();
  }

  #compareVersion(): void {
    const version = Number(this.#statements.dataVersion.get()?.data_version);
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    this.#forget();
  }

  #forget(): void {
    this.#cache.clear();
    this.#revision = null;
  }

  *#everybody(): Iterable<User> {
    for (const row of this.#db.prepare('SELECT id, document FROM users').iterate()) {
      yield readUser(String(row.id), row.document);
    }
  }

  #claimHolder(key: string): string | null {
    const row = this.#reading(() => this.#statements.claimHolder.get(key));
    return row === undefined ? null : String(row.user_id);
  }

  #answer(key: string): StoredAnswer | null {
    const row = this.#reading(() => this.#statements.answer.get(key));
    if (row === undefined) return null;
    return {
      key,
      fingerprint: String(row.fingerprint),
      payload: String(row.payload),
      sealed: row.sealed === 1,
      expiresAt: Number(row.expires_at),
    };
  }
}
