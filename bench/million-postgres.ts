import pg from 'pg';
import { loadDirectory, type OrganizationDirectory } from '../server/src/app/directory.ts';
import type { Store } from '../server/src/app/ports/store.ts';
import { NO_CHANGES, NO_WANTS } from '../server/test/support/changes.ts';
import { postgresDatabase } from './databases.ts';
import { bulkUser, idOfBulk } from './million.ts';
import { type Prepared, prepare } from './prepare.ts';

const CONNECTIONS = 10;
const BATCH = 500;
const BATCHES_AT_ONCE = 3;

/** A database with that many users, written through the store, and a data folder for a server on it. */
export async function prepareMillionPostgres(url: string, dataDir: string, count: number): Promise<Prepared> {
  const database = postgresDatabase(url, CONNECTIONS);
  const prepared = await prepare(dataDir, 0, database);
  const store = await database.open();
  const directory = await loadDirectory(store);
  let next = 0;
  const fill = async (): Promise<void> => {
    while (next < count) {
      const from = next;
      next += BATCH;
      await writeUsers(store, directory, from, Math.min(from + BATCH, count));
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, fill));
  await store.close();
  // What the database does by itself within minutes.
  await execute(url, 'VACUUM ANALYZE');
  await execute(url, 'CHECKPOINT');
  return { ...prepared, userIds: Array.from({ length: count }, (_, n) => idOfBulk(n)) };
}

export async function bytesOf(url: string): Promise<number> {
  const { rows } = await execute(url, 'SELECT pg_database_size(current_database())::float8 AS bytes');
  return rows[0]?.bytes ?? Number.NaN;
}

async function writeUsers(store: Store, directory: OrganizationDirectory, from: number, to: number): Promise<void> {
  const rows = Array.from({ length: to - from }, (_, n) => bulkUser(from + n, directory));
  await store.commit(NO_WANTS, () => ({
    ...NO_CHANGES,
    users: rows.map(({ user }) => ({ user, isNew: true })),
    events: rows.map(({ event }) => event),
    claimsAdded: new Map(rows.flatMap(({ user, claims }) => claims.map((key) => [key, user.id] as const))),
  }));
}

async function execute(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
