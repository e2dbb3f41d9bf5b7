import type { Store } from '../app/ports/store.ts';
import type { ServeOptions } from '../config/options.ts';
import { postgresConfig } from '../config/postgres.ts';
import type { Logger } from '../logger.ts';
import { openPostgresStore } from '../store/postgres/index.ts';
import { openSqliteStore } from '../store/sqlite/index.ts';

export interface OpenedStore {
  readonly store: Store;
  /** Lets the next process start; call it when everything a start changes is written. */
  started(): Promise<void>;
}

/**
 * Opens the database the options name, migrated, and locked against other starts.
 *
 * @throws StoreRefused one sentence for the operator
 */
export async function openStore({ database }: ServeOptions, logger: Logger): Promise<OpenedStore> {
  if (database.engine === 'postgres') {
    return openPostgresStore(postgresConfig(database), { log: logger, patience: database.patience });
  }
  // Locked against other servers as long as it is open.
  return { store: await openSqliteStore(database.path, { log: logger }), started: async () => {} };
}
