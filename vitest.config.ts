import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database that servers under test use. */
    engine: 'sqlite' | 'postgres';
    /** Address of the PostgreSQL that the tests of a run share; only where `engine` is postgres. */
    postgres: string;
  }
}

/** Tests that start no database. */
const WITHOUT_DATABASE = ['server/test/architecture.test.ts', 'server/test/http/**/*.test.ts'];

/** What is about the database file itself, and says nothing of a database server. */
const SQLITE_ONLY = [
  // Opening, locking, migrating and checking the file, and what the library does when it fails
  'server/test/store/sqlite*.test.ts',
  // A file system without room under the file
  'server/test/faults/disk-full.test.ts',
  // What the documents say depends on no database, and every other test holds its answers to them on both
  'server/test/openapi/**/*.test.ts',
  // Options and setup files are refused before any database is opened; the rest spoils the file
  'server/test/system/refused-starts.test.ts',
  // A page in a browser shows the same whatever is under it; the page itself is asked for on both
  'server/test/portal/browser.test.ts',
];

/** What is about the database server. */
const POSTGRES_ONLY = [
  // Several processes on one database, and trouble with the server
  'server/test/cluster/**/*.test.ts',
  'server/test/faults/cluster.test.ts',
  // From either engine to the other
  'server/test/copy/**/*.test.ts',
  'server/test/store/postgres*.test.ts',
  'server/test/support/postgres/**/*.test.ts',
];

/** To load the server anew for every file took longer than the tests of most files; nothing in it keeps a state. */
const SHARED = { isolate: false } as const;

export default defineConfig({
  test: {
    pool: 'forks',
    // Many tests wait, for passwords to be hashed or a disk to be flushed: it takes three to keep two cores busy.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: '.cache/test-results.json' }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['server/src/**/*.test.ts', 'bench/**/*.test.ts', 'scripts/**/*.test.ts', ...WITHOUT_DATABASE],
          provide: { engine: 'sqlite' },
        },
      },
      {
        extends: true,
        test: {
          name: 'sqlite',
          ...SHARED,
          include: ['server/test/**/*.test.ts'],
          exclude: [...WITHOUT_DATABASE, ...POSTGRES_ONLY],
          provide: { engine: 'sqlite' },
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          ...SHARED,
          include: ['server/test/**/*.test.ts'],
          exclude: [...WITHOUT_DATABASE, ...SQLITE_ONLY],
          provide: { engine: 'postgres' },
          globalSetup: ['server/test/support/postgres/global-setup.ts'],
        },
      },
    ],
  },
});
