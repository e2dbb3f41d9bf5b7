import { closeSync, openSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreRefused } from '../refused.ts';

/** Below this version a race between checkpoints can lose committed data in WAL mode. */
const OLDEST_SQLITE = [3, 51, 3] as const;

/** Smallest page of SQLite, in bytes. */
const SMALLEST_PAGE = 512;

/** Magic numbers of network file systems, on which SQLite's locks and shared memory cannot be trusted. */
const NETWORK_FILE_SYSTEMS = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
]);

/** Milliseconds to wait for another command that writes to the file at this moment. */
const BUSY_TIMEOUT = 500;

/**
 * Every acknowledged commit is flushed; freed pages are overwritten, so that erased data is gone. The log is copied into
 * the file where that is asked for: SQLite passes over errors of automatic checkpoints, and a page whose flush failed
 * would be lost with the log.
 */
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
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -262144;
  PRAGMA wal_autocheckpoint = 0;
`;

/** What must be in force afterwards; without it a commit may be lost, or erased data remain. */
const NEEDED = { journal_mode: 'wal', synchronous: 2, secure_delete: 1, cell_size_check: 1 } as const;

/**
 * Opens the file with the settings durability needs.
 *
 * @throws StoreRefused when it cannot be opened, is not a database, or lies where it would not be safe
 */
export function openDatabase(path: string): DatabaseSync {
  refuseNetworkFileSystem(path);
  refuseStump(path);
  let db: DatabaseSync | undefined;
  try {
    makePrivate(path);
    db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
    refuseOldLibrary(String(db.prepare('SELECT sqlite_version() AS version').get()?.version));
    db.exec(SETTINGS);
    refuseWithoutEffect(db, path);
    return db;
  } catch (error) {
    db?.close();
    if (error instanceof StoreRefused) throw error;
    throw new StoreRefused(`cannot open the database ${path}: ${reasonOf(error)}`, error);
  }
}

/** A new file is its owner's only; SQLite gives the files beside it the same mode. */
function makePrivate(path: string): void {
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
}

/** Whether there is nothing in the file yet, or no file. */
export function isNewDatabase(path: string): boolean {
  return sizeOf(path) === 0;
}

/** SQLite would take what is shorter than a page for an empty file, and write over it. */
function refuseStump(path: string): void {
  const size = sizeOf(path);
  if (size > 0 && size < SMALLEST_PAGE) {
    throw new StoreRefused(`cannot open the database ${path}: file is not a database`, null);
  }
}

function sizeOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? stats.size : 0;
}

/** @throws StoreRefused for a version of SQLite that may lose commits */
export function refuseOldLibrary(version: string): void {
  const parts = version.split('.').map(Number);
  for (const [index, wanted] of OLDEST_SQLITE.entries()) {
    const part = parts[index] ?? 0;
    if (part > wanted) return;
    if (part < wanted) {
      throw new StoreRefused(`SQLite ${version} may lose data; ${OLDEST_SQLITE.join('.')} or newer is needed`, null);
    }
  }
}

/** SQLite passes over a setting that it cannot apply, without a word. */
function refuseWithoutEffect(db: DatabaseSync, path: string): void {
  if (path === ':memory:') return;
  for (const [name, wanted] of Object.entries(NEEDED)) {
    const actual = Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    if (actual !== wanted) {
      throw new StoreRefused(`the database ${path} cannot be used safely: ${name} is ${actual}, not ${wanted}`, null);
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
