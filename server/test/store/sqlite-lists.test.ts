import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/store/sqlite/index.ts';
import { describeLists } from './lists.ts';

describeLists('sqlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-lists-'));
  return {
    open: () => openSqliteStore(join(folder, 'tessera.db')),
    destroy: async () => rmSync(folder, { recursive: true }),
  };
});
