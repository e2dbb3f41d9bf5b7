import type { DatabaseSync } from 'node:sqlite';
import { readUser } from '../../documents.ts';
import { SEARCH_STALE } from '../../settings.ts';
import { copyLongLog } from '../log.ts';
import { inTransaction } from '../transaction.ts';
import { SearchWriter } from './search-writer.ts';

/** Users in one transaction. */
const AT_ONCE = 10_000;

/**
 * Makes what lists are made from anew where it is stale: after a change of those tables, or of the way they follow from
 * the records. Ended in the middle, it begins again with the next start.
 */
export function refillSearch(db: DatabaseSync): void {
  const stale = db.prepare('SELECT 1 FROM settings WHERE name = ?');
  if (stale.get(SEARCH_STALE) === undefined) return;
  const writer = new SearchWriter(db);
  inTransaction(db, 'BEGIN IMMEDIATE', () => writer.clear());
  const next = db.prepare('SELECT id, document FROM users WHERE id > ? ORDER BY id LIMIT ?');
  for (let after = ''; ; ) {
    const rows = next.all(after, AT_ONCE);
    const last = rows.at(-1);
    if (last === undefined) break;
    inTransaction(db, 'BEGIN IMMEDIATE', () => {
      for (const { id, document } of rows) writer.add(readUser(String(id), document));
    });
    copyLongLog(db);
    after = String(last.id);
  }
  db.prepare('DELETE FROM settings WHERE name = ?').run(SEARCH_STALE);
}
