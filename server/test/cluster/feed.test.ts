import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FeedEntry } from '../../src/app/ports/store.ts';
import type { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { checkDatabase } from '../support/checker.ts';
import { DIALECT_NAMES, somebody } from '../support/clients.ts';
import { openStore, startReader } from './feed-reader.ts';
import {
  type Clients,
  clientsOf,
  connectTo,
  createUsers,
  type Fleet,
  spread,
  startFleet,
  statuses,
  turn,
} from './support.ts';

let fleet: Fleet;
let clients: Clients[];
let store: PostgresStore;
beforeAll(async () => {
  fleet = await startFleet(4);
  clients = await clientsOf(fleet);
  store = await openStore(fleet.database);
});
afterAll(async () => {
  await store.close();
  await fleet.stop();
});

it('a reader sees every event of 10,000 creates and 2,000 updates once, in the order of each user; no id is given twice', {
  timeout: 180_000,
}, async () => {
  const CREATES = 10_000;
  const shared = await createUsers(turn(clients, 0), 20);
  const finish = await startReader(fleet.database);
  // When
  const answers = await spread(CREATES * 1.2, 128, async (n) => {
    if (n % 6 !== 0) return (await turn(clients, n).ownli.create(somebody())).response;
    const change = { givenName: `N${n}`, familyName: 'Mouse' };
    return turn(clients, n)[turn(DIALECT_NAMES, n / 6)].update(turn(shared, n / 6), change);
  });
  // Then
  expect(statuses(answers)).toEqual({ 200: CREATES * 1.2 });
  const ids = answers.flatMap(({ json }, n) => (n % 6 === 0 ? [] : [json.id]));
  expect(new Set(ids).size).toBe(CREATES);
  const { events, findings } = await checkDatabase(fleet.database);
  expect(findings).toEqual([]);
  const { events: seen, looks } = await finish([...events.values()].flat().length);
  // Of every user all numbers from 1, each once and in order.
  const told = Map.groupBy(seen, ({ userId }) => userId);
  const wrong = [...events].filter(([id, history]) => {
    const numbers = told.get(id)?.map(({ sequence }) => sequence) ?? [];
    return numbers.join() !== history.map(({ sequence }) => sequence).join();
  });
  expect(wrong.map(([id]) => id)).toEqual([]);
  expect(told.size).toBe(events.size);
  expect(looks).toBeGreaterThan(200);
});

it('nothing overtakes a transaction that is still open', async () => {
  // Given
  const [user = ''] = await createUsers(turn(clients, 0), 1);
  // Other databases of the same server have transactions too, so what was just written may be told a little later.
  const told = await feedUntil(null, (entries) => entries.some(({ event }) => event.userId === user));
  const position = told.at(-1)?.position ?? null;
  const other = await connectTo(fleet.database);
  await other.query('BEGIN');
  await other.query('SELECT pg_current_xact_id()');
  // When
  await turn(clients, 1).zitadel.update(user, { givenName: 'Later', familyName: 'Mouse' });
  // Then
  expect(await store.feed(position, 10)).toEqual([]);
  await other.query('COMMIT');
  await other.end();
  const later = await feedUntil(position, (entries) => entries.length > 0);
  expect(later.map(({ event }) => event.userId)).toEqual([user]);
});

/** What the feed tells behind a position, as soon as it tells enough. */
async function feedUntil(position: string | null, isEnough: (entries: readonly FeedEntry[]) => boolean) {
  for (const deadline = Date.now() + 20_000; ; await sleep(20)) {
    const entries = await store.feed(position, 50_000);
    if (isEnough(entries) || Date.now() > deadline) return entries;
  }
}
