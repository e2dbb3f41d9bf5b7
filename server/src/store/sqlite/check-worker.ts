import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckOutcome } from './check.ts';
import { isDamage } from './failures.ts';

/** Body of the thread that looks for damage, so that a large file holds up neither the start nor any request. */
parentPort?.postMessage(check(String(workerData)));

function check(path: string): CheckOutcome {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    db.exec('PRAGMA cell_size_check = ON');
    const finding = String(Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0]);
    return finding === 'ok' ? { kind: 'sound' } : { kind: 'damaged', finding };
  } catch (error) {
    const finding = error instanceof Error ? error.message : String(error);
    return { kind: isDamage(error) ? 'damaged' : 'unchecked', finding };
  } finally {
    db?.close();
  }
}
