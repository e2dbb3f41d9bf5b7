import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { codeMessage, deliveryOf } from '../../../test/support/messages.ts';
import { MessageFiles } from './message-files.ts';

vi.mock('node:fs/promises', { spy: true });

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tessera-messages-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

it('a folder that is made for files is on disk with the first of them', async () => {
  const folder = join(dataDir, 'mail');
  const logger = { info: () => {}, error: () => {} };
  const files = new MessageFiles({ folder, extension: 'eml', logger, notice: '' });
  const flushed: string[] = [];
  const { open: reallyOpen } = await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises');
  vi.mocked(open).mockImplementation(async (path, ...how): Promise<FileHandle> => {
    const file = await reallyOpen(path, ...how);
    const sync = file.sync.bind(file);
    file.sync = async () => {
      await sync();
      flushed.push(String(path));
    };
    return file;
  });
  const write = (id: number) => files.write(deliveryOf(codeMessage(), { id }), 'verify_email', 'text');
  expect([await write(1), await write(2)]).toEqual([{ type: 'delivered' }, { type: 'delivered' }]);
  const folders = flushed.filter((path) => !path.endsWith('.unfinished'));
  expect(folders).toEqual([dataDir, folder, folder]);
  expect(flushed).toHaveLength(5);
});
