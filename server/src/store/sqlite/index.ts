import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreRefused } from '../refused.ts';
import { type CheckOutcome, type RunningCheck, startCheck } from './check.ts';
import { lockDatabase } from './lock.ts';
import { migrate } from './migrate.ts';
import { isNewDatabase, openDatabase } from './open.ts';
import { SqliteStore } from './sqlite-store.ts';
import { refuseCopyUnderWay, refuseUnfinishedCopy } from './unfinished-copy.ts';

/** How long a start waits for the look for damage, in milliseconds; it goes on in the background. */
const CHECK_PATIENCE = 300;
/** The same for a file so small, in bytes, that only the start of the thread that looks can take a while. */
const SMALL_FILE = 16 * 1024 * 1024;
const SMALL_FILE_PATIENCE = 5_000;

export interface OpenOptions {
  /** Told of what happens to the file after the start. */
  readonly log?: { error(details: object, message: string): void };
  /** Milliseconds to wait for that look; 300, or 5,000 for a small file, unless given. */
  readonly checkPatience?: number;
  /** Starts the look; replaced in tests. */
  readonly startCheck?: (path: string) => RunningCheck;
}

/**
 * Opens the embedded database for a server: locked, migrated, looked over for damage.
 *
 * @param path the file; it is made when it does not exist
 * @throws StoreRefused one sentence for the operator
 */
export async function openSqliteStore(path: string, options: OpenOptions = {}): Promise<SqliteStore> {
  const release = lockForServer(path);
  let db: DatabaseSync | undefined;
  let check: RunningCheck | undefined;
  try {
    const isNew = isNewDatabase(path);
    db = openDatabase(path);
    refuseUnfinishedCopy(db, path);
    if (!isNew) check = (options.startCheck ?? startCheck)(path);
    migrate(db, path);
    // A server that died may have left some, and there is no other on this file.
    db.exec('UPDATE receivers SET holder = NULL, held_until = 0 WHERE holder IS NOT NULL');
    const store = new SqliteStore(db, release, { check, log: options.log });
    if (check !== undefined) await awaitCheck(check, path, store, options);
    return store;
  } catch (error) {
    await check?.stop();
    db?.close();
    release();
    throw error;
  }
}

function lockForServer(path: string): () => void {
  try {
    return lockDatabase(path);
  } catch (error) {
    refuseCopyUnderWay(path);
    throw error;
  }
}

/** Damage found in time stops the start; found later, it stops all writes. */
async function awaitCheck(check: RunningCheck, path: string, store: SqliteStore, options: OpenOptions): Promise<void> {
  const waiting = new AbortController();
  const usual = statSync(path).size < SMALL_FILE ? SMALL_FILE_PATIENCE : CHECK_PATIENCE;
  const patience = sleep(options.checkPatience ?? usual, null, { signal: waiting.signal }).catch(() => null);
  const outcome = await Promise.race([check.outcome, patience]);
  waiting.abort();
  if (outcome?.kind === 'damaged') {
    throw new StoreRefused(`the database ${path} is damaged: ${oneLine(outcome.finding)}`, null);
  }
  void check.outcome.then((late) => report(late, path, store, options));
}

function report(outcome: CheckOutcome, path: string, store: SqliteStore, { log }: OpenOptions): void {
  if (outcome.kind === 'unchecked') log?.error({ path, finding: outcome.finding }, 'the database was not checked');
  if (outcome.kind !== 'damaged') return;
  store.fail('the database is damaged; stop the server and restore a backup', new Error(outcome.finding));
  log?.error({ path, finding: outcome.finding }, 'the database is damaged: nothing is written any more');
}

function oneLine(text: string): string {
  return text.replace('*** in database main ***', '').replaceAll(/\s+/g, ' ').trim();
}
