import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { stallable } from './stalled.ts';
import { CANCEL, type Client, CREATE, clientOf, isErrorInfo, OFFERS, PREFILL, SOON } from './support.ts';

const store = stallable();
let t: Tessera;
let client: Client;
beforeAll(async () => {
  store.stalled = false;
  t = await startTessera(undefined, { onStore: store.onStore });
  client = await clientOf(t);
});
afterEach(async () => {
  store.stalled = false;
  await expect.poll(() => t.store.deferredWork(), SOON).toEqual([]);
});
afterAll(() => t.stop());

const V1 = { version: 'v1', 'idempotency-key': undefined };

describe('a call under v1', () => {
  it('given an update, when it is answered, then it is stored and applied in the background', async () => {
    const userid = await client.create();
    store.stalled = true;
    const response = await client.update({ userid, firstname: 'Later' }, V1);
    expect([response.status, response.text]).toEqual([200, '"Successful"']);
    expect(response.headers.get('etag')).toBeNull();
    expect(await t.store.deferredWork()).toHaveLength(1);
    expect((await client.user(userid)).profile.givenName).toBe('Jo');
    store.stalled = false;
    await expect.poll(async () => (await client.user(userid)).profile.givenName, SOON).toBe('Later');
    expect((await client.events(userid)).at(-1)?.origin).toMatchObject({
      actor: 'client:avibra:300000000000000001:acme-avibra',
      dialect: 'avibra',
      requestId: response.headers.get('x-request-id'),
    });
  });

  it('given a hundred updates one after another, when all are applied, then they are in order and the last one stays', async () => {
    const userid = await client.create();
    for (let n = 1; n <= 100; n += 1) {
      expect((await client.update({ userid, firstname: `Name ${n}` }, V1)).status).toBe(200);
    }
    await expect.poll(async () => (await client.user(userid)).profile.givenName, SOON).toBe('Name 100');
    const names = (await client.events(userid)).slice(1).map(({ changes }) => changes['profile.givenName']?.after);
    expect(names).toEqual(Array.from({ length: 100 }, (_, n) => `Name ${n + 1}`));
  });

  it('given many users at once, when all is applied, then each has every one of its updates', async () => {
    const userids = await Promise.all(Array.from({ length: 20 }, () => client.create()));
    await Promise.all(
      userids.map(async (userid) => {
        for (let n = 1; n <= 5; n += 1) await client.update({ userid, lastname: `Name ${n}` }, V1);
      }),
    );
    for (const userid of userids) {
      await expect.poll(async () => (await client.user(userid)).profile.familyName, SOON).toBe('Name 5');
      expect(await client.events(userid)).toHaveLength(6);
    }
  });

  it('given updates that wait, when a v2 call follows, then it comes after them and sees them', async () => {
    const userid = await client.create();
    store.stalled = true;
    await client.update({ userid, firstname: 'One', lastname: 'One' }, V1);
    await client.update({ userid, firstname: 'Two', lastname: 'Two' }, V1);
    const last = client.update({ userid, firstname: 'Three' });
    store.stalled = false;
    expect((await last).headers.get('etag')).toBe('"4"');
    const user = await client.user(userid);
    expect(user.profile).toMatchObject({ givenName: 'Three', familyName: 'Two' });
    const names = (await client.events(userid)).slice(1).map(({ changes }) => changes['profile.givenName']?.after);
    expect(names).toEqual(['One', 'Two', 'Three']);
  });

  it('given an update that waits, when a v2 call with the newest version follows, then its precondition counts it', async () => {
    const userid = await client.create();
    await client.update({ userid, firstname: 'Mine' }, V1);
    const stale = await client.update({ userid, firstname: 'Stale' }, { 'if-match': '"1"' });
    expect(stale.status).toBe(412);
    expect((await client.update({ userid, firstname: 'Right' }, { 'if-match': '"2"' })).status).toBe(200);
  });

  it('given updates that cannot be applied, when a v2 call waits too long for them, then it is told to come back', async () => {
    const userid = await client.create();
    const other = await client.create();
    store.stalled = true;
    await client.update({ userid, firstname: 'Stuck' }, V1);
    const response = await client.update({ userid, firstname: 'Overtaking' });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(isErrorInfo(response)).toBe(true);
    expect((await client.update({ userid: other, firstname: 'Free' })).status).toBe(200);
    store.stalled = false;
    await expect.poll(async () => (await client.user(userid)).profile.givenName, SOON).toBe('Stuck');
  });

  it('given a create that waits, when an update follows, then it is accepted and applied after it', async () => {
    store.stalled = true;
    const info = client.userInfo();
    const userid = String(info.userid);
    expect((await client.post(CREATE, info, V1)).text).toBe('"Successful"');
    expect(await client.find(userid)).toBeNull();
    const response = await client.update({ userid, firstname: 'Renamed' }, V1);
    expect([response.status, response.text]).toEqual([200, '"Successful"']);
    store.stalled = false;
    await expect.poll(async () => (await client.find(userid))?.profile.givenName, SOON).toBe('Renamed');
    expect((await client.events(userid)).map(({ type }) => type)).toEqual(['user.created', 'user.profile_changed']);
  });

  it('given a create, when a v2 update follows at once, then it finds the user', async () => {
    const info = client.userInfo();
    const userid = String(info.userid);
    await client.post(CREATE, info, V1);
    expect((await client.update({ userid, firstname: 'Found' })).status).toBe(200);
    expect((await client.user(userid)).profile.givenName).toBe('Found');
  });

  it('given an update that is refused later, when it was applied for, then it leaves no trace and lets the next go on', async () => {
    const holder = client.userInfo();
    await client.create(holder);
    const userid = await client.create();
    const response = await client.update({ userid, firstname: 'Lost', phone: holder.phone }, V1);
    expect(response.status).toBe(200);
    await client.update({ userid, lastname: 'Next' }, V1);
    await expect.poll(async () => (await client.user(userid)).profile.familyName, SOON).toBe('Next');
    expect((await client.user(userid)).profile.givenName).toBe('Jo');
    expect(await client.events(userid)).toHaveLength(2);
    expect(await t.store.deferredWork()).toEqual([]);
  });

  it.each<[string, string, (info: Record<string, unknown>) => [path: string, body?: object], string]>([
    ['a create', 'POST', (info) => [CREATE, info], 'user.created'],
    ['a prefill', 'POST', (info) => [PREFILL, info], 'user.created'],
    [
      'an offer',
      'POST',
      ({ userid }) => [OFFERS, { userid, partnername: 'acme', offername: 'plus' }],
      'user.offer_activated',
    ],
    ['a cancellation', 'DELETE', ({ userid }) => [`${CANCEL}/${userid}`], 'user.enrolment_cancelled'],
    ['a cancellation of old', 'POST', ({ userid }) => [`${OFFERS}/${userid}`], 'user.enrolment_cancelled'],
  ])(
    'given %s by a caller who names no version, when it is answered, then it waits and is applied once',
    async (_what, method, call, type) => {
      const info = client.userInfo();
      const userid = String(info.userid);
      const [path, body] = call(info);
      if (type !== 'user.created') await client.create(info);
      const before = (await client.find(userid))?.sequence ?? 0;
      store.stalled = true;
      const response = await client.send(method, path, body, { ...V1, version: undefined });
      expect([response.status, response.text]).toEqual([200, '"Successful"']);
      expect(await t.store.deferredWork()).toHaveLength(1);
      expect((await client.find(userid))?.sequence ?? 0).toBe(before);
      store.stalled = false;
      await expect.poll(async () => (await client.find(userid))?.sequence, SOON).toBe(before + 1);
      const requestId = response.headers.get('x-request-id');
      expect((await client.events(userid)).at(-1)).toMatchObject({ type, origin: { dialect: 'avibra', requestId } });
    },
  );

  it.each<[string, Record<string, unknown>, Record<string, string | undefined>, number]>([
    ['no token', {}, { authorization: undefined }, 401],
    ['no API key', {}, { 'x-api-key': undefined }, 401],
    ['a malformed key', {}, { 'idempotency-key': 'a b' }, 400],
    ['a bad phone', { phone: '1' }, {}, 400],
    ['nothing to change', { firstname: null }, {}, 400],
    ['an unknown user', { userid: 'nobody' }, {}, 404],
    ["another partner's name", { partnername: 'globex' }, {}, 404],
  ])(
    'given %s, when it is sent, then it is refused at once and nothing is stored',
    async (_what, change, headers, status) => {
      const userid = await client.create();
      const response = await client.update({ userid, firstname: 'Bad', ...change }, { ...V1, ...headers });
      expect(response.status).toBe(status);
      expect(isErrorInfo(response)).toBe(true);
      expect(await t.store.deferredWork()).toEqual([]);
      expect(await client.events(userid)).toHaveLength(1);
    },
  );
});
