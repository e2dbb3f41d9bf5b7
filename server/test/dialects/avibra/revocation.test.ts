import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { CREATE, clientOf, PREFILL } from './support.ts';

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

it('given a client that moves to another organization, when keys of before come again, then they are new ones', async () => {
  const t = await startTessera();
  const before = await clientOf(t);
  const [created, prefilled] = [before.userInfo(), before.userInfo()];
  const key = { 'idempotency-key': 'moved' };
  const calls = [
    [CREATE, created],
    [PREFILL, prefilled],
  ] as const;
  for (const [path, info] of calls) expect((await before.post(path, info, key)).status).toBe(200);

  const path = join(t.dataDir, 'test-setup.json');
  const setup = JSON.parse(readFileSync(path, 'utf8'));
  setup.organizations[1].avibra = setup.organizations[0].avibra;
  delete setup.organizations[0].avibra;
  writeFileSync(path, JSON.stringify(setup));
  await t.restart();

  const after = await clientOf(t, { id: GLOBEX.id, avibra: ACME.avibra });
  for (const [path, info] of calls) {
    const response = await after.post(path, info, key);
    expect([response.status, response.headers.get('idempotent-replayed')]).toEqual([200, null]);
    expect((await after.user(String(info.userid))).organizationId).toBe(GLOBEX.id);
    expect((await before.user(String(info.userid))).version).toBe(1);
  }
  await t.stop();
});
