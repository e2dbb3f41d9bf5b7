import { failureOf } from '../postgres/failures.ts';
import { checkServer } from '../postgres/migrate.ts';
import { type PostgresConfig, PostgresPool, type Session } from '../postgres/pool.ts';
import { CONFIGURATION_LOCK, START_LOCK } from '../postgres/statements.ts';
import { StoreRefused } from '../refused.ts';
import { refused } from './refusals.ts';

/** Milliseconds to wait for processes that start or change the configuration at this moment, and for killed ones. */
const LOCK_PATIENCE = 15_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** One connection with the database to itself, as far as this program goes. */
export interface Held {
  readonly session: Session;
  /** Gives the locks back. */
  release(): Promise<void>;
  close(): Promise<void>;
}

/** Connects without touching anything. */
export async function connect(config: PostgresConfig, name: string): Promise<PostgresPool> {
  // Whoever uses a broken connection is told; nobody else needs to be.
  const pool = new PostgresPool(config, { warn: () => {}, info: () => {} });
  try {
    await checkServer(pool);
    return pool;
  } catch (error) {
    await pool.close();
    throw opened(error, name);
  }
}

/**
 * Takes the locks that every start and, when `writers` says so, every write wants, for as long as the connection lives.
 * They belong to the session, so that a transaction begun after them sees all that was committed before.
 */
export async function hold(pool: PostgresPool, name: string, writers: 'wait' | 'none'): Promise<Held> {
  const ready = Promise.withResolvers<Session>();
  const done = Promise.withResolvers<void>();
  const lent = pool.use(async (session) => {
    await session.pipeline([
      [
        `SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '${LOCK_PATIENCE}', false),
           set_config('idle_in_transaction_session_timeout', '0', false)`,
      ],
      [`SELECT pg_advisory_lock(${START_LOCK})`],
      ...(writers === 'wait' ? ([[`SELECT pg_advisory_lock(${CONFIGURATION_LOCK})`]] as const) : []),
    ]);
    ready.resolve(session);
    await done.promise;
  });
  lent.catch(ready.reject);
  const session = await ready.promise.catch((error: unknown) => {
    throw isLate(error) ? refused(`another Tessera process uses ${name} and does not get done`, error) : error;
  });
  const release = async (): Promise<void> => {
    done.resolve();
    await lent.catch(() => {});
  };
  return {
    session: inTurn(session),
    release,
    async close() {
      await release();
      await pool.close();
    },
  };
}

/** One round trip after the other, whoever asks: several tables are read at a time. */
function inTurn(session: Session): Session {
  let last: Promise<unknown> = Promise.resolve();
  return {
    pipeline: (calls) => {
      const answered = last.catch(() => {}).then(() => session.pipeline(calls));
      last = answered;
      return answered;
    },
  };
}

/** Opening failed, for a reason the operator should read. */
export function opened(error: unknown, name: string): unknown {
  if (error instanceof StoreRefused) return error;
  const cause = error instanceof Error && failureOf(error) === 'unavailable' ? (error.cause ?? error) : error;
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  const [line = ''] = (first instanceof Error ? first.message : String(first)).split('\n');
  return refused(`cannot use the database ${name}: ${line}`, error);
}

function isLate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE;
}
