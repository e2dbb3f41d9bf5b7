import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from 'vitest';
import { ACME } from '../support/setup.ts';
import { Folders, startProcess } from '../system/process.ts';

const folders = new Folders();
afterAll(() => folders.remove());

it('a server whose file another version migrated says so, finishes its work and ends with 1', async () => {
  const { dataDir, args } = await folders.prepared();
  const server = await startProcess(args);
  const signIn = () => server.send('POST', '/api/auth/token', { body: ACME.ownli });
  expect((await signIn()).status).toBe(200);

  const db = new DatabaseSync(join(dataDir, 'tessera.db'));
  db.exec('PRAGMA user_version = 999');
  db.close();

  const { code, stdout, stderr } = await server.ended;
  expect(code).toBe(1);
  const sentences = stderr.split('\n').filter((line) => line.startsWith('tessera: '));
  expect(sentences).toEqual([
    'tessera: the database was migrated by another version of Tessera while this process ran, so it stops',
  ]);
  expect(`${stdout}${stderr}`).toContain('"msg":"the database was migrated by another version of Tessera');
});
