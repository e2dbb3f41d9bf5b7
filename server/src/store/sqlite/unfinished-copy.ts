import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreRefused } from '../refused.ts';
import { COPY } from '../settings.ts';
import { unfinishedCopy } from '../unfinished-copy.ts';

/** @throws StoreRefused when the file is an unfinished copy of another database */
export function refuseUnfinishedCopy(db: DatabaseSync, path: string): void {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'settings'").get() === undefined) return;
  if (db.prepare('SELECT 1 FROM settings WHERE name = ?').get(COPY) !== undefined) throw unfinishedCopy(path);
}

/** The same for a file that another process has locked: it may be the copy that is at it. */
export function refuseCopyUnderWay(path: string): void {
  if (!existsSync(path)) return;
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true });
    refuseUnfinishedCopy(db, path);
  } catch (error) {
    // What cannot be read now says nothing.
    if (error instanceof StoreRefused) throw error;
  } finally {
    db?.close();
  }
}
