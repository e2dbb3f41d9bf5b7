import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Store, StoreUnavailable } from '../../src/app/ports/store.ts';
import type { UserQuery } from '../../src/app/ports/user-list.ts';
import { ADD_UP_COUNTS } from '../../src/store/postgres/lists/counts.ts';
import { Lister } from '../../src/store/postgres/lists/lister.ts';
import { PostgresPool } from '../../src/store/postgres/pool.ts';
import { createPostgres, type PostgresTestDatabase } from './fresh-store.ts';
import { anyListing, listed } from './listed-users.ts';
import { population, save } from './lists.ts';
import { naiveList } from './naive-lists.ts';

const ALL: UserQuery = {
  organizations: 'all',
  sort: { by: 'username', direction: 'asc' },
  offset: 0,
  limit: 10_000,
  countTotal: true,
};
const log = pino({ level: 'silent' });

let database: PostgresTestDatabase;
let store: Store;
let pool: PostgresPool;
beforeEach(async () => {
  database = await createPostgres(3);
  pool = new PostgresPool({ connectionString: database.url, max: 3, statementTimeout: 10_000 }, log);
  store = await database.open();
});
afterEach(async () => {
  await Promise.all([store.close(), pool.close()]);
  await database.destroy();
});

describe('the tables that lists are made from', () => {
  it('are made anew by the next start when they are stale, whatever is in them', async () => {
    const users = Array.from({ length: 2_500 }, (_, n) =>
      listed(`${n}`, {
        username: `user ${n}`,
        ...(n % 2 === 0 && { extra: { ...listed('x').extra, metadata: { key: 'YQ==' } } }),
      }),
    );
    await save(store, users);
    const whole = await store.list({ ...ALL, filter: { type: 'metadata' } });
    expect(whole.total).toBe(1_250);
    await store.close();
    await pool.query('DELETE FROM user_metadata');
    await pool.query('UPDATE user_counts SET users = users + 1');
    await pool.query("UPDATE user_search SET username_key = 'damaged', realm = '+elsewhere'");
    await pool.query(
      'INSERT INTO user_search SELECT (jsonb_populate_record(s, \'{"user_id": "nobody"}\')).* FROM user_search s LIMIT 1',
    );
    await pool.query("INSERT INTO settings (name, value) VALUES ('search stale', '1')");
    store = await database.open();
    expect(await store.list({ ...ALL, filter: { type: 'metadata' } })).toEqual(whole);
    expect((await store.list({ ...ALL, organizations: ['org-a'] })).users).toHaveLength(2_500);
    expect((await store.list(ALL)).total).toBe(2_500);
    const { rows } = await pool.query("SELECT 1 FROM settings WHERE name = 'search stale'");
    expect(rows).toEqual([]);
  });

  it('count users that come, go and move, in numbers that are added up now and then', async () => {
    const total = async () => (await store.list({ ...ALL, limit: 0 })).total;
    await save(
      store,
      Array.from({ length: 10 }, (_, n) => listed(`${n}`)),
    );
    expect(await total()).toBe(10);
    await save(
      store,
      [listed('0', { state: 'deleted' }), listed('1', { organizationId: 'org-b' }), listed('2')],
      false,
    );
    expect(await total()).toBe(9);
    expect((await store.list({ ...ALL, deleted: true })).total).toBe(1);
    expect((await store.list({ ...ALL, organizations: ['org-b'], self: '5' })).total).toBe(2);
    await pool.query("INSERT INTO user_counts (realm, users) SELECT '+org-a', n FROM generate_series(-100, 100) AS n");
    await Promise.all([pool.query(ADD_UP_COUNTS), pool.query(ADD_UP_COUNTS)]);
    const { rows } = await pool.query("SELECT users::int FROM user_counts WHERE realm = '+org-a'");
    expect(rows).toEqual([{ users: 8 }]);
    expect(await total()).toBe(9);
  });

  it('are not written for users that are the same in lists', async () => {
    const users = population(50);
    await save(store, users);
    const places = async () =>
      (await pool.query('SELECT user_id, ctid::text, xmin::text FROM user_search ORDER BY 1')).rows;
    const before = await places();
    await save(store, users, false);
    expect((await places()).map(({ ctid }) => ctid)).toEqual(before.map(({ ctid }) => ctid));
  });
});

describe('a list', () => {
  it.each([
    { sorted: 3, walked: 10, merged: 2, named: 3 },
    { sorted: 0, walked: 40, merged: 32, named: 0 },
    { sorted: 0, walked: 100_000, merged: 32, named: 1_000 },
    { sorted: 20, walked: 0, merged: 0, named: 20 },
  ])('is the same whichever way it is made: %o', async (limits) => {
    const users = population(300);
    await save(store, users);
    const lister = new Lister(pool, limits);
    await fc.assert(
      fc.asyncProperty(anyListing, async (query) => {
        const { users: found, total } = await lister.list(query);
        const expected = naiveList(users, query);
        expect(found.map(({ id }) => id)).toEqual(expected.ids);
        expect(total).toBe(query.countTotal ? expected.total : null);
      }),
      { numRuns: 200 },
    );
  });

  it('that takes too long is given up, and the database is not taken for away', async () => {
    await save(store, population(300));
    const hurried = new Lister(pool, { timeout: 1 });
    const slow: UserQuery = {
      ...ALL,
      filter: {
        type: 'or',
        filters: Array.from({ length: 3_000 }, (_, n) => ({
          type: 'text',
          field: 'givenName',
          method: 'endsWith',
          value: `${n}`,
          ignoreCase: false,
        })),
      },
    };
    await expect(hurried.list(slow)).rejects.toThrow(StoreUnavailable);
    expect(pool.away).toBeNull();
    expect((await new Lister(pool).list(slow)).total).toBe(0);
  });

  it('with more conditions than a statement takes is refused, and the database is not taken for away', async () => {
    const filter = {
      type: 'or' as const,
      filters: Array.from({ length: 70_000 }, (_, n) => ({
        type: 'flag' as const,
        field: 'fraud' as const,
        value: n % 2 === 0,
      })),
    };
    await expect(store.list({ ...ALL, filter })).rejects.toThrow('too many conditions');
    expect(store.readiness()).toEqual({ ok: true });
    expect((await store.list(ALL)).total).toBe(0);
  });

  it('waits for its turn, and is refused when too many do', async () => {
    const lister = new Lister(pool);
    const results = await Promise.allSettled(Array.from({ length: 80 }, () => lister.list(ALL)));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(15);
    expect(refused[0]).toMatchObject({ reason: expect.any(StoreUnavailable) });
  });
});
