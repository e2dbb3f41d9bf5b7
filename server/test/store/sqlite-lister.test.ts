import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEARCH_STALE } from '../../src/store/settings.ts';
import { type Costs, Lister } from '../../src/store/sqlite/lists/lister.ts';
import { migrate } from '../../src/store/sqlite/migrate.ts';
import { memoryDatabase } from '../support/world.ts';
import { anyListing } from './listed-users.ts';
import { population, save } from './lists.ts';
import { naiveList } from './naive-lists.ts';

const PLANS: Readonly<Record<string, Costs>> = {
  'reads the whole table': { scanned: 0, gathered: 1, walked: 1_000, named: 1_000 },
  'reads the whole table, and what metadata each has': { scanned: 0, gathered: 1, walked: 1_000, named: 0 },
  'gathers what an index tells of': { scanned: 1_000, gathered: 0.001, walked: 1_000, named: 0 },
  'walks along an index': { scanned: 1_000, gathered: 1_000, walked: 0, named: 1_000 },
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
