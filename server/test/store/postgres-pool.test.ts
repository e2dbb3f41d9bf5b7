import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../src/app/ports/store.ts';
import { PostgresPool, type Session } from '../../src/store/postgres/pool.ts';
import { createDatabase } from '../support/postgres/database.ts';

/** Milliseconds; the driver gives a connection up two seconds later. */
const STATEMENT_TIMEOUT = 100;

const database = await createDatabase();
const told: string[] = [];
const log = { warn: (_: object, message: string) => told.push(message), info: () => {} };
let pool: PostgresPool;
beforeAll(() => {
  pool = new PostgresPool({ connectionString: database.url, max: 1, statementTimeout: STATEMENT_TIMEOUT }, log);
});
afterAll(async () => {
  await pool.close();
  await database.drop();
});

const backend = async (session: Session): Promise<unknown> => {
  const [result] = await session.pipeline([['SELECT pg_backend_pid() AS pid, now() = statement_timestamp() AS alone']]);
  return result?.rows[0];
};

describe('a pool of connections', () => {
  it('given work that fails within a transaction, then the connection is clean, and used again', async () => {
    const before = await pool.use(backend);
    const failing = pool.use(async (session) => {
      await session.pipeline([['BEGIN']]);
      throw new Error('of ours');
    });
    await expect(failing).rejects.toThrow('of ours');
    expect(await pool.use(backend)).toEqual(before);
  });

  it('given statements that the database refuses, then the connection is clean, and used again', async () => {
    const before = await pool.use(backend);
    await expect(pool.use((session) => session.pipeline([['BEGIN'], ['SELECT 1 / 0']]))).rejects.toThrow('zero');
    expect(await pool.use(backend)).toEqual(before);
  });

  it('given connections that are all lent, then who waits too long is told so, and the database is not away', async () => {
    const done = Promise.withResolvers<void>();
    const lent = pool.use(() => done.promise);
    await expect(pool.query('SELECT 1')).rejects.toBeInstanceOf(StoreUnavailable);
    expect(pool.away).toBeNull();
    done.resolve();
    await lent;
    expect(told).toEqual([]);
  });

  it('given a long transaction, then neither the time of a statement nor that of the driver ends it', async () => {
    const seconds = (STATEMENT_TIMEOUT + 2_300) / 1_000;
    const slow = pool.longTransaction((session) => session.pipeline([[`SELECT pg_sleep(${seconds})`]]));
    await expect(slow).resolves.toHaveLength(1);
    await expect(pool.query('SELECT pg_sleep(1)')).rejects.toThrow('statement timeout');
    expect(pool.away).toBeNull();
  });
});
