import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startTessera } from '../../support/tessera.ts';
import { stallable } from './stalled.ts';
import { CREATE, clientOf, SOON } from './support.ts';

const V1 = { version: 'v1', 'idempotency-key': undefined };

it('given accepted calls, when the server ends before it applies them, then the next start does, in order and once', async () => {
  const store = stallable();
  const t = await startTessera(undefined, { onStore: store.onStore });
  const client = await clientOf(t);
  const userid = await client.create();
  const made = client.userInfo();
  for (let n = 1; n <= 10; n += 1) await client.update({ userid, firstname: `Name ${n}` }, V1);
  await client.post(CREATE, made, V1);
  await client.update({ userid: made.userid, lastname: 'Renamed' }, V1);
  expect(await t.store.deferredWork()).toHaveLength(12);

  await t.restart({});

  await expect.poll(() => t.store.deferredWork(), SOON).toEqual([]);
  const names = (await client.events(userid)).slice(1).map(({ changes }) => changes['profile.givenName']?.after);
  expect(names).toEqual(Array.from({ length: 10 }, (_, n) => `Name ${n + 1}`));
  expect((await client.events(String(made.userid))).map(({ type }) => type)).toEqual([
    'user.created',
    'user.profile_changed',
  ]);
  await t.restart({});
  expect(await client.events(userid)).toHaveLength(11);
  await t.stop();
});

it('given accepted calls of a client that leaves the settings, when they are taken up, then they are refused and gone', async () => {
  const store = stallable();
  const t = await startTessera(undefined, { onStore: store.onStore });
  const client = await clientOf(t);
  const userid = await client.create();
  const made = client.userInfo();
  const before = await client.events(userid);
  await client.update({ userid, firstname: 'Too late' }, V1);
  await client.post(CREATE, made, V1);
  const path = join(t.dataDir, 'test-setup.json');
  const setup = JSON.parse(readFileSync(path, 'utf8'));
  // The organization stays a partner, so its users are still found; the client that asked is another one now.
  setup.organizations[0].avibra.clientId = 'acme-successor';
  writeFileSync(path, JSON.stringify(setup));

  await t.restart({});

  await expect.poll(() => t.store.deferredWork(), SOON).toEqual([]);
  expect(await client.events(userid)).toEqual(before);
  expect(await client.find(String(made.userid))).toBeNull();
  await t.stop();
});
