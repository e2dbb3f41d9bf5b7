import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTessera } from '../../support/tessera.ts';
import { clientOf } from './support.ts';

it('given a client that leaves the settings, when its token is used after the restart, then it is refused', async () => {
  const t = await startTessera();
  const client = await clientOf(t);
  const userid = await client.create();
  const { id } = await client.user(userid);
  const path = join(t.dataDir, 'test-setup.json');
  const setup = JSON.parse(readFileSync(path, 'utf8'));

  setup.organizations[0].avibra.scope = 'other';
  writeFileSync(path, JSON.stringify(setup));
  await t.restart();
  expect((await client.update({ userid, firstname: 'Scope' })).status).toBe(401);

  delete setup.organizations[0].avibra;
  writeFileSync(path, JSON.stringify(setup));
  await t.restart();
  expect((await client.update({ userid, firstname: 'Gone' })).status).toBe(401);

  // The same client id in another organization is another client.
  const { clientId, clientSecret, apiKey } = {
    clientId: 'acme-avibra',
    clientSecret: 'new-secret',
    apiKey: 'avibra-key',
  };
  setup.organizations[1].avibra = { partnerName: 'acme', clientId, clientSecret, apiKey, scope: 'users' };
  writeFileSync(path, JSON.stringify(setup));
  await t.restart();
  expect((await client.update({ userid, firstname: 'Moved' })).status).toBe(401);
  expect((await t.user(id)).version).toBe(1);
  await t.stop();
});
