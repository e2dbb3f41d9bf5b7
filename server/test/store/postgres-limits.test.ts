import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPostgresStore } from '../../src/store/postgres/index.ts';
import type { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { createUser } from '../support/given.ts';
import { createDatabase } from '../support/postgres/database.ts';
import { createWorld, refusalOf } from '../support/world.ts';

const database = await createDatabase();
let store: PostgresStore;
beforeAll(async () => {
  const config = { connectionString: database.url, max: 2, statementTimeout: 10_000 };
  const opened = await openPostgresStore(config, { log: pino({ level: 'silent' }), patience: 5_000 });
  await opened.started();
  store = opened.store;
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

/** Letters of four bytes, no two alike, which the database cannot make shorter. */
const letters = (count: number): string =>
  String.fromCodePoint(...Array.from({ length: count }, (_, n) => 0x20000 + ((n * 7919) % 40_000)));

it('a text that no index can hold is refused, and leaves nothing behind', async () => {
  const { submit } = createWorld({ store });
  const refused = createUser({ userId: letters(200), profile: { displayName: letters(600) } });
  const other = createUser({ userId: 'other', username: 'other' });
  const results = await Promise.all([refusalOf(submit(refused)), submit(other).then(() => 'done')]);
  expect(results).toEqual(['value_invalid', 'done']);
  expect(await store.user(refused.userId)).toBeNull();
  expect(await store.events(refused.userId)).toEqual([]);
});
