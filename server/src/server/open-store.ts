import type { Store } from '../app/ports/store.ts';
import type { ServeOptions } from '../config/options.ts';
import { postgresConfig } from '../config/postgres.ts';
import type { Logger } from '../logger.ts';

export interface OpenedStore {
  readonly store: Store;
  /** Lets the next process start; call it when everything a start changes is written. */
  started(): Promise<void>;
}

/**
 * Opens the database the options name, migrated, and locked against other starts. Only that engine is loaded: the other
 * one would be a tenth of a start.
 *
 * @throws StoreRefused one sentence for the operator
 */
export async function openStore({ database }: ServeOptions, logger: Logger): Promise<OpenedStore> {
  if (database.engine === 'postgres') {
    const { openPostgresStore } = await import('../store/postgres/index.ts');
    return openPostgresStore(postgresConfig(database), { log: logger, patience: database.patience });
  }
  const { openSqliteStore } = await import('../store/sqlite/index.ts');
  // Locked against other servers as long as it is open.
  return { store: await openSqliteStore(database.path, { log: logger }), started: async () => {} };
}
