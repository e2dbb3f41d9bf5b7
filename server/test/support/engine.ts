import { join } from 'node:path';
import { inject } from 'vitest';
import { createDatabase } from './postgres/database.ts';

export type Engine = 'sqlite' | 'postgres';

/** A database for one server, or for several processes on it. */
export interface FreshDatabase {
  /** As `--database` takes it; `openRows` and `checkDatabase` read it from outside. */
  readonly url: string;
  /** The options that make a server use it. */
  readonly args: readonly string[];
  /** Variables for such a server: many of them share one PostgreSQL during a test run. */
  readonly env: Readonly<Record<string, string>>;
  drop(): Promise<void>;
}

/** The database that servers under test use in this run. */
export function engine(): Engine {
  return inject('engine');
}

/**
 * An empty database: the file in the data folder, which goes with the folder, or a database of its own in the PostgreSQL
 * of this test run.
 */
export async function freshDatabase(dataDir: string): Promise<FreshDatabase> {
  if (engine() === 'sqlite') {
    return { url: `sqlite:${join(dataDir, 'tessera.db')}`, args: [], env: {}, drop: async () => {} };
  }
  const { url, drop } = await createDatabase();
  return { url, args: ['--database', url], env: { TESSERA_DATABASE_POOL_SIZE: '4' }, drop };
}
