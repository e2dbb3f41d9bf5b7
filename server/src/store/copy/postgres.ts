import { MIGRATIONS } from '../migrations/index.ts';
import { migrate, SCHEMA } from '../postgres/migrate.ts';
import type { Call, PostgresConfig, PostgresPool } from '../postgres/pool.ts';
import { searchCalls } from '../postgres/search-writes.ts';
import { COMMIT, OTHERS } from '../postgres/statements.ts';
import { COPY, SEARCH_STALE } from '../settings.ts';
import { PAGE_SIZE, type PageSize, type Row, type Source, type Target, type Value } from './dump.ts';
import { connect, type Held, hold, opened } from './postgres-session.ts';
import { insertCall, lookAt, PostgresTables } from './postgres-tables.ts';
import { type Progress, writeProgress } from './progress.ts';
import { type Found, refuseSource, refuseTarget } from './refusals.ts';
import { exceptions, userIn, where } from './rows.ts';
import { COPIED, DERIVED, SETTINGS, type Table, USERS } from './tables.ts';

/**
 * Opens a database that is copied. Until it is closed no process starts on it and no batch commits; what those do that
 * needs no lock is not seen, since all is read in one transaction.
 *
 * @throws StoreRefused one sentence for the operator
 */
export async function openPostgresSource(
  config: PostgresConfig,
  name: string,
  size: PageSize = PAGE_SIZE,
): Promise<Source> {
  return opening(config, name, async (pool) => {
    refuseSource(await look(pool), name, MIGRATIONS.length);
    const held = await hold(pool, name, 'wait');
    return orClosed(held, async () => {
      await held.session.pipeline([['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY']]);
      refuseSource(await lookAt(queryOf(held)), name, MIGRATIONS.length);
      return sourceOn(held, size);
    });
  });
}

function sourceOn(held: Held, size: PageSize): Source {
  const tables = new PostgresTables(held.session, size);
  const query = queryOf(held);
  return {
    page: (table, after) => tables.page(table, after),
    async counts() {
      const counts = COPIED.map(
        (table) => `(SELECT count(*) FROM ${table.name} ${where(exceptions(table))}) AS ${table.name}`,
      );
      const { rows } = await query(`SELECT ${counts.join(', ')}`);
      return new Map(COPIED.map((table) => [table.name, Number(rows[0]?.[table.name])]));
    },
    async latest() {
      const { rows } = await query(`SELECT
        (SELECT tx::text || ':' || position FROM events ORDER BY tx DESC, position DESC LIMIT 1) AS event,
        (SELECT max(id) FROM outbox) AS message, (SELECT max(id) FROM deferred) AS work,
        (SELECT max(expires_at) FROM answers) AS answer, (SELECT max(expires_at) FROM short_lived) AS short_lived`);
      return Object.values(rows[0] ?? {}) as Value[];
    },
    close: () => held.close(),
  };
}

/**
 * Opens a database to copy to, and makes its tables.
 *
 * @throws StoreRefused one sentence for the operator; then nothing in it was changed
 */
export async function openPostgresTarget(
  config: PostgresConfig,
  name: string,
  size: PageSize = PAGE_SIZE,
): Promise<Target> {
  return opening(config, name, async (pool) => {
    refuseTarget(await look(pool), name);
    const held = await hold(pool, name, 'none');
    return orClosed(held, async () => {
      // Another copy may have been at it until the lock was had.
      const progress = refuseTarget(await lookAt(queryOf(held)), name);
      await migrate(pool);
      return targetOn(held, size, progress);
    });
  });
}

function targetOn(held: Held, size: PageSize, progress: Progress | null): Target {
  const tables = new PostgresTables(held.session, size);
  const commit = async (calls: readonly Call[]): Promise<void> => {
    const results = await held.session.pipeline([['BEGIN'], ...calls, [COMMIT]]);
    if (results.at(-1)?.command !== 'COMMIT') throw new Error('a transaction was not committed');
  };
  const save = (noted: Progress): Call => [OTHERS.saveSetting, [COPY, writeProgress(noted)]];
  const emptied = [...COPIED.filter((table) => table !== SETTINGS), ...DERIVED].map(({ name }) => name);
  return {
    progress,
    page: (table, after) => tables.page(table, after),
    begin: (begun) =>
      commit([
        [`TRUNCATE ${emptied.join(', ')}, user_counts RESTART IDENTITY`],
        ['DELETE FROM settings WHERE name <> $1', [SCHEMA]],
        save(begun),
      ]),
    append: (table, rows, reached) => commit([insertCall(table, rows), ...derived(table, rows), save(reached)]),
    note: (reached) => commit([save(reached)]),
    async finish() {
      await held.session.pipeline([[`ANALYZE ${[...emptied, SETTINGS.name].join(', ')}`]]);
      await commit([['DELETE FROM settings WHERE name = ANY($1::text[])', [[COPY, SEARCH_STALE]]]]);
    },
    close: () => held.close(),
  };
}

function derived(table: Table, rows: readonly Row[]): Call[] {
  if (table !== USERS) return [];
  return searchCalls(rows.map((row) => ({ user: userIn(row), isNew: true })));
}

async function opening<T>(config: PostgresConfig, name: string, open: (pool: PostgresPool) => Promise<T>): Promise<T> {
  const pool = await connect(config, name);
  try {
    return await open(pool);
  } catch (error) {
    await pool.close();
    throw opened(error, name);
  }
}

async function orClosed<T>(held: Held, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await held.release();
    throw error;
  }
}

function look(pool: PostgresPool): Promise<Found> {
  return lookAt((text) => pool.query(text));
}

function queryOf({ session }: Held): (text: string) => Promise<{ rows: Record<string, unknown>[] }> {
  return async (text) => {
    const [result] = await session.pipeline([[text]]);
    return { rows: result?.rows ?? [] };
  };
}
