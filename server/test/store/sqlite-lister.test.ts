import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { User } from '../../src/core/user/user.ts';
import { SEARCH_STALE } from '../../src/store/settings.ts';
import { type Costs, Lister } from '../../src/store/sqlite/lists/lister.ts';
import { migrate } from '../../src/store/sqlite/migrate.ts';
import { memoryDatabase } from '../support/world.ts';
import { anyListing } from './listed-users.ts';
import { population, save } from './lists.ts';
import { naiveList } from './naive-lists.ts';

const PLANS: Readonly<Record<string, Costs>> = {
  'reads the whole table': { scanned: 0, gathered: 1, walked: 1_000 },
  'gathers what an index tells of': { scanned: 1_000, gathered: 0.001, walked: 1_000 },
  'walks along an index': { scanned: 1_000, gathered: 1_000, walked: 0 },
};

describe('a list answers the same, whichever way it takes', () => {
  const users = population(300);

  it.each(Object.keys(PLANS))('%s', async (name) => {
    const { db, store } = memoryDatabase();
    await save(store, users);
    const lister = new Lister(db, PLANS[name]);
    fc.assert(
      fc.property(anyListing, (query) => {
        const { rows, total } = lister.list(query);
        const expected = naiveList(users, query);
        expect(rows.map(({ id }) => id)).toEqual(expected.ids);
        expect(total).toBe(query.countTotal ? expected.total : null);
      }),
      { numRuns: 1_500, seed: 3 },
    );
    await store.close();
  });

  it('without a write of metadata that stays as it is', async () => {
    const { db, store } = memoryDatabase();
    await save(store, users);
    db.exec('CREATE TEMP TABLE written (user_id TEXT)');
    for (const change of ['INSERT', 'DELETE']) {
      const row = change === 'INSERT' ? 'new' : 'old';
      db.exec(
        `CREATE TEMP TRIGGER at_${change} AFTER ${change} ON main.user_metadata
         BEGIN INSERT INTO written VALUES (${row}.user_id); END`,
      );
    }
    const [first, second, ...others] = users.filter(({ extra }) => Object.keys(extra.metadata).length > 0);
    const swapped = { ...second, extra: { ...second?.extra, metadata: { added: 'YQ==' } } } as User;
    const named = [first, swapped, ...others].map((user) => ({ ...user, username: `new ${user?.id}` }) as User);
    await save(store, named, false);
    const written = db.prepare('SELECT DISTINCT user_id FROM written').all();
    expect(written.map(({ user_id }) => user_id)).toEqual([second?.id]);
    await store.close();
  });

  it('also from tables that were filled from the records', async () => {
    const { db, store } = memoryDatabase();
    await save(store, users);
    const query = {
      organizations: 'all',
      sort: { by: 'email', direction: 'asc' },
      offset: 0,
      limit: 500,
      countTotal: true,
    } as const;
    const before = await store.list(query);
    db.exec('DELETE FROM user_search');
    db.prepare("INSERT INTO settings (name, value) VALUES (?, '1')").run(SEARCH_STALE);

    migrate(db, ':memory:');

    const contains = { type: 'text', field: 'email', method: 'contains', value: 'anna', ignoreCase: true } as const;
    expect(await store.list(query)).toEqual(before);
    expect((await store.list({ ...query, filter: contains })).total).toBe(
      naiveList(users, { ...query, filter: contains }).total,
    );
    expect(await store.setting(SEARCH_STALE)).toBeNull();
    await store.close();
  });
});
