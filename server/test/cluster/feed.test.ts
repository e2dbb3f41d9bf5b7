import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FeedEntry } from '../../src/app/ports/store.ts';
import { postgresConfig } from '../../src/config/postgres.ts';
import { openPostgresStore } from '../../src/store/postgres/index.ts';
import type { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { checkDatabase } from '../support/checker.ts';
import { DIALECT_NAMES, somebody } from '../support/clients.ts';
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
  const limits = { poolSize: 2, statementTimeout: 10_000, patience: 10_000 };
  const config = postgresConfig({ engine: 'postgres', url: fleet.database, ...limits });
  const opened = await openPostgresStore(config, { log: { info() {}, warn() {} }, patience: limits.patience });
  await opened.started();
  store = opened.store;
});
afterAll(async () => {
  await store.close();
  await fleet.stop();
});

/** Reads what is new in the feed, in small pages. */
async function follow(seen: FeedEntry[]): Promise<void> {
  for (;;) {
    const page = await store.feed(seen.at(-1)?.position ?? null, 100);
    seen.push(...page);
    if (page.length < 100) return;
  }
}

it('a reader sees every event of 10,000 creates and 2,000 updates once, in the order of each user; no id is given twice', async () => {
  const CREATES = 10_000;
  const shared = await createUsers(turn(clients, 0), 20);
  const seen: FeedEntry[] = [];
  // When
  let writing = true;
  const written = spread(CREATES * 1.2, 512, async (n) => {
    if (n % 6 !== 0) return (await turn(clients, n).ownli.create(somebody())).response;
    const change = { givenName: `N${n}`, familyName: 'Mouse' };
    return turn(clients, n)[turn(DIALECT_NAMES, n / 6)].update(turn(shared, n / 6), change);
  }).finally(() => {
    writing = false;
  });
  let live = 0;
  while (writing) {
    await follow(seen);
    live = seen.length;
  }
  const answers = await written;
  await follow(seen);
  // Then
  expect(statuses(answers)).toEqual({ 200: CREATES * 1.2 });
  const ids = answers.flatMap(({ json }, n) => (n % 6 === 0 ? [] : [json.id]));
  expect(new Set(ids).size).toBe(CREATES);
  expect(live).toBeGreaterThan(CREATES / 10);
  const told = Map.groupBy(
    seen.map(({ event }) => event),
    ({ userId }) => userId,
  );
  const { events, findings } = await checkDatabase(fleet.database);
  expect(findings).toEqual([]);
  expect(told).toEqual(events);
});

it('nothing overtakes a transaction that is still open', async () => {
  // Given
  const [user = ''] = await createUsers(turn(clients, 0), 1);
  const seen: FeedEntry[] = [];
  await follow(seen);
  const other = await connectTo(fleet.database);
  await other.query('BEGIN');
  await other.query('SELECT pg_current_xact_id()');
  // When
  await turn(clients, 1).zitadel.update(user, { givenName: 'Later', familyName: 'Mouse' });
  // Then
  const position = seen.at(-1)?.position ?? null;
  expect(await store.feed(position, 10)).toEqual([]);
  await other.query('COMMIT');
  await other.end();
  expect((await store.feed(position, 10)).map(({ event }) => event.userId)).toEqual([user]);
});
