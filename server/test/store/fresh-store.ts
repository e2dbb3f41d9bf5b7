import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { BatchChanges, Snapshot, Store, Wants } from '../../src/app/ports/store.ts';
import { openPostgresStore } from '../../src/store/postgres/index.ts';
import { openSqliteStore } from '../../src/store/sqlite/index.ts';
import { NO_CHANGES, NO_WANTS } from '../support/changes.ts';
import { createDatabase } from '../support/postgres/database.ts';

/** One database of an engine, for one test. */
export interface TestDatabase {
  /** Opens it, again after it was closed too. */
  open(): Promise<Store>;
  destroy(): Promise<void>;
}

export async function createSqlite(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-store-'));
  return {
    open: () => openSqliteStore(join(folder, 'tessera.db')),
    destroy: async () => rmSync(folder, { recursive: true }),
  };
}

export interface PostgresTestDatabase extends TestDatabase {
  readonly url: string;
}

/** @param connections what the store may use */
export async function createPostgres(connections: number): Promise<PostgresTestDatabase> {
  const { url, drop } = await createDatabase();
  return {
    url,
    async open() {
      const { store, started } = await openPostgresStore(
        { connectionString: url, max: connections, statementTimeout: 10_000 },
        { log: pino({ level: 'silent' }), patience: 5_000 },
      );
      await started();
      return store;
    },
    destroy: drop,
  };
}

/** A store on a database of its own. */
export interface FreshStore {
  /** The open one; another after `reopen`. */
  readonly store: Store;
  reopen(): Promise<void>;
  write(changes: Partial<BatchChanges>): Promise<void>;
  /** What a decision finds, once it has asked for it. */
  look<T>(wants: Partial<Wants>, read: (snapshot: Snapshot) => T): Promise<T>;
}

/**
 * To be called within a suite.
 *
 * @param lifetime whether each test has its own, or all have the same, which takes less time
 */
export function freshStore(create: () => Promise<TestDatabase>, lifetime: 'test' | 'suite' = 'test'): FreshStore {
  const [begin, end] = lifetime === 'test' ? [beforeEach, afterEach] : [beforeAll, afterAll];
  let database: TestDatabase;
  let store: Store;
  begin(async () => {
    database = await create();
    store = await database.open();
  });
  end(async () => {
    await store.close();
    await database.destroy();
  });
  return {
    get store() {
      return store;
    },
    async reopen() {
      await store.close();
      store = await database.open();
    },
    write: (changes) => store.commit(NO_WANTS, () => ({ ...NO_CHANGES, ...changes })),
    async look<T>(wants: Partial<Wants>, read: (snapshot: Snapshot) => T) {
      const found: T[] = [];
      await store.commit({ ...NO_WANTS, ...wants }, (snapshot) => {
        found.splice(0, 1, read(snapshot));
        return NO_CHANGES;
      });
      return found[0] as T;
    },
  };
}
