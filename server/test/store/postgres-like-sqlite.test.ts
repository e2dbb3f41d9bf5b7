import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPostgres, createSqlite, freshStore } from './fresh-store.ts';
import { anyListing, anyUser, idOf } from './listed-users.ts';
import { save } from './lists.ts';

const USERS = 500;

describe('lists', () => {
  const [onSqlite, onPostgres] = [freshStore(createSqlite), freshStore(() => createPostgres(3))];

  it('are the same on both engines, whoever the users are and whatever is asked', async () => {
    const [sqlite, postgres] = [onSqlite.store, onPostgres.store];
    const population = fc.array(anyUser, { minLength: USERS, maxLength: USERS });
    const rounds = fc.sample(population, { numRuns: 2, seed: 23 });
    for (const [round, makers] of rounds.entries()) {
      const users = makers.map((make, n) => make(idOf(n)));
      for (const store of [sqlite, postgres]) await save(store, users, round === 0);
      await fc.assert(
        fc.asyncProperty(anyListing, async (query) => {
          const [expected, found] = await Promise.all([sqlite.list(query), postgres.list(query)]);
          expect(found).toEqual(expected);
        }),
        { numRuns: 300 },
      );
    }
  });
});
