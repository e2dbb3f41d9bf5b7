import type { Message } from '../../core/user/commands.ts';
import type { UserEvent } from '../../core/user/events.ts';
import type { User } from '../../core/user/user.ts';

/** What a batch must load before it can be decided. */
export interface Wants {
  readonly users: ReadonlySet<string>;
  /** Claims by which a user is looked up; their holders are loaded too. */
  readonly claims: ReadonlySet<string>;
  readonly answers: ReadonlySet<string>;
}

/** The database as the batch found it. */
export interface Snapshot {
  user(id: string): User | null;
  /**
   * Id of the user that holds the claim. An engine that has not looked it up may say `null`, but must then check it
   * before the commit, and decide again when it was held after all.
   */
  claimHolder(key: string): string | null;
  answer(key: string): StoredAnswer | null;
}

/** The first answer to an idempotency key. */
export interface StoredAnswer {
  /** Digest of scope and key. */
  readonly key: string;
  readonly fingerprint: string;
  /** Encrypted when `sealed`. */
  readonly payload: string;
  readonly sealed: boolean;
  readonly expiresAt: number;
}

/** Work that was accepted and is applied in the background, in order within its queue. */
export interface DeferredWork {
  readonly id: number;
  readonly queue: string;
  readonly payload: string;
}

/** Everything one batch changes, written in one transaction or not at all. */
export interface BatchChanges {
  readonly users: readonly { readonly user: User; readonly isNew: boolean }[];
  readonly events: readonly UserEvent[];
  /** Claim to the holder that frees it. Applied before `claimsAdded`: what is freed in a batch can be taken in it. */
  readonly claimsRemoved: ReadonlyMap<string, string>;
  /** Claim to the id of its new holder. */
  readonly claimsAdded: ReadonlyMap<string, string>;
  readonly answers: readonly StoredAnswer[];
  readonly messages: readonly { readonly message: Message; readonly at: number }[];
  readonly deferred: readonly { readonly queue: string; readonly payload: string }[];
  readonly settled: readonly number[];
}

/** What an organization looks like in the database: its settings as JSON, secrets in them digested or sealed. */
export interface OrganizationRow {
  readonly id: string;
  readonly settings: string;
}

/**
 * The database. Reads are never stale: a write that was acknowledged is seen by the next read.
 *
 * Errors: whatever the engine throws while writing is wrapped as `StoreUnavailable`, or as `BatchFailed` when a single
 * command of the batch may be the cause.
 */
export interface Store {
  /**
   * Loads what is wanted, calls `decide`, and writes what it returns, in one transaction. When `commit` resolves the
   * changes are on disk.
   *
   * `decide` must be pure: it runs again when a claim it relied on turns out to be held, or the engine retries.
   */
  commit(wants: Wants, decide: (snapshot: Snapshot) => BatchChanges): Promise<void>;

  user(id: string): Promise<User | null>;
  userByClaim(key: string): Promise<User | null>;
  /** History of one user in order; empty for an unknown id. */
  events(userId: string): Promise<UserEvent[]>;
  /** Waiting deferred work in the order it was accepted. */
  deferredWork(): Promise<DeferredWork[]>;

  organizations(): Promise<OrganizationRow[]>;
  saveOrganizations(rows: readonly OrganizationRow[]): Promise<void>;
  /** Small named values: the key check, digests of declared secrets, instance settings. */
  setting(name: string): Promise<string | null>;
  saveSettings(values: ReadonlyMap<string, string | null>): Promise<void>;
  /**
   * Derives every claim anew, after a change of what must be unique. Changes nothing when two users would hold the
   * same one; returns up to ten such claims.
   */
  rebuildClaims(claimsOf: (user: User) => readonly string[]): Promise<string[]>;

  /** Removes expired answers, at most `limit`; returns how many. */
  pruneAnswers(now: number, limit: number): Promise<number>;
  isEmpty(): Promise<boolean>;
  readiness(): { readonly ok: true } | { readonly ok: false; readonly reason: string };
  close(): Promise<void>;
}

/** The database cannot be written now: full, failing or damaged. The outcome of the batch is unknown or nothing. */
export class StoreUnavailable extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'StoreUnavailable';
  }
}

/** The batch was rolled back for a reason that may lie in one of its commands. */
export class BatchFailed extends Error {
  constructor(cause: unknown) {
    super('the batch was rolled back', { cause });
    this.name = 'BatchFailed';
  }
}
