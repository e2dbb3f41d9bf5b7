import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../../app/ports/store.ts';
import { StoreRefused } from '../refused.ts';
import { COPY } from '../settings.ts';
import { unfinishedCopy } from '../unfinished-copy.ts';
import { failureOf, sqlState } from './failures.ts';
import { checkServer, migrate } from './migrate.ts';
import { type PoolLog, type PostgresConfig, PostgresPool, type Session } from './pool.ts';
import { PostgresStore } from './postgres-store.ts';
import { OTHERS, START_LOCK } from './statements.ts';

export type { PostgresConfig } from './pool.ts';

/** Pause between two looks for a database that is not there yet, in milliseconds. */
const LOOK_EVERY = 250;

/** What waiting cannot mend: wrong name or password, no such database. */
const LASTING = new Set(['28P01', '28000', '3D000', '42501']);

/** Whoever loses the lock hears of it from the pool. */
const SILENT: PoolLog = { warn: () => {}, info: () => {} };

export interface OpenOptions {
  readonly log: PoolLog;
  /** Milliseconds to wait for the database, and for other processes that start at the same time. */
  readonly patience: number;
}

export interface OpenedStore {
  readonly store: PostgresStore;
  /** Lets the next process start; call it when everything a start changes is written. */
  started(): Promise<void>;
}

/**
 * Connects to the database, waits for it when it is not there yet, and brings its tables up to date. Processes that
 * start at the same time do so one after the other.
 *
 * @throws StoreRefused one sentence for the operator
 */
export async function openPostgresStore(config: PostgresConfig, options: OpenOptions): Promise<OpenedStore> {
  // Until the store is open its failures are told by who opens it, once.
  let isOpen = false;
  const pool = new PostgresPool(config, {
    warn: (...told) => isOpen && options.log.warn(...told),
    info: (...told) => isOpen && options.log.info(...told),
  });
  try {
    await awaitDatabase(pool, options);
    await checkServer(pool);
    // A copy that is under way has the lock.
    await refuseUnfinishedCopy(pool);
    const unlock = await lockStart(config, options.patience);
    try {
      await refuseUnfinishedCopy(pool);
      await migrate(pool);
    } catch (error) {
      await unlock();
      throw error;
    }
    isOpen = true;
    return { store: new PostgresStore(pool), started: unlock };
  } catch (error) {
    await pool.close();
    throw error instanceof StoreRefused
      ? error
      : new StoreRefused(`cannot use the database: ${reasonOf(error)}`, error);
  }
}

async function awaitDatabase(pool: PostgresPool, { log, patience }: OpenOptions): Promise<void> {
  const deadline = performance.now() + patience;
  for (let first = true; ; first = false) {
    try {
      await pool.query('SELECT 1');
      return;
    } catch (error) {
      const cause = error instanceof StoreUnavailable ? error.cause : error;
      const isLasting = failureOf(error) !== 'unavailable' || LASTING.has(sqlState(cause) ?? '');
      if (isLasting || performance.now() > deadline) {
        throw new StoreRefused(`cannot reach the database: ${reasonOf(cause)}`, error);
      }
      if (first) log.warn({ reason: reasonOf(cause), patience }, 'waiting for the database');
      await sleep(LOOK_EVERY);
    }
  }
}

/** @throws StoreRefused when the database is an unfinished copy of another */
export async function refuseUnfinishedCopy(pool: PostgresPool): Promise<void> {
  const { rows } = await pool.query("SELECT to_regclass('settings') IS NOT NULL AS is_there");
  if (rows[0]?.is_there !== true) return;
  const { rows: copies } = await pool.query(OTHERS.setting, [COPY]);
  if (copies.length > 0) throw unfinishedCopy('the database');
}

/** Takes the lock of starts on a connection beside the pool, and keeps it until the result is called. */
async function lockStart(config: PostgresConfig, patience: number): Promise<() => Promise<void>> {
  const pool = new PostgresPool({ ...config, max: 1 }, SILENT);
  const locked = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const holding = pool.use(async (session: Session) => {
    await session.pipeline([['BEGIN'], ['SET LOCAL idle_in_transaction_session_timeout = 0']]);
    await awaitLock(session, patience);
    locked.resolve();
    await done.promise;
    await session.pipeline([['COMMIT']]);
  });
  const released = holding.catch(locked.reject).finally(() => pool.close());
  await locked.promise;
  return async () => {
    done.resolve();
    await released;
  };
}

/** Asks again and again: a single statement may not take as long as the patience. */
async function awaitLock(session: Session, patience: number): Promise<void> {
  const deadline = performance.now() + patience;
  for (;;) {
    const [result] = await session.pipeline([[`SELECT pg_try_advisory_xact_lock(${START_LOCK}) AS is_ours`]]);
    if (result?.rows[0]?.is_ours === true) return;
    if (performance.now() > deadline) {
      throw new StoreRefused('another process is starting on the database, or copies it, and does not get done', null);
    }
    await sleep(LOOK_EVERY);
  }
}

/** The first line of an error's message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line || 'unknown error';
}
