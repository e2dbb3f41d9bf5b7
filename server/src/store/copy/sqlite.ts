import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS } from '../migrations/index.ts';
import { StoreRefused } from '../refused.ts';
import { COPY, SEARCH_STALE } from '../settings.ts';
import { SearchWriter } from '../sqlite/lists/search-writer.ts';
import { lockDatabase } from '../sqlite/lock.ts';
import { copyLongLog } from '../sqlite/log.ts';
import { migrate } from '../sqlite/migrate.ts';
import { isNewDatabase, openDatabase } from '../sqlite/open.ts';
import { inTransaction } from '../sqlite/transaction.ts';
import { PAGE_SIZE, type PageSize, type Source, type Target } from './dump.ts';
import { type Progress, writeProgress } from './progress.ts';
import { type Found, refuseSource, refuseTarget } from './refusals.ts';
import { exceptions, userIn, where } from './rows.ts';
import { emptyTables, lookAt, SqliteTables } from './sqlite-tables.ts';
import { COPIED, type Table, USERS } from './tables.ts';

/** Keys come in no order where a history is long, and their index should be at hand. */
const CACHE = 'PRAGMA cache_size = -131072';

/**
 * Opens a file that is copied, with the lock that keeps servers off it.
 *
 * @throws StoreRefused one sentence for the operator
 */
export function openSqliteSource(path: string, size: PageSize = PAGE_SIZE): Source {
  refuseSource(lookAtFile(path), path, MIGRATIONS.length);
  const release = lock(path);
  let db: DatabaseSync | undefined;
  try {
    db = openDatabase(path);
    refuseSource(lookAt(db), path, MIGRATIONS.length);
    db.exec('PRAGMA query_only = ON; BEGIN');
    return sourceOn(db, release, size);
  } catch (error) {
    db?.close();
    release();
    throw error;
  }
}

function sourceOn(db: DatabaseSync, release: () => void, size: PageSize): Source {
  const tables = new SqliteTables(db, size);
  const one = (sql: string) => Object.values(db.prepare(sql).get() ?? {})[0] as number | null;
  return {
    page: async (table, after) => tables.page(table, after),
    counts: async () =>
      new Map(
        COPIED.map((table) => [
          table.name,
          Number(one(`SELECT count(*) FROM ${table.name} ${where(exceptions(table))}`)),
        ]),
      ),
    latest: async () => [
      one('SELECT max(position) FROM events'),
      one('SELECT max(id) FROM outbox'),
      one('SELECT max(id) FROM deferred'),
      one('SELECT max(expires_at) FROM answers'),
      one('SELECT max(expires_at) FROM short_lived'),
    ],
    async close() {
      db.close();
      release();
    },
  };
}

/**
 * Opens a file to copy to; it is made when it does not exist.
 *
 * @throws StoreRefused one sentence for the operator; then nothing in it was changed
 */
export function openSqliteTarget(path: string, size: PageSize = PAGE_SIZE): Target {
  refuseTarget(lookAtFile(path), path);
  const release = lock(path);
  let db: DatabaseSync | undefined;
  try {
    // Another copy may have been at it until the lock was had.
    const progress = refuseTarget(lookAtFile(path), path);
    db = openDatabase(path);
    migrate(db, path);
    db.exec(CACHE);
    return targetOn(db, { release, size, progress });
  } catch (error) {
    db?.close();
    release();
    throw error;
  }
}

interface Opened {
  readonly release: () => void;
  readonly size: PageSize;
  readonly progress: Progress | null;
}

function targetOn(db: DatabaseSync, { release, size, progress }: Opened): Target {
  const tables = new SqliteTables(db, size);
  const search = new SearchWriter(db);
  const inserts = new Map(COPIED.map((table) => [table, db.prepare(insertInto(table))]));
  const saveSetting = db.prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)');
  const deleteSetting = db.prepare('DELETE FROM settings WHERE name = ?');
  const save = (noted: Progress) => saveSetting.run(COPY, writeProgress(noted));
  return {
    progress,
    page: async (table, after) => tables.page(table, after),
    begin: async (begun) =>
      written(db, () => {
        emptyTables(db);
        search.clear();
        save(begun);
      }),
    append: async (table, rows, reached) =>
      written(db, () => {
        const insert = inserts.get(table);
        for (const row of rows) insert?.run(...row);
        if (table === USERS) for (const row of rows) search.add(userIn(row));
        save(reached);
      }),
    note: async (reached) => void save(reached),
    finish: async () =>
      written(db, () => {
        deleteSetting.run(COPY);
        deleteSetting.run(SEARCH_STALE);
      }),
    async close() {
      db.close();
      release();
    },
  };
}

/** Without changing anything, as opening it for a server might. */
function lookAtFile(path: string): Found {
  if (!existsSync(path) || isNewDatabase(path)) return { kind: 'nothing' };
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true });
    return lookAt(db);
  } catch (error) {
    throw new StoreRefused(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`, error);
  } finally {
    db?.close();
  }
}

function lock(path: string): () => void {
  try {
    return lockDatabase(path);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const isHeld = cause instanceof Error && 'errcode' in cause && cause.errcode === 5;
    throw isHeld ? new StoreRefused(`another Tessera process uses ${path}; stop it first`, error) : error;
  }
}

function insertInto({ name, columns }: Table): string {
  const names = Object.keys(columns);
  return `INSERT INTO ${name} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
}

function written(db: DatabaseSync, work: () => void): void {
  inTransaction(db, 'BEGIN IMMEDIATE', work);
  copyLongLog(db);
}
