import type { DatabaseSync } from 'node:sqlite';
import { LRUCache } from 'lru-cache';
import {
  type BatchChanges,
  type DeferredWork,
  type OrganizationRow,
  type Snapshot,
  type Store,
  type StoredAnswer,
  StoreUnavailable,
  type Wants,
} from '../../app/ports/store.ts';
import type { UserEvent } from '../../core/user/events.ts';
import type { User } from '../../core/user/user.ts';
import { eventOf } from '../rows.ts';
import { classify } from './failures.ts';
import { prepareStatements, type Statements } from './statements.ts';

/** Records kept parsed in memory, so that reading one costs no disk and no parsing. */
const CACHED_USERS = 10_000;

/**
 * The store on an embedded SQLite file, on the thread of its caller: with group commit that is faster than a writer
 * thread, since a batch costs less than the hand-over.
 */
export class SqliteStore implements Store {
  readonly #db: DatabaseSync;
  readonly #statements: Statements;
  readonly #release: () => void;
  readonly #cache = new LRUCache<string, User>({ max: CACHED_USERS });
  #dataVersion = 0;
  #failure: StoreUnavailable | null = null;
  readonly #snapshot: Snapshot = {
    user: (id) => this.#user(id),
    claimHolder: (key) => this.#claimHolder(key),
    answer: (key) => this.#answer(key),
  };

  constructor(db: DatabaseSync, release: () => void) {
    this.#db = db;
    this.#statements = prepareStatements(db);
    this.#release = release;
  }

  commit(_wants: Wants, decide: (snapshot: Snapshot) => BatchChanges): Promise<void> {
    return this.#transaction(() => {
      const changes = decide(this.#snapshot);
      this.#write(changes);
      return changes;
    }).then((changes) => {
      for (const { user } of changes.users) this.#cache.set(user.id, user);
    });
  }

  async user(id: string): Promise<User | null> {
    return this.#user(id);
  }

  async userByClaim(key: string): Promise<User | null> {
    const holder = this.#claimHolder(key);
    return holder === null ? null : this.#user(holder);
  }

  async events(userId: string): Promise<UserEvent[]> {
    return this.#statements.events.all(userId).map(eventOf);
  }

  async deferredWork(): Promise<DeferredWork[]> {
    return this.#statements.deferred
      .all()
      .map((row) => ({ id: Number(row.id), queue: String(row.queue), payload: String(row.payload) }));
  }

  async organizations(): Promise<OrganizationRow[]> {
    return this.#statements.organizations.all().map((row) => ({ id: String(row.id), settings: String(row.settings) }));
  }

  async saveOrganizations(rows: readonly OrganizationRow[]): Promise<void> {
    await this.#transaction(() => {
      for (const { id, settings } of rows) this.#statements.saveOrganization.run(id, settings);
    });
  }

  async setting(name: string): Promise<string | null> {
    const row = this.#statements.setting.get(name);
    return row === undefined ? null : String(row.value);
  }

  async saveSettings(values: ReadonlyMap<string, string | null>): Promise<void> {
    await this.#transaction(() => {
      for (const [name, value] of values) {
        if (value === null) this.#statements.deleteSetting.run(name);
        else this.#statements.saveSetting.run(name, value);
      }
    });
  }

  async rebuildClaims(claimsOf: (user: User) => readonly string[]): Promise<string[]> {
    const holders = new Map<string, string>();
    const clashes = new Set<string>();
    for (const row of this.#db.prepare('SELECT document FROM users').iterate()) {
      const user = JSON.parse(String(row.document)) as User;
      for (const key of claimsOf(user)) {
        if (holders.has(key) && clashes.size < 10) clashes.add(key);
        holders.set(key, user.id);
      }
    }
    if (clashes.size > 0) return [...clashes];
    await this.#transaction(() => {
      this.#db.exec('DELETE FROM claims');
      for (const [key, userId] of holders) this.#statements.insertClaim.run(key, userId);
    });
    return [];
  }

  async pruneAnswers(now: number, limit: number): Promise<number> {
    return this.#transaction(() => Number(this.#statements.pruneAnswers.run(now, limit).changes));
  }

  async isEmpty(): Promise<boolean> {
    return this.#statements.anyUser.get() === undefined && this.#statements.organizations.get() === undefined;
  }

  readiness(): { ok: true } | { ok: false; reason: string } {
    return this.#failure === null ? { ok: true } : { ok: false, reason: this.#failure.message };
  }

  /** Called when damage is found after the start: nothing is written any more. */
  fail(reason: string, cause: unknown): void {
    this.#failure ??= new StoreUnavailable(reason, cause);
  }

  async close(): Promise<void> {
    this.#db.close();
    this.#release();
  }

  /** Runs `work` in one transaction; everything in it is synchronous, so nothing can come between. */
  async #transaction<T>(work: () => T): Promise<T> {
    if (this.#failure !== null) throw this.#failure;
    try {
      this.#statements.begin.run();
      const result = work();
      this.#statements.commit.run();
      return result;
    } catch (error) {
      const failure = classify(error);
      this.#rollBack();
      if (failure.lasting) this.fail('the database failed; restart to recover', error);
      throw failure.error;
    }
  }

  #rollBack(): void {
    try {
      if (this.#db.isTransaction) this.#statements.rollback.run();
    } catch (error) {
      this.fail('the database could not roll back; restart to recover', error);
    }
  }

  #write(changes: BatchChanges): void {
    const s = this.#statements;
    for (const { user, isNew } of changes.users) this.#writeUser(user, isNew);
    for (const event of changes.events) {
      const { userId, sequence, organizationId, kind, type, schema, at, origin } = event;
      const { actor, dialect, client, requestId } = origin;
      const body = JSON.stringify(event.changes);
      s.insertEvent.run(
        userId,
        sequence,
        organizationId,
        kind,
        type,
        schema,
        at,
        actor,
        dialect,
        client,
        requestId,
        body,
      );
    }
    for (const [key, holder] of changes.claimsRemoved) s.deleteClaim.run(key, holder);
    for (const [key, holder] of changes.claimsAdded) s.insertClaim.run(key, holder);
    for (const answer of changes.answers) {
      s.saveAnswer.run(answer.key, answer.fingerprint, answer.payload, answer.sealed ? 1 : 0, answer.expiresAt);
    }
    for (const { message, at } of changes.messages) {
      s.insertMessage.run(message.userId, message.kind, at, JSON.stringify(message));
    }
    for (const { queue, payload } of changes.deferred) s.insertDeferred.run(queue, payload);
    for (const id of changes.settled) s.deleteDeferred.run(id);
  }

  #writeUser(user: User, isNew: boolean): void {
    const document = JSON.stringify(user);
    const { id, organizationId, kind, state, username, sequence, version, createdAt, changedAt } = user;
    if (isNew) {
      this.#statements.insertUser.run(
        id,
        organizationId,
        kind,
        state,
        username,
        sequence,
        version,
        createdAt,
        changedAt,
        document,
      );
    } else {
      this.#statements.updateUser.run(state, username, sequence, version, changedAt, document, id);
    }
  }

  #user(id: string): User | null {
    this.#forgetWhenChangedElsewhere();
    const cached = this.#cache.get(id);
    if (cached !== undefined) return cached;
    const row = this.#statements.user.get(id);
    if (row === undefined) return null;
    const user = JSON.parse(String(row.document)) as User;
    this.#cache.set(id, user);
    return user;
  }

  /** Other commands may write to the file beside the server; SQLite tells this connection that somebody did. */
  #forgetWhenChangedElsewhere(): void {
    const version = Number(this.#statements.dataVersion.get()?.data_version);
    if (version === this.#dataVersion) return;
    this.#dataVersion = version;
    this.#cache.clear();
  }

  #claimHolder(key: string): string | null {
    const row = this.#statements.claimHolder.get(key);
    return row === undefined ? null : String(row.user_id);
  }

  #answer(key: string): StoredAnswer | null {
    const row = this.#statements.answer.get(key);
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
