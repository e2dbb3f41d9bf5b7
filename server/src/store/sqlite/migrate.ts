import type { DatabaseSync } from 'node:sqlite';
import { type ColumnTypes, MIGRATIONS } from '../migrations/index.ts';
import { StoreRefused } from '../refused.ts';
import { refillSearch } from './lists/refill.ts';
import { METADATA_TABLE } from './lists/tables.ts';
import { TRIGRAM_TABLE } from './lists/trigrams.ts';
import { copyLongLog } from './log.ts';
import { inTransaction } from './transaction.ts';

const TYPES: ColumnTypes = {
  position: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  integer: 'INTEGER',
  small: 'INTEGER',
  text: 'TEXT',
  key: (columns) => `UNIQUE (${columns})`,
  spreadKey: () => '',
  markColumn: '',
  feedIndex: [],
  rowNumber: 'number INTEGER PRIMARY KEY,',
  trigrams: [TRIGRAM_TABLE],
  signatures: [],
  metadata: [METADATA_TABLE],
  apart: ['ALTER TABLE user_search ADD COLUMN apart INTEGER NOT NULL DEFAULT 0'],
  counts: [],
  tableOptions: ' STRICT',
  // In the order of its key even the inner pages of the tree would hold whole rows, four of them: ten levels deep.
  recordOptions: ' STRICT',
  clusteredOptions: ' STRICT, WITHOUT ROWID',
};

/** Whether the tables are those this program knows. */
export function schemaFits(db: DatabaseSync): boolean {
  return Number(db.prepare('PRAGMA user_version').get()?.user_version) === MIGRATIONS.length;
}

/**
 * Brings the tables up to date, each migration in a transaction of its own with the number it reaches.
 *
 * @throws StoreRefused when the file is newer than this program, or not its own
 */
export function migrate(db: DatabaseSync, path: string): void {
  const reached = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (reached > MIGRATIONS.length) {
    throw new StoreRefused(
      `the database ${path} is of version ${reached}, newer than this Tessera (${MIGRATIONS.length}); use a newer one`,
      null,
    );
  }
  if (reached === 0 && db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined) {
    throw new StoreRefused(`${path} is a database of another program`, null);
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < reached) continue;
    try {
      inTransaction(db, 'BEGIN IMMEDIATE', () => {
        for (const statement of migration.statements(TYPES)) db.exec(statement);
        db.exec(`PRAGMA user_version = ${index + 1}`);
      });
      copyLongLog(db);
    } catch (error) {
      throw new StoreRefused(`migration ${index + 1} (${migration.name}) of ${path} failed`, error);
    }
  }
  try {
    refillSearch(db);
  } catch (error) {
    throw new StoreRefused(`the search tables of ${path} could not be filled`, error);
  }
}
