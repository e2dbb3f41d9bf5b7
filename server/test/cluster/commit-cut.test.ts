import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../support/checker.ts';
import { DIALECT_NAMES, type DialectName, somebody } from '../support/clients.ts';
import { createDatabase, type TestDatabase } from '../support/postgres/database.ts';
import { type DatabaseProxy, startProxy } from './proxy.ts';
import { type Clients, clientsOf, createUsers, type Fleet, startFleet, timeUntil, turn } from './support.ts';

let database: TestDatabase;
let proxy: DatabaseProxy;
let fleet: Fleet;
let clients: Clients;
beforeAll(async () => {
  database = await createDatabase();
  proxy = await startProxy(database.url);
  fleet = await startFleet(1, { database: proxy.url });
  clients = turn(await clientsOf(fleet), 0);
});
afterAll(async () => {
  await fleet.stop();
  await proxy.close();
  await database.drop();
});

const contents = () => checkDatabase(database.url);
const STYLES: readonly (DialectName | 'avibra-v1')[] = [...DIALECT_NAMES, 'avibra-v1'];

/** First names that a user was given after the first. */
async function namesOf(user: string): Promise<unknown[]> {
  const { events } = await contents();
  return (events.get(user) ?? []).slice(1).map(({ changes }) => changes['profile.givenName']?.after);
}

describe('given a connection that is cut', () => {
  it.each(STYLES)('%s: after the commit, the caller is told to ask again, and finds the outcome', async (style) => {
    const { user, update } = await caller(style, 'after');
    const cut = proxy.cutNext('answer');
    const first = await update();
    await cut;
    expect([first.status, first.headers.get('retry-after')]).toEqual([503, '1']);
    const again = await update();
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    await timeUntil(async () => (await namesOf(user)).length > 0);
    expect(await namesOf(user)).toEqual(['after']);
  });

  it.each(STYLES)('%s: before the commit arrived, the caller is told to ask again, and succeeds', async (style) => {
    const { user, update } = await caller(style, 'before');
    const cut = proxy.cutNext('request');
    const first = await update();
    await cut;
    expect([first.status, first.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await namesOf(user)).toEqual([]);
    const again = await update();
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, null]);
    await timeUntil(async () => (await namesOf(user)).length > 0);
    expect(await namesOf(user)).toEqual(['before']);
  });

  it('a creation without a key is there, though nobody was told; with a key nothing is created twice', async () => {
    const { users: before } = await contents();
    const person = somebody();
    const key = { 'idempotency-key': 'created-once' };
    const cut = proxy.cutNext('answer');
    expect((await clients.ownli.create(person, key)).response.status).toBe(503);
    await cut;
    expect((await clients.ownli.create(person)).response.status).toBe(409);
    const { response, id = '' } = await clients.ownli.create(person, key);
    expect([response.status, response.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    const { users, findings } = await contents();
    expect([users.size, users.has(id), findings]).toEqual([before.size + 1, true, []]);
  });
});

/** A fresh user and one update of it, always under the same key. */
async function caller(style: (typeof STYLES)[number], givenName: string) {
  const [user = ''] = await createUsers(clients, 1);
  const headers = { 'idempotency-key': `${style}-${givenName}`, ...(style === 'avibra-v1' ? { version: 'v1' } : {}) };
  const client = clients[style === 'avibra-v1' ? 'avibra' : style];
  return { user, update: () => client.update(user, { givenName, familyName: 'Mouse' }, headers) };
}
