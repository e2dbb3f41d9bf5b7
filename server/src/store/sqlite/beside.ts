import { existsSync } from 'node:fs';
import type { Beside } from '../beside.ts';
import { otherVersion } from '../beside.ts';
import { StoreRefused } from '../refused.ts';
import { readConfiguration } from './configuration.ts';
import { classify } from './failures.ts';
import { schemaFits } from './migrate.ts';
import { isNewDatabase, openDatabase } from './open.ts';
import { SqliteOutbox } from './outbox.ts';
import { prepareStatements } from './statements.ts';
import { inTransaction } from './transaction.ts';
import { refuseUnfinishedCopy } from './unfinished-copy.ts';

/** Milliseconds to wait for a server that writes at this moment. */
const PATIENCE = 10_000;

/**
 * Opens the file of an instance for a command, also while a server runs on it.
 *
 * @throws StoreRefused one sentence for the operator
 */
export function openSqliteBeside(path: string): Beside {
  if (!existsSync(path) || isNewDatabase(path)) throw new StoreRefused(`there is no database ${path}`, null);
  const db = openDatabase(path);
  try {
    refuseUnfinishedCopy(db, path);
    if (!schemaFits(db)) throw otherVersion(path);
    db.exec(`PRAGMA busy_timeout = ${PATIENCE}`);
    const statements = prepareStatements(db);
    const telling = <T>(work: () => T): T => {
      try {
        return work();
      } catch (error) {
        throw classify(error).error;
      }
    };
    return {
      outbox: new SqliteOutbox(db, {
        read: telling,
        write: async (work) => telling(() => inTransaction(db, 'BEGIN IMMEDIATE', work)),
      }),
      configuration: async () => telling(() => readConfiguration(statements)),
      close: async () => db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}
