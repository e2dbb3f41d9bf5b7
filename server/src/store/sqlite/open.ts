import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreRefused } from '../refused.ts';

/** Below this version a race between checkpoints can lose committed data in WAL mode. */
const OLDEST_SQLITE = [3, 51, 3] as const;

/** Magic numbers of network file systems, on which SQLite's locks and shared memory cannot be trusted. */
const NETWORK_FILE_SYSTEMS = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
]);

/** Every acknowledged commit is flushed; freed pages are overwritten, so that erased data is gone. */
export const SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON;
  PRAGMA foreign_keys = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA cell_size_check = ON;
  PRAGMA secure_delete = ON;
  PRAGMA mmap_size = 0;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA busy_timeout = 5000;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -32768;
`;

/**
 * Opens the file with the settings durability needs.
 *
 * @throws StoreRefused when it cannot be opened, is not a database, or lies where it would not be safe
 */
export function openDatabase(path: string): DatabaseSync {
  refuseNetworkFileSystem(path);
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    db.exec(SETTINGS);
    refuseOldLibrary(db);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof StoreRefused) throw error;
    throw new StoreRefused(`cannot open the database ${path}: ${reasonOf(error)}`, error);
  }
}

/** Looks for damage until the time is up, since a whole check of a large file would delay every start. */
export function quickCheck(db: DatabaseSync, path: string, milliseconds: number): void {
  const deadline = performance.now() + milliseconds;
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    for (const { name } of tables) {
      if (performance.now() > deadline) return;
      const rows = db.prepare(`PRAGMA quick_check('${String(name).replaceAll("'", "''")}')`).iterate();
      for (const row of rows) {
        const finding = String(Object.values(row)[0]);
        if (finding !== 'ok') throw new StoreRefused(`the database ${path} is damaged: ${finding}`, null);
        if (performance.now() > deadline) return;
      }
    }
  } catch (error) {
    if (error instanceof StoreRefused) throw error;
    throw new StoreRefused(`the database ${path} is damaged: ${reasonOf(error)}`, error);
  }
}

function refuseOldLibrary(db: DatabaseSync): void {
  const version = String(db.prepare('SELECT sqlite_version() AS version').get()?.version);
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of OLDEST_SQLITE.entries()) {
    const part = parts[index] ?? 0;
    if (part > wanted) return;
    if (part < wanted) {
      throw new StoreRefused(`SQLite ${version} may lose data; ${OLDEST_SQLITE.join('.')} or newer is needed`, null);
    }
  }
}

function refuseNetworkFileSystem(path: string): void {
  if (path === ':memory:') return;
  let type: number;
  try {
    type = statfsSync(dirname(path)).type;
  } catch (error) {
    throw new StoreRefused(`cannot open the database ${path}: ${reasonOf(error)}`, error);
  }
  const name = NETWORK_FILE_SYSTEMS.get(type);
  if (name !== undefined) {
    throw new StoreRefused(`the database ${path} lies on a network file system (${name}); use a local disk`, null);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
