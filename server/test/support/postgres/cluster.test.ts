import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from './cluster.ts';
import { createDatabase } from './database.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster({ settings: { max_connections: 7, application_name: "it's me" } });
});
afterAll(() => cluster.destroy());

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  // A server that stops tells so on every connection.
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = await connected(url);
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}

describe('a cluster', () => {
  it('is PostgreSQL 18 as durable as in production, comparing text by bytes', async () => {
    const show = (name: string) => ask(cluster.url, `SHOW ${name}`);
    expect(await show('server_version')).toMatch(/^18\./);
    expect(await show('server_encoding')).toBe('UTF8');
    expect(await show('fsync')).toBe('on');
    expect(await show('synchronous_commit')).toBe('on');
    expect(await ask(cluster.url, "SELECT 'a' > 'B'")).toBe(true);
  });

  it('takes settings', async () => {
    expect(await ask(cluster.url, 'SHOW max_connections')).toBe('7');
    expect(await ask(cluster.url, 'SHOW application_name')).toBe("it's me");
  });

  it('asks for its password', async () => {
    const url = new URL(cluster.url);
    url.password = 'wrong';
    await expect(connected(url.href)).rejects.toMatchObject({ code: '28P01' });
  });

  it('survives a crash with everything that was committed, and nothing else', async () => {
    const client = await connected(cluster.url);
    await client.query('CREATE TABLE kept (n integer)');
    await client.query('INSERT INTO kept VALUES (1), (2)');
    await client.query('BEGIN');
    await client.query('INSERT INTO kept VALUES (3)');
    const cut = expect(client.query('SELECT pg_sleep(60)')).rejects.toThrow();
    await cluster.restart('immediate');
    await cut;
    expect(cluster.log()).toContain('database system was not properly shut down');
    expect(await ask(cluster.url, "SELECT string_agg(n::text, ',') FROM kept")).toBe('1,2');
  });

  it('can be away for a while', async () => {
    await cluster.stop('fast');
    await expect(connected(cluster.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await cluster.start();
    expect(await ask(cluster.url, 'SELECT 1')).toBe(1);
  });

  it('leaves nothing behind', async () => {
    const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('tessera-postgres-'));
    const before = folders();
    const other = await startCluster();
    const [made] = folders().filter((name) => !before.includes(name));
    expect(made).toBeDefined();
    await other.destroy();
    expect(existsSync(`${tmpdir()}/${made}`)).toBe(false);
    await expect(connected(other.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('a database of the shared cluster', () => {
  it('is empty, apart from others, and dropped under those who use it', async () => {
    const [first, second] = await Promise.all([createDatabase(), createDatabase()]);
    const client = await connected(first.url);
    await client.query('CREATE TABLE users (id text)');
    const tables = "SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public'";
    expect([await ask(first.url, tables), await ask(second.url, tables)]).toEqual([1, 0]);
    await Promise.all([first.drop(), second.drop()]);
    await expect(client.query('SELECT 1')).rejects.toThrow();
    await expect(connected(first.url)).rejects.toMatchObject({ code: '3D000' });
  });
});
