import { Pool, type PoolClient, type PoolConfig, type QueryResult } from 'pg';
import { StoreUnavailable } from '../../app/ports/store.ts';
import { isAway, unavailable } from './failures.ts';
import { type Call, Pipeline } from './pipeline.ts';
import type { Statement } from './statements.ts';

export type { Call } from './pipeline.ts';

/** Most requests that wait for a connection; beyond it they are refused at once. */
const MOST_WAITING = 1_000;
/** Milliseconds to wait for a connection, be it a free or a new one. */
const CONNECT_TIMEOUT = 2_000;
/** Milliseconds a transaction may stand idle: its process hangs, and others wait for its locks. */
const IDLE_TIMEOUT = 5_000;
/** Milliseconds beyond the database's own time limit after which the connection is taken for dead. */
const DEAD_AFTER = 2_000;
/** As good as never: the longest that a timer takes. */
const NEVER = 2 ** 31 - 1;
/** How often a database that is away is looked for, in milliseconds. */
const LOOK_EVERY = 250;

export interface PostgresConfig extends PoolConfig {
  /** Connections of this process. */
  readonly max: number;
  /** Milliseconds. */
  readonly statementTimeout: number;
}

export interface PoolLog {
  warn(details: object, message: string): void;
  info(details: object, message: string): void;
}

/** One connection, as long as it is lent. */
export interface Session {
  /** Sends all calls at once and awaits all answers: one round trip. Throws the first error. */
  pipeline(calls: readonly Call[]): Promise<QueryResult[]>;
}

/**
 * Connections to the database. Whoever finds it away is told so at once; it is looked for in the background, and used
 * again as soon as it is back.
 */
export class PostgresPool {
  readonly #pool: Pool;
  readonly #log: PoolLog;
  /** Milliseconds that one statement may take. */
  readonly statementTimeout: number;
  #away: string | null = null;
  #looking: NodeJS.Timeout | undefined;
  #closed = false;
  /** Round trips so far. */
  roundTrips = 0;

  constructor(config: PostgresConfig, log: PoolLog) {
    const { statementTimeout, ...connection } = config;
    this.#log = log;
    this.statementTimeout = statementTimeout;
    this.#pool = new Pool({
      application_name: 'tessera',
      keepAlive: true,
      ...connection,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      query_timeout: statementTimeout + DEAD_AFTER,
      onConnect: (client) => prepareSession(client, statementTimeout),
    } as PoolConfig);
    // A connection that breaks while nobody uses it; the next user gets another.
    this.#pool.on('error', (error) => this.#note(error));
    // One that breaks while it is lent says so here as well as to who uses it.
    this.#pool.on('connect', (client) => {
      client.on('error', (error) => this.#note(error));
    });
  }

  get size(): number {
    return this.#pool.options.max;
  }

  /** Why the database cannot be used, or `null`. */
  get away(): string | null {
    return this.#away;
  }

  /**
   * Lends a connection.
   *
   * @throws StoreUnavailable when there is none to be had
   */
  use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#lend(work, undefined);
  }

  async #lend<T>(work: (session: Session) => Promise<T>, timeout: number | undefined): Promise<T> {
    const client = await this.#connect();
    let broken = true;
    try {
      const result = await work({ pipeline: (calls) => this.#pipeline(client, calls, timeout) });
      broken = false;
      return result;
    } catch (error) {
      if (isAway(error)) this.#note(error);
      // It may be within a transaction still.
      else broken = !(await this.#rollsBack(client));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async #rollsBack(client: PoolClient): Promise<boolean> {
    try {
      await this.#pipeline(client, [['ROLLBACK']]);
      return true;
    } catch {
      return false;
    }
  }

  /** One statement of its own. */
  async query(statement: Statement | string, values: readonly unknown[] = []): Promise<QueryResult> {
    const [result] = await this.use((session) => session.pipeline([[statement, values]]));
    if (result === undefined) throw new Error('a statement has no result');
    return result;
  }

  /** One transaction of any length: neither the database nor the driver limits its time. */
  longTransaction<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.#lend(async (session) => {
      await session.pipeline([['BEGIN'], [UNHURRIED]]);
      const result = await work(session);
      await session.pipeline([['COMMIT']]);
      return result;
    }, NEVER);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#looking);
    await this.#pool.end();
  }

  async #connect(): Promise<PoolClient> {
    if (this.#pool.waitingCount >= MOST_WAITING) throw new StoreUnavailable('too many wait for the database', null);
    try {
      const client = await this.#pool.connect();
      if (this.#away !== null) this.#back();
      return client;
    } catch (error) {
      // That all connections are lent says nothing of the database.
      if (this.#pool.totalCount < this.size || !isExhausted(error)) this.#note(error);
      throw unavailable(error);
    }
  }

  async #pipeline(client: PoolClient, calls: readonly Call[], timeout?: number): Promise<QueryResult[]> {
    this.roundTrips += 1;
    const pipeline = new Pipeline(calls, timeout);
    const done = Promise.withResolvers<void>();
    pipeline.callback = (error) => (error ? done.reject(error) : done.resolve());
    client.query(pipeline);
    await done.promise;
    return pipeline.results;
  }

  #note(error: unknown): void {
    if (this.#closed) return;
    if (this.#away === null) this.#log.warn({ err: error }, 'the database cannot be used');
    this.#away = 'the database cannot be used now';
    this.#lookLater();
  }

  #lookLater(): void {
    if (this.#looking !== undefined || this.#closed) return;
    this.#looking = setTimeout(() => {
      this.#looking = undefined;
      void this.query('SELECT 1')
        .then(() => this.#back())
        .catch(() => this.#lookLater());
    }, LOOK_EVERY);
    this.#looking.unref();
  }

  #back(): void {
    if (this.#away === null) return;
    this.#away = null;
    this.#log.info({}, 'the database can be used again');
  }
}

const UNHURRIED = `SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),
  set_config('idle_in_transaction_session_timeout', '0', true)`;

/** The driver's words when no connection became free in time. */
function isExhausted(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect';
}

/** What every connection needs, whatever the defaults of the database. */
async function prepareSession(
  client: PoolClient | { query: PoolClient['query'] },
  statementTimeout: number,
): Promise<void> {
  const { rows } = await client.query(`SELECT pg_is_in_recovery() AS standby,
    set_config('statement_timeout', '${statementTimeout}', false),
    set_config('lock_timeout', '${statementTimeout}', false),
    set_config('idle_in_transaction_session_timeout', '${IDLE_TIMEOUT}', false),
    set_config('default_transaction_isolation', 'read committed', false),
    -- All statements find their rows by keys; a plan made for an empty table must not stay.
    set_config('enable_seqscan', 'off', false),
    set_config('jit', 'off', false),
    set_config('synchronous_commit', CASE current_setting('synchronous_commit')
      WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)`);
  if (rows[0]?.standby === true) throw new StoreUnavailable('the database is a standby', null);
}
