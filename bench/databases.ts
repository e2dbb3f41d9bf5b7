import { join } from 'node:path';
import pg from 'pg';
import type { Store } from '../server/src/app/ports/store.ts';
import { postgresConfig } from '../server/src/config/postgres.ts';
import { openPostgresStore } from '../server/src/store/postgres/index.ts';
import { openSqliteStore } from '../server/src/store/sqlite/index.ts';
import { type Cluster, startCluster } from '../server/test/support/postgres/cluster.ts';

/** A database of the bench, for a server or for the bench itself. */
export interface BenchDatabase {
  /** Options of `tessera serve`. */
  readonly args: readonly string[];
  open(): Promise<Store>;
}

export function sqliteDatabase(dataDir: string): BenchDatabase {
  return { args: [], open: () => openSqliteStore(join(dataDir, 'tessera.db'), { checkPatience: PATIENT }) };
}

/** Milliseconds: what is measured is not to share the machine with the look for damage. */
const PATIENT = 300_000;

const QUIET = { warn: () => {}, info: () => {} };
const STATEMENT_TIMEOUT = 30_000;
const PATIENCE = 10_000;

/** @param connections what each server may use */
export function postgresDatabase(url: string, connections: number): BenchDatabase & { readonly url: string } {
  return {
    url,
    args: ['--database', url, '--database-pool-size', String(connections)],
    async open() {
      const limits = { poolSize: connections, statementTimeout: STATEMENT_TIMEOUT, patience: PATIENCE };
      const config = postgresConfig({ engine: 'postgres', url, ...limits });
      const { store, started } = await openPostgresStore(config, { log: QUIET, patience: PATIENCE });
      await started();
      return store;
    },
  };
}

/** A PostgreSQL of the bench's own: every commit flushed, more memory than the defaults give. */
export function startBenchCluster(): Promise<Cluster> {
  // What lists of a million read fits, but for tables that are read through: those leave no trace in it.
  return startCluster({ settings: { shared_buffers: '1536MB', max_wal_size: '4GB', max_connections: 100 } });
}

export async function createDatabase(cluster: Cluster, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: cluster.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  await client.end();
  return cluster.urlOf(name);
}
