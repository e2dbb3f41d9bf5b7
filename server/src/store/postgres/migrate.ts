import { type ColumnTypes, MIGRATIONS } from '../migrations/index.ts';
import { StoreRefused } from '../refused.ts';
import { COUNT_STATEMENTS } from './lists/counts.ts';
import { refillSearch } from './lists/refill.ts';
import { METADATA_STATEMENTS, SIGNATURE_STATEMENTS } from './lists/search-table.ts';
import { TRIGRAM_STATEMENTS } from './lists/trigrams.ts';
import type { PostgresPool } from './pool.ts';
import { OTHERS } from './statements.ts';

/** Setting that tells how many migrations were applied. */
export const SCHEMA = 'schema';

/** Oldest server whose transactions have numbers that never come round. */
const OLDEST_SERVER = 140_000;

/** Room in every page for a new version of a row beside the old one, so that no index need know. */
const ROOMY = ' WITH (fillfactor = 75)';

/** PostgreSQL's part of the tables. */
export const TYPES: ColumnTypes = {
  position: 'bigint GENERATED ALWAYS AS IDENTITY',
  integer: 'bigint',
  small: 'smallint',
  text: 'text COLLATE "C"',
  key: (columns) => `PRIMARY KEY (${columns})`,
  spreadKey: (columns) => `, PRIMARY KEY (${columns})`,
  markColumn: ', tx xid8 NOT NULL',
  feedIndex: ['CREATE INDEX events_in_order ON events (tx, position)'],
  rowNumber: '',
  trigrams: TRIGRAM_STATEMENTS,
  signatures: SIGNATURE_STATEMENTS,
  metadata: METADATA_STATEMENTS,
  apart: [],
  counts: COUNT_STATEMENTS,
  tableOptions: '',
  recordOptions: ROOMY,
  clusteredOptions: ROOMY,
};

/**
 * Refuses a server on which nothing would be safe.
 *
 * @throws StoreRefused
 */
export async function checkServer(pool: PostgresPool): Promise<void> {
  const { rows } = await pool.query(`SELECT current_setting('server_version_num')::int AS version,
    current_setting('server_version') AS named, current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS pages, current_setting('server_encoding') AS encoding`);
  const { version, named, fsync, pages, encoding } = rows[0];
  if (version < OLDEST_SERVER) throw refused(`PostgreSQL ${named} is too old; 14 or newer is needed`);
  if (fsync !== 'on') throw refused('the database runs with fsync = off: what it acknowledges may be lost');
  if (pages !== 'on') throw refused('the database runs with full_page_writes = off: a crash may damage it');
  if (encoding !== 'UTF8') throw refused(`the database has the encoding ${encoding}; UTF8 is needed`);
}

/**
 * Brings the tables up to date, each migration in a transaction of its own with the number it reaches. Call it under
 * the start lock.
 *
 * @throws StoreRefused when the database is newer than this program, or not its own
 */
export async function migrate(pool: PostgresPool): Promise<void> {
  const reached = await schemaVersion(pool);
  if (reached > MIGRATIONS.length) {
    throw refused(
      `the database is of version ${reached}, newer than this Tessera (${MIGRATIONS.length}); use a newer one`,
    );
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < reached) continue;
    const statements = migration.statements(TYPES).map((text) => [text] as const);
    try {
      await pool.longTransaction((session) =>
        session.pipeline([...statements, [OTHERS.saveSetting, [SCHEMA, String(index + 1)]]]),
      );
    } catch (error) {
      throw new StoreRefused(`migration ${index + 1} (${migration.name}) of the database failed`, error);
    }
  }
  try {
    await refillSearch(pool);
  } catch (error) {
    throw new StoreRefused('the search tables of the database could not be filled', error);
  }
}

async function schemaVersion(pool: PostgresPool): Promise<number> {
  const { rows } = await pool.query(`SELECT to_regclass('settings') IS NOT NULL AS ours,
    EXISTS (SELECT FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace) AS used`);
  if (rows[0].ours !== true) {
    if (rows[0].used === true) throw refused('it is a database of another program');
    return 0;
  }
  const { rows: settings } = await pool.query(OTHERS.setting, [SCHEMA]);
  if (settings[0] === undefined) throw refused('it is a database of another program');
  return Number(settings[0].value);
}

function refused(message: string): StoreRefused {
  return new StoreRefused(message, null);
}
