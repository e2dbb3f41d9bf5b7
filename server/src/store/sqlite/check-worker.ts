import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckOutcome } from './check.ts';
import { isDamage } from './failures.ts';

/** Bytes of a file that is looked at as a whole, its free pages too: that takes less than a second. */
const AT_ONCE = 64 * 1024 * 1024;

/** Body of the thread that looks for damage, so that a large file holds up neither the start nor any request. */
parentPort?.postMessage(check(String(workerData)));

function check(path: string): CheckOutcome {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    db.exec('PRAGMA cell_size_check = ON');
    const findings = statSync(path).size <= AT_ONCE ? findingsAtOnce(db) : findingsByTable(db);
    const finding = findings.find((one) => one !== 'ok');
    return finding === undefined ? { kind: 'sound' } : { kind: 'damaged', finding };
  } catch (error) {
    const finding = error instanceof Error ? error.message : String(error);
    return { kind: isDamage(error) ? 'damaged' : 'unchecked', finding };
  } finally {
    db?.close();
  }
}

function* findingsAtOnce(db: DatabaseSync): Generator<string> {
  yield findingOf(db, '1');
}

/** As long as one look lasts the log cannot begin anew, and updates become slow when it is long. */
function* findingsByTable(db: DatabaseSync): Generator<string> {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  for (const name of ['sqlite_schema', ...tables.map((table) => String(table.name))]) {
    yield findingOf(db, `'${name.replaceAll("'", "''")}'`);
  }
}

function findingOf(db: DatabaseSync, what: string): string {
  return String(Object.values(db.prepare(`PRAGMA quick_check(${what})`).get() ?? {})[0]);
}
