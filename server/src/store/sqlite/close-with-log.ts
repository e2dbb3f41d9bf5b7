import { DatabaseSync } from 'node:sqlite';

/**
 * After a failure the log may be all there is of what was acknowledged. Closed by a connection that writes it would be
 * copied, as far as SQLite knows it was not, and deleted; one that only reads leaves it to the next start, which copies
 * all of it.
 */
export function closeWithLog(db: DatabaseSync): void {
  const path = db.location();
  if (path === null) {
    db.close();
    return;
  }
  let other: DatabaseSync;
  try {
    other = new DatabaseSync(path, { readOnly: true });
    other.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch {
    // Then the end of the process closes it, which deletes nothing.
    return;
  }
  db.close();
  other.close();
}
