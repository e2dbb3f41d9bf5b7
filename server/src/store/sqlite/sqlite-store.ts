import type { DatabaseSync } from 'node:sqlite';
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
  StoredAnswer,
  Wants,
} from '../../app/ports/store.ts';
import type { SignUpQuery, SignUps, UserPage, UserQuery } from '../../app/ports/user-list.ts';
import type { UserEvent } from '../../core/user/events.ts';
import type { User } from '../../core/user/user.ts';
import { readUser } from '../documents.ts';
import { Pace } from '../pace.ts';
import { eventOf } from '../rows.ts';
import { PROCESSES } from '../settings.ts';
import { Access } from './access.ts';
import { type CheckpointOptions, Checkpoints } from './checkpoints.ts';
import { closeWithLog } from './close-with-log.ts';
import { readConfiguration, readRevision, readSetting, writeConfiguration, writeSettings } from './configuration.ts';
import { type Lists, listsOf } from './lists/index.ts';
import { SearchWriter } from './lists/search-writer.ts';
import { schemaFits } from './migrate.ts';
import { SqliteOutbox } from './outbox.ts';
import { Records } from './records.ts';
import { prepareStatements, type Statements } from './statements.ts';
import { writeChanges } from './writes.ts';

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
  readonly #records: Records;
  readonly #access: Access;
  readonly #pace = new Pace();
  readonly #checkpoints: Checkpoints | null;
  readonly #release: () => void;
  readonly #check: SqliteStoreOptions['check'];
  readonly #log: SqliteStoreOptions['log'];
  /** Number of the configuration, as long as nobody else has written since it was read. */
  #revision: number | null = null;
  readonly #snapshot: Omit<Snapshot, 'revision'> = {
    // What a batch reads it mostly writes, and what it wrote is cached after the commit.
    user: (id) => this.#user(id, false),
    claimHolder: (key) => this.#claimHolder(key),
    answer: (key) => this.#answer(key),
    isDeferred: (id) => this.#access.read(() => this.#statements.isDeferred.get(id)) !== undefined,
  };

  /**
   * @param release is called once the database is closed
   */
  constructor(db: DatabaseSync, release: () => void, { check, log, checkpoints }: SqliteStoreOptions = {}) {
    this.#db = db;
    this.#statements = prepareStatements(db);
    this.#search = new SearchWriter(db);
    this.#records = new Records(this.#statements, () => {
      this.#revision = null;
    });
    this.#access = new Access(
      db,
      this.#statements,
      // From then on what is cached is what is decided on.
      () => this.#records.compareVersion(),
      () => this.#checkpoints?.committed(),
    );
    this.outbox = new SqliteOutbox(db, this.#access);
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
    return this.#access.write(
      () => {
        this.#revision ??= readRevision(this.#statements);
        const changes = decide({ ...this.#snapshot, revision: this.#revision });
        if (changes === null) return;
        writeChanges(this.#statements, changes);
        this.#search.write(changes.users);
        written = changes.users;
      },
      () => this.#records.remember(written.map(({ user }) => user)),
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
    return this.#access.readElsewhere(async () => {
      const { rows, total } = await this.#lists.list(query);
      return { users: rows.map(({ id, document }) => readUser(id, document)), total };
    });
  }

  listCredentials(query: CredentialQuery): Promise<CredentialPage> {
    return this.#access.readElsewhere(() => this.#lists.listCredentials(query));
  }

  countSignUps(query: SignUpQuery): Promise<SignUps> {
    return this.#access.readElsewhere(() => this.#lists.countSignUps(query));
  }

  async events(userId: string): Promise<UserEvent[]> {
    return this.#access.read(() => this.#statements.events.all(userId).map(eventOf));
  }

  async feed(after: string | null, limit: number): Promise<FeedEntry[]> {
    const rows = this.#access.read(() => this.#statements.feed.all(Number(after ?? 0), limit));
    return rows.map((row) => ({ event: eventOf(row), position: String(row.position) }));
  }

  async deferredWork(queue?: string): Promise<DeferredWork[]> {
    const { deferred, deferredOf } = this.#statements;
    const rows = this.#access.read(() => (queue === undefined ? deferred.all() : deferredOf.all(queue)));
    return rows.map((row) => ({ id: Number(row.id), queue: String(row.queue), payload: String(row.payload) }));
  }

  async configuration(): Promise<Configuration> {
    return this.#access.read(() => readConfiguration(this.#statements));
  }

  async configure(change: ConfigurationChange): Promise<string[] | null> {
    return this.#access.write(
      () => writeConfiguration(this.#db, this.#statements, change, () => this.#everybody()),
      () => this.#records.forget(),
    );
  }

  async setting(name: string): Promise<string | null> {
    return this.#access.read(() => readSetting(this.#statements, name));
  }

  async saveSettings(values: ReadonlyMap<string, string | null>): Promise<void> {
    await this.#access.write(() => writeSettings(this.#statements, values));
  }

  async replaceSetting(name: string, before: string | null, after: string): Promise<boolean> {
    return this.#access.write(() => {
      if (readSetting(this.#statements, name) !== before) return false;
      writeSettings(this.#statements, new Map([[name, after]]));
      return true;
    });
  }

  async shortLived(key: string, now: number): Promise<string | null> {
    const row = this.#access.read(() => this.#statements.shortLived.get(key, now));
    return row === undefined ? null : String(row.value);
  }

  async replaceShortLived(key: string, { before, value, expiresAt, now }: ShortLivedChange): Promise<boolean> {
    const { addShortLived, replaceShortLived } = this.#statements;
    return this.#access.write(() => {
      const { changes } =
        before === null
          ? addShortLived.run(key, value, expiresAt, now)
          : replaceShortLived.run(value, expiresAt, key, before, now);
      return changes === 1;
    });
  }

  async nextProcessNumber(): Promise<number> {
    return this.#access.write(() => {
      const next = Number(readSetting(this.#statements, PROCESSES) ?? 0);
      writeSettings(this.#statements, new Map([[PROCESSES, String(next + 1)]]));
      return next;
    });
  }

  async pruneAnswers(now: number, limit: number): Promise<number> {
    return this.#access.write(() => Number(this.#statements.pruneAnswers.run(now, limit).changes));
  }

  async pruneShortLived(now: number, limit: number): Promise<number> {
    return this.#access.write(() => Number(this.#statements.pruneShortLived.run(now, limit).changes));
  }

  async isEmpty(): Promise<boolean> {
    return this.#statements.anyUser.get() === undefined && this.#statements.organizations.get() === undefined;
  }

  async state(): Promise<{ revision: number; schemaFits: boolean }> {
    return this.#access.read(() => ({ revision: readRevision(this.#statements), schemaFits: schemaFits(this.#db) }));
  }

  readiness(): { ok: true } | { ok: false; reason: string } {
    const { failure } = this.#access;
    return failure === null ? { ok: true } : { ok: false, reason: failure.message };
  }

  /** Called when damage is found after the start: nothing is written any more. */
  fail(reason: string, cause: unknown): void {
    this.#access.fail(reason, cause);
  }

  async close(): Promise<void> {
    await Promise.all([this.#check?.stop(), this.#lists.close()]);
    const closeDatabase = () => (this.#access.failure === null ? this.#db.close() : closeWithLog(this.#db));
    if (this.#checkpoints === null) closeDatabase();
    else await this.#checkpoints.close(closeDatabase);
    this.#release();
  }

  /** @returns whether the log may be copied on */
  #copyFailed(error: unknown): boolean {
    const { lasting } = this.#access.note(error);
    this.#log?.error({ err: error }, 'the log of the database could not be copied into its file');
    return !lasting;
  }

  #user(id: string, remember = true): User | null {
    return this.#access.read(() => this.#records.user(id, remember));
  }

  *#everybody(): Iterable<User> {
    for (const row of this.#db.prepare('SELECT id, document FROM users').iterate()) {
      yield readUser(String(row.id), row.document);
    }
  }

  #claimHolder(key: string): string | null {
    const row = this.#access.read(() => this.#statements.claimHolder.get(key));
    return row === undefined ? null : String(row.user_id);
  }

  #answer(key: string): StoredAnswer | null {
    const row = this.#access.read(() => this.#statements.answer.get(key));
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
