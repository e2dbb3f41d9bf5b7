import type { UserEvent } from '../../core/user/events.ts';
import type { User } from '../../core/user/user.ts';
import type { CredentialPage, CredentialQuery } from './credential-list.ts';
import type { NewDelivery, Outbox } from './outbox.ts';
import type { SignUpQuery, SignUps, UserPage, UserQuery } from './user-list.ts';

/** What a batch must load before it can be decided. */
export interface Wants {
  /** Users that may be changed; engines with several writers lock them. */
  readonly users: ReadonlySet<string>;
  /** Users that are only looked at: those who ask. */
  readonly callers: ReadonlySet<string>;
  /** Claims by which a user is looked up; their holders are loaded, and may be changed, too. */
  readonly claims: ReadonlySet<string>;
  readonly answers: ReadonlySet<string>;
  /** Deferred work that the batch would apply: its queue by its id. */
  readonly deferred: ReadonlyMap<number, string>;
}

/** The database as the batch found it. */
export interface Snapshot {
  /** Number of the configuration that is in force. */
  readonly revision: number;
  user(id: string): User | null;
  /**
   * Id of the user that holds the claim. An engine that has not looked it up may say `null`, but must then check it
   * before the commit, and decide again when it was held after all.
   */
  claimHolder(key: string): string | null;
  answer(key: string): StoredAnswer | null;
  /** Whether deferred work is still to be done, and no other process is at it. */
  isDeferred(id: number): boolean;
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

export interface DeferredRef {
  /** Grows within a queue in the order of acceptance. */
  readonly id: number;
  readonly queue: string;
}

/** Work that was accepted and is applied in the background, in order within its queue. */
export interface DeferredWork extends DeferredRef {
  readonly payload: string;
}

export interface ChangedUser {
  readonly user: User;
  readonly isNew: boolean;
  /** Nothing has changed that lists find users by; not known unless it is `true`. */
  readonly sameInLists?: boolean;
  /** The same of its keys and tokens. */
  readonly sameCredentials?: boolean;
}

/** Everything one batch changes, written in one transaction or not at all. */
export interface BatchChanges {
  readonly users: readonly ChangedUser[];
  readonly events: readonly UserEvent[];
  /** Claim to the holder that frees it. Applied before `claimsAdded`: what is freed in a batch can be taken in it. */
  readonly claimsRemoved: ReadonlyMap<string, string>;
  /** Claim to the id of its new holder. */
  readonly claimsAdded: ReadonlyMap<string, string>;
  readonly answers: readonly StoredAnswer[];
  readonly deliveries: readonly NewDelivery[];
  readonly deferred: readonly { readonly queue: string; readonly payload: string }[];
  readonly settled: readonly DeferredRef[];
}

/** What an organization looks like in the database: its settings as JSON, secrets in them digested or sealed. */
export interface OrganizationRow {
  readonly id: string;
  readonly settings: string;
}

/** What all processes on a database must agree on. */
export interface Configuration {
  /** Grows with every change, from 0 in an empty database. */
  readonly revision: number;
  readonly organizations: readonly OrganizationRow[];
  /** Settings of the instance as JSON; `null` before the first. */
  readonly instance: string | null;
}

export interface ConfigurationChange {
  /** Number of the configuration that the change was made for; under another one nothing changes. */
  readonly expectedRevision?: number;
  /** Added, or replaced by id; the others stay. */
  readonly organizations: readonly OrganizationRow[];
  readonly instance?: string;
  /** Derives every claim anew, when what must be unique has changed. */
  readonly claimsOf?: (user: User) => readonly string[];
  /** Who asks for it, as it was when it was judged; changed since, nothing changes. */
  readonly asker?: { readonly userId: string; readonly sequence: number };
  /** What is given again to a repetition of the request. */
  readonly answer?: StoredAnswer | undefined;
}

/** A value that goes away by itself. */
export interface ShortLivedChange {
  /** The value that is replaced; `null` when there must be none, or none that lives. */
  readonly before: string | null;
  readonly value: string;
  /** Epoch milliseconds, as is `now`. */
  readonly expiresAt: number;
  readonly now: number;
}

/** One event with its place in the feed of all events. */
export interface FeedEntry {
  readonly event: UserEvent;
  /** Opaque; sorts nothing, resumes the feed behind this event. */
  readonly position: string;
}

/**
 * The database. Reads are never stale: a write that was acknowledged, by whichever process, is seen by the next read.
 *
 * Errors: whatever the engine throws while writing is wrapped as `StoreUnavailable`, or as `BatchFailed` when a single
 * command of the batch may be the cause. Reads throw `StoreUnavailable`.
 */
export interface Store {
  /** Batches that may be under way at once. */
  readonly concurrency: number;
  /** Others do the work of a commit; otherwise it holds this thread until it is through. */
  readonly isRemote: boolean;
  /** What changes leave for receivers outside. */
  readonly outbox: Outbox;

  /**
   * Loads what is wanted, calls `decide`, and writes what it returns, in one transaction. When `commit` resolves the
   * changes are on disk. Nothing is written when `decide` returns `null`.
   *
   * `decide` must be pure: it runs again when a claim it relied on turns out to be held, or the engine retries.
   */
  commit(wants: Wants, decide: (snapshot: Snapshot) => BatchChanges | null): Promise<void>;

  user(id: string): Promise<User | null>;
  userByClaim(key: string): Promise<User | null>;
  /** Users that meet a query, in order. May take long, but holds nobody up. */
  list(query: UserQuery): Promise<UserPage>;
  /** Keys or tokens of all users that meet a query, in order. Holds nobody up either. */
  listCredentials(query: CredentialQuery): Promise<CredentialPage>;
  /** Holds nobody up either. */
  countSignUps(query: SignUpQuery): Promise<SignUps>;
  /** History of one user in order; empty for an unknown id. */
  events(userId: string): Promise<UserEvent[]>;
  /**
   * Events of all users, at most `limit`, behind a position (`null`: from the first). Per user in order; no event ever
   * appears behind a position that was read already, however many processes write.
   */
  feed(after: string | null, limit: number): Promise<FeedEntry[]>;
  /** Waiting deferred work in the order it was accepted within each queue; of one queue when it is named. */
  deferredWork(queue?: string): Promise<DeferredWork[]>;

  configuration(): Promise<Configuration>;
  /**
   * Changes the configuration, and the claims that follow from it, in one transaction; no batch that was decided under
   * the old one commits afterwards. Changes nothing when two users would hold the same claim.
   *
   * @returns up to ten such claims; `null` when the configuration, or who asks, is not or no longer the expected one
   */
  configure(change: ConfigurationChange): Promise<string[] | null>;
  /** Small named values: the key check, digests of declared secrets. */
  setting(name: string): Promise<string | null>;
  saveSettings(values: ReadonlyMap<string, string | null>): Promise<void>;
  /** Saves a setting if it still is what it was (`null`: not there); one of several processes wins. */
  replaceSetting(name: string, before: string | null, after: string): Promise<boolean>;
  /** A short-lived value; `null` when there is none, or no longer. */
  shortLived(key: string, now: number): Promise<string | null>;
  /** Writes a short-lived value if it still is what it was; one of several writers wins. */
  replaceShortLived(key: string, change: ShortLivedChange): Promise<boolean>;
  /** A number that no other process on this database was given lately; from 0, by one for every call. */
  nextProcessNumber(): Promise<number>;

  /** Removes expired answers, at most `limit`; returns how many. */
  pruneAnswers(now: number, limit: number): Promise<number>;
  /** The same for short-lived values. */
  pruneShortLived(now: number, limit: number): Promise<number>;
  isEmpty(): Promise<boolean>;
  /**
   * What changes under a running process: the number of the configuration, and whether the tables are still those this
   * program knows.
   */
  state(): Promise<{ readonly revision: number; readonly schemaFits: boolean }>;
  readiness(): { readonly ok: true } | { readonly ok: false; readonly reason: string };
  close(): Promise<void>;
}

/** The database cannot be used now: away, full, failing or damaged. The outcome of the batch is unknown or nothing. */
export class StoreUnavailable extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'StoreUnavailable';
  }
}

/** The batch was rolled back for a reason that may lie in one of its commands. */
export class BatchFailed extends Error {
  /** A value of it is longer than the database can find again. */
  readonly isTooLong: boolean;

  constructor(cause: unknown, isTooLong = false) {
    super('the batch was rolled back', { cause });
    this.name = 'BatchFailed';
    this.isTooLong = isTooLong;
  }
}
