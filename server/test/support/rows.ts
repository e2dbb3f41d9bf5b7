import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { type ClientBase, Pool, types } from 'pg';

export type Row = Readonly<Record<string, unknown>>;

/** A database seen from outside, without the server; the tables are the same on every engine. */
export interface Rows {
  /** Runs one statement; values stand at `$1`, `$2` and so on. Numbers of 64 bits come as numbers. */
  query(sql: string, values?: readonly (string | number | null)[]): Promise<Row[]>;
  /** What the engine itself finds wrong with its files. */
  damage(): Promise<string[]>;
}

/** Opens a database by its URL (`sqlite:PATH` or `postgres://...`), lets `use` have it, and closes it. */
export function withRows<T>(url: string, use: Use<T>, access: 'read' | 'write' = 'read'): Promise<T> {
  return url.startsWith('sqlite:') ? withFile(url.slice('sqlite:'.length), use, access) : withServer(url, use);
}

/** How many rows a table holds. */
export function countRows(url: string, table: string): Promise<number> {
  return withRows(url, async ({ query }) => Number((await query(`SELECT count(*) AS n FROM ${table}`))[0]?.n));
}

type Use<T> = (rows: Rows) => Promise<T>;

/** Who only reads leaves the log beside the file as a crash left it. */
async function withFile<T>(path: string, use: Use<T>, access: 'read' | 'write'): Promise<T> {
  const db = new DatabaseSync(path, { readOnly: access === 'read', timeout: 5_000 });
  try {
    return await use({
      query: async (sql, values = []) => {
        const named = values.map((value, index): [string, SQLInputValue] => [`$${index + 1}`, value]);
        const statement = db.prepare(sql);
        return named.length === 0 ? statement.all() : statement.all(Object.fromEntries(named));
      },
      damage: async () => {
        const found = Object.values(db.prepare('PRAGMA quick_check').get() ?? {})[0];
        return found === 'ok' ? [] : [`quick_check: ${String(found)}`];
      },
    });
  } finally {
    db.close();
  }
}

/** To connect takes longer than most of what is asked. */
const pools = new Map<string, Pool>();

async function withServer<T>(url: string, use: Use<T>): Promise<T> {
  const client = await poolOf(url).connect();
  let isClean = true;
  try {
    return await use({
      query: async (sql, values = []) => {
        // What a session keeps is nobody else's.
        if (!/^\s*(SELECT|INSERT|UPDATE|DELETE)\b/i.test(sql)) isClean = false;
        return (await client.query<Row>(sql, [...values])).rows;
      },
      damage: () => damagedIndexes(client),
    });
  } catch (error) {
    isClean = false;
    throw error;
  } finally {
    client.release(!isClean);
  }
}

function poolOf(url: string): Pool {
  const known = pools.get(url);
  if (known !== undefined) return known;
  const pool = new Pool({
    connectionString: url,
    types: { getTypeParser: parserOf },
    idleTimeoutMillis: 300,
    allowExitOnIdle: true,
  });
  // Of connections that nobody uses: the database was dropped, or its server stopped.
  pool.on('error', () => {});
  pool.on('remove', () => {
    if (pool.totalCount === 0 && pools.get(url) === pool) pools.delete(url);
  });
  pools.set(url, pool);
  return pool;
}

/** The driver leaves numbers of 64 bits as text; none in these tables is beyond what a number holds. */
const parserOf: typeof types.getTypeParser = (id: number, format?: 'text' | 'binary') =>
  id === types.builtins.INT8 ? Number : types.getTypeParser(id, format as 'text');

/** PostgreSQL checks its pages as it reads them; that every row is in its indexes is asked for. */
async function damagedIndexes(client: ClientBase): Promise<string[]> {
  await client.query('CREATE EXTENSION IF NOT EXISTS amcheck');
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'btree' AND c.relnamespace = 'public'::regnamespace`,
  );
  const findings: string[] = [];
  for (const { name } of rows) {
    try {
      await client.query('SELECT bt_index_check($1::regclass, true)', [name]);
    } catch (error) {
      findings.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return findings;
}
