import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

/** A database that nobody else uses. */
export interface TestDatabase {
  readonly url: string;
  /** Drops it, whoever is connected to it. */
  drop(): Promise<void>;
}

/** A fresh, empty database: in the cluster that the tests of this run share, or in another one. */
export async function createDatabase(clusterUrl: string = inject('postgres')): Promise<TestDatabase> {
  const name = `tessera_${randomBytes(8).toString('hex')}`;
  await execute(clusterUrl, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(clusterUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(clusterUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
