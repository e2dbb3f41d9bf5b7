import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreRefused } from '../refused.ts';

/**
 * Keeps a second server off the same data. The lock is the operating system's, held through a small database of its
 * own, so it vanishes with the process, however that ends. Other commands may open the data beside it.
 *
 * @returns releases the lock
 * @throws StoreRefused when another process holds it
 */
export function lockDatabase(databasePath: string): () => void {
  const path = `${realPath(databasePath)}.lock`;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 0 });
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    db?.close();
    const busy = error instanceof Error && 'errcode' in error && error.errcode === 5;
    const message = busy
      ? `another Tessera server is running on ${databasePath}`
      : `cannot lock ${path}: ${error instanceof Error ? error.message : String(error)}`;
    throw new StoreRefused(message, error);
  }
  const held = db;
  return () => held.close();
}

/** The file itself, whatever links lead to it: two names of one file must meet at one lock. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return join(realFolder(path), basename(path));
  }
}

function realFolder(path: string): string {
  try {
    return realpathSync(dirname(path));
  } catch (error) {
    throw new StoreRefused(`the folder of the database ${path} cannot be used`, error);
  }
}
