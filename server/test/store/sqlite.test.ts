import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/store/sqlite/index.ts';
import { describeStore, type TestDatabase } from './contract.ts';
import { describeCredentials } from './credentials.ts';

const create = async (): Promise<TestDatabase> => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-store-'));
  return {
    open: () => openSqliteStore(join(folder, 'tessera.db')),
    destroy: async () => rmSync(folder, { recursive: true }),
  };
};

describeStore('sqlite', create);
describeCredentials('sqlite', create);
