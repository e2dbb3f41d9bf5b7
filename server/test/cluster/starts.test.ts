import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { checkDatabase } from '../support/checker.ts';
import { somebody } from '../support/clients.ts';
import { startCluster } from '../support/postgres/cluster.ts';
import { freePort, runToEnd } from '../system/process.ts';
import {
  clientsOf,
  connectTo,
  createFleet,
  type Fleet,
  logged,
  type NextOptions,
  startFleet,
  turn,
} from './support.ts';

let fleet: Fleet;
afterEach(() => fleet.stop());

/** Starts one more process, which must not come up, and answers what it says. */
async function refusal(options: NextOptions & { readonly env?: Readonly<Record<string, string>> } = {}) {
  const { args, env } = fleet.next(options);
  const { code, stdout, stderr } = await runToEnd(['serve', ...args], { ...env, ...options.env });
  expect([code, stdout]).toEqual([1, '']);
  return stderr;
}

describe('four processes', () => {
  it('started together on an empty database: one makes the tables, and all serve', async () => {
    fleet = await startFleet(4);
    const clients = await clientsOf(fleet);
    expect(fleet.processes.flatMap((server) => logged(server))).toEqual([]);
    // What one has made the next can change, and the one after it can read.
    for (let round = 0; round < 4; round += 1) {
      const { id = '' } = await turn(clients, round).ownli.create(somebody());
      const change = { givenName: 'Min', familyName: 'Ni' };
      expect((await turn(clients, round + 1).zitadel.update(id, change)).status).toBe(200);
      expect((await turn(clients, round + 2).jframework.read?.(id))?.person?.givenName).toBe('Min');
    }
    const { findings, users } = await checkDatabase(fleet.database);
    expect(findings).toEqual([]);
    expect([...users.values()].filter(({ username }) => username === 'acme.admin')).toHaveLength(1);
  });

  it('stop when another version migrates the database under them', async () => {
    fleet = await startFleet(4);
    // When
    const other = await connectTo(fleet.database);
    await other.query("UPDATE settings SET value = (value::int + 1)::text WHERE name = 'schema'");
    await other.end();
    const startedAt = performance.now();
    const ended = await Promise.all(fleet.processes.map((server) => server.ended));
    // Then
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    for (const { code, stderr } of ended) {
      expect(code).toBe(1);
      expect(stderr).toContain(
        'tessera: the database was migrated by another version of Tessera while this process ran, so it stops\n',
      );
    }
    expect(await refusal()).toMatch(/^tessera: .*the database is of version \d+, newer than this Tessera \(\d+\).*\n$/);
  });

  it('need the same key', async () => {
    fleet = await startFleet(1);
    const { args, env } = fleet.next();
    const { TESSERA_KEY: _key, ...keyless } = env;
    const { code, stderr } = await runToEnd(['serve', ...args], keyless);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tessera: .*instance key of this database is missing: TESSERA_KEY is not set, .*\n$/);
    expect(await refusal({ env: { TESSERA_KEY: Buffer.alloc(32, 1).toString('base64') } })).toBe(
      'tessera: the instance key is not the one this database was made with\n',
    );
  });
});

describe('a database that cannot be used', () => {
  const cases: readonly [string, (url: URL) => void, string][] = [
    ['a wrong password', (url) => (url.password = 'hush-hush'), 'password authentication failed for user "postgres"'],
    ['an unknown user', (url) => (url.username = 'nobody'), 'password authentication failed for user "nobody"'],
    ['a missing database', (url) => (url.pathname = '/nowhere'), 'database "nowhere" does not exist'],
  ];

  it.each(cases)('%s: told at once, in one sentence without the password', async (_name, change, reason) => {
    fleet = await createFleet();
    const url = new URL(fleet.database);
    const { password } = url;
    change(url);
    const said = await refusal({ database: url.href });
    expect(said).toBe(`tessera: cannot start: cannot reach the database: ${reason}\n`);
    expect(said).not.toContain(password);
  });

  it('of another program: told', async () => {
    fleet = await createFleet();
    const other = await connectTo(fleet.database);
    await other.query('CREATE TABLE theirs (id integer)');
    await other.end();
    expect(await refusal()).toBe('tessera: cannot start: it is a database of another program\n');
  });

  it('not there yet: waited for, with one line in the log', async () => {
    // Given
    const cluster = await startCluster();
    fleet = await createFleet({ database: cluster.url });
    await cluster.stop();
    // When
    const asked = refuseOne(Number(new URL(cluster.url).port));
    const starting = fleet.start();
    await asked;
    await cluster.start();
    const server = await starting;
    // Then
    // The log is written in the background.
    await expect
      .poll(() => logged(server), { timeout: 10_000 })
      .toMatchObject([{ msg: 'waiting for the database', reason: expect.any(String) }]);
    expect((await server.send('GET', '/readyz')).status).toBe(200);
    await fleet.stop();
    await cluster.destroy();
  });

  it('not there at all: the process ends when it has waited long enough', async () => {
    fleet = await createFleet({ database: `postgres://tessera:hush-hush@127.0.0.1:${await freePort()}/tessera` });
    const startedAt = performance.now();
    const said = await refusal({ env: { TESSERA_DATABASE_WAIT: '1' } });
    expect(performance.now() - startedAt).toBeGreaterThan(1_000);
    expect(said.split('\n').at(-2)).toMatch(/^tessera: cannot start: cannot reach the database: connect ECONNREFUSED/);
    expect(said).not.toContain('hush-hush');
  });
});

/** Holds the port of a database until somebody asks for it, and is gone again. */
async function refuseOne(port: number): Promise<void> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.destroy();
  server.close();
  await once(server, 'close');
}
