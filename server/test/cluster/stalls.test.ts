import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimKeys } from '../../src/core/user/claims.ts';
import { checkDatabase } from '../support/checker.ts';
import { ACME } from '../support/setup.ts';
import type { TestResponse } from '../support/tessera.ts';
import {
  type Clients,
  clientsOf,
  connectTo,
  createUsers,
  type Fleet,
  spread,
  startFleet,
  statuses,
  timeUntil,
  turn,
} from './support.ts';

const LOCK = 'SELECT FROM users WHERE id = $1 FOR UPDATE';

/** A connection of somebody else, in a transaction. */
async function stranger(fleet: Fleet): Promise<Client> {
  const client = await connectTo(fleet.database);
  await client.query('BEGIN');
  return client;
}

/** How many wait for a lock. */
async function waiting(fleet: Fleet): Promise<number> {
  const client = await connectTo(fleet.database);
  const { rows } = await client.query(
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  await client.end();
  return rows.length;
}

async function timed<T>(work: Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const startedAt = performance.now();
  return { result: await work, ms: performance.now() - startedAt };
}

const named = (clients: Clients, user: string, givenName: string): Promise<TestResponse> =>
  clients.zitadel.update(user, { givenName, familyName: 'Mouse' });

describe('two connections, one second for a statement, and a row that somebody else has locked', () => {
  let fleet: Fleet;
  let clients: Clients;
  let users: string[];
  beforeAll(async () => {
    const env = { TESSERA_DATABASE_POOL_SIZE: '2', TESSERA_DATABASE_STATEMENT_TIMEOUT: '1000' };
    fleet = await startFleet(1, { env });
    clients = turn(await clientsOf(fleet), 0);
    users = await createUsers(clients, 10);
  });
  afterAll(() => fleet.stop());

  it('writes are refused as unavailable after that second, none hangs, and reads go on', async () => {
    // Given
    const [locked = ''] = users;
    const other = await stranger(fleet);
    await other.query(LOCK, [locked]);
    // When
    const writes = timed(spread(600, 600, (n) => named(clients, turn(users, n), `N${n}`)));
    await timeUntil(async () => (await waiting(fleet)) > 0);
    const read = await timed(clients.ownli.read?.(locked) ?? Promise.reject());
    const ready = await turn(fleet.processes, 0).send('GET', '/readyz');
    // Then
    expect([read.result.response.status, ready.status]).toEqual([200, 200]);
    expect(read.ms).toBeLessThan(1_000);
    const { result: answers, ms } = await writes;
    expect(Object.keys(statuses(answers)).filter((status) => !['200', '503'].includes(status))).toEqual([]);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(100);
    expect(new Set(refused.map(({ headers }) => headers.get('retry-after')))).toEqual(new Set(['1']));
    expect(ms).toBeLessThan(8_000);
    // When
    await other.query('ROLLBACK');
    await other.end();
    // Then
    const { result, ms: back } = await timed(named(clients, locked, 'Free'));
    expect(result.status).toBe(200);
    expect(back).toBeLessThan(1_000);
    const { events, findings } = await checkDatabase(fleet.database);
    expect(findings).toEqual([]);
    const written = users.flatMap((id) => (events.get(id) ?? []).slice(1));
    expect(written).toHaveLength(answers.length - refused.length + 1);
  });
});

describe('two processes', () => {
  let fleet: Fleet;
  let clients: Clients[];
  let users: string[];
  beforeAll(async () => {
    fleet = await startFleet(2);
    clients = await clientsOf(fleet);
    users = await createUsers(turn(clients, 0), 3);
  });
  afterAll(() => fleet.stop());

  it('one that hangs in the middle of a transaction holds the other up for a few seconds, and for its own users', async () => {
    // Given a process that is stopped before it sees that it has its lock
    const [user = '', another = ''] = users;
    const [hanging, other] = [turn(fleet.processes, 0), await stranger(fleet)];
    await other.query(LOCK, [user]);
    const lost = named(turn(clients, 0), user, 'Lost');
    await timeUntil(async () => (await waiting(fleet)) > 0);
    hanging.kill('SIGSTOP');
    await other.query('ROLLBACK');
    await other.end();
    // When
    const held = timed(named(turn(clients, 1), user, 'Held up'));
    await timeUntil(async () => (await waiting(fleet)) > 0);
    const free = await timed(named(turn(clients, 1), another, 'Free'));
    // Then
    expect([free.result.status, (await held).result.status]).toEqual([200, 200]);
    expect(free.ms).toBeLessThan(1_000);
    expect((await held).ms).toBeGreaterThan(3_000);
    expect((await held).ms).toBeLessThan(7_000);
    // When
    hanging.kill('SIGCONT');
    // Then
    expect((await lost).status).toBe(503);
    expect((await named(turn(clients, 0), user, 'Back')).status).toBe(200);
    const { events } = await checkDatabase(fleet.database);
    const names = (events.get(user) ?? []).slice(1).map(({ changes }) => changes['profile.givenName']?.after);
    expect(names).toEqual(['Held up', 'Back']);
  });

  it('a deadlock, of which the process is the victim, is not told to anybody', async () => {
    // Given somebody who holds the claim that a process waits for, having locked the user
    const user = turn(users, 2);
    const email = 'dead@lock.test';
    const other = await stranger(fleet);
    await other.query('INSERT INTO claims (key, user_id) VALUES ($1, $2)', [claimKeys.email(ACME.id, email), 'nobody']);
    const update = turn(clients, 0).ownli.update(user, { email });
    await timeUntil(async () => (await waiting(fleet)) > 0);
    // When
    await other.query(LOCK, [user]);
    // Then the database has chosen
    await other.query('ROLLBACK');
    await other.end();
    expect((await update).status).toBe(200);
    const { users: after, findings } = await checkDatabase(fleet.database);
    expect([after.get(user)?.email.value, findings]).toEqual([email, []]);
  });
});
