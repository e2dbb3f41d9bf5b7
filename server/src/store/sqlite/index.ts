import { lockDatabase } from './lock.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open.ts';
import { SqliteStore } from './sqlite-store.ts';

/**
 * Opens the embedded database for a server: locked, migrated, checked.
 *
 * @param path the file; it is made when it does not exist
 * @throws StoreRefused one sentence for the operator
 */
export function openSqliteStore(path: string): SqliteStore {
  const release = lockDatabase(path);
  try {
    const db = openDatabase(path);
    migrate(db, path);
    return new SqliteStore(db, release);
  } catch (error) {
    release();
    throw error;
  }
}
