import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/app/ports/store.ts';
import { openPostgresStore } from '../../src/store/postgres/index.ts';
import { openSqliteStore } from '../../src/store/sqlite/index.ts';
import { createDatabase, type TestDatabase } from '../support/postgres/database.ts';
import { anyListing, anyUser, idOf } from './listed-users.ts';
import { save } from './lists.ts';

const USERS = 500;

let folder: string;
let database: TestDatabase;
let sqlite: Store;
let postgres: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-store-'));
  sqlite = await openSqliteStore(join(folder, 'tessera.db'));
  database = await createDatabase();
  const { store, started } = await openPostgresStore(
    { connectionString: database.url, max: 3, statementTimeout: 10_000 },
    { log: pino({ level: 'silent' }), patience: 5_000 },
  );
  await started();
  postgres = store;
});
afterEach(async () => {
  await Promise.all([sqlite.close(), postgres.close()]);
  await database.drop();
  rmSync(folder, { recursive: true });
});

describe('lists', () => {
  it('are the same on both engines, whoever the users are and whatever is asked', async () => {
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
