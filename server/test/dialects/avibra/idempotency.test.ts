import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, CREATE, clientOf, fresh, freshPhone, isErrorInfo, SOON, UPDATE } from './support.ts';

const DAY = 24 * 60 * 60 * 1000;
let now = Date.now();
let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera(undefined, { clock: () => now });
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('an idempotency key of an update', () => {
  it('given a repeated call, when the record changed meanwhile, then the first answer comes back and nothing is applied', async () => {
    const userid = await client.create();
    const key = { 'idempotency-key': fresh() };
    const first = await client.update({ userid, firstname: 'First' }, key);
    await client.update({ userid, firstname: 'Second' });
    const again = await client.update({ userid, firstname: 'First' }, key);
    expect(again.status).toBe(200);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await client.user(userid)).profile.givenName).toBe('Second');
    expect(await client.events(userid)).toHaveLength(3);
  });

  it('given the same body written otherwise, when it is repeated, then it is the same request', async () => {
    const userid = await client.create();
    const key = { 'idempotency-key': fresh() };
    await client.post(UPDATE, `{"userid":"${userid}","partnername":"acme","firstname":"Same"}`, key);
    const body = `{ "firstname": "S\\u0061me", "partnername": "acme", "userid": "${userid}" }`;
    const again = await client.post(UPDATE, body, key);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it.each<[string, string, object]>([
    ['body', UPDATE, { firstname: 'Other' }],
    ['body by an unknown member', UPDATE, { firstname: 'First', more: 1 }],
    ['query', `${UPDATE}?a=b`, { firstname: 'First' }],
  ])('given another %s, when the key is repeated, then it is refused with 400', async (_what, path, change) => {
    const userid = await client.create();
    const key = { 'idempotency-key': fresh() };
    await client.update({ userid, firstname: 'First' }, key);
    const before = await client.events(userid);
    const response = await client.post(path, { userid, partnername: 'acme', ...change }, key);
    expect(response.status).toBe(400);
    expect(response.json.errorcode).toBe('idempotency_key_reused');
    expect(isErrorInfo(response)).toBe(true);
    expect(await client.events(userid)).toEqual(before);
  });

  it('given one call sent twenty times at once, when all are answered, then it was applied once', async () => {
    const userid = await client.create();
    const key = { 'idempotency-key': fresh() };
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => client.update({ userid, firstname: 'Storm' }, key)),
    );
    expect(responses.map(({ status, text }) => [status, text])).toEqual(Array(20).fill([200, '"Successful"']));
    expect(responses.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(19);
    expect(await client.events(userid)).toHaveLength(2);
  });

  it('given a refused call, when it is repeated, then it is decided anew', async () => {
    const [userid, other] = [await client.create(), await client.create()];
    const key = { 'idempotency-key': fresh() };
    const phone = freshPhone();
    await client.update({ userid: other, phone });
    expect((await client.update({ userid, phone }, key)).status).toBe(400);
    await client.update({ userid: other, phone: freshPhone() });
    const again = await client.update({ userid, phone }, key);
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotent-replayed')).toBeNull();
  });

  it('given a key of a create, when an update uses it, then it is another key', async () => {
    const key = { 'idempotency-key': fresh() };
    const info = client.userInfo();
    expect((await client.post(CREATE, info, key)).status).toBe(200);
    const response = await client.update({ userid: info.userid, firstname: 'Free' }, key);
    expect(response.status).toBe(200);
    expect(response.headers.get('idempotent-replayed')).toBeNull();
  });

  it('given a key older than a day, when it is repeated, then it is a new call', async () => {
    const userid = await client.create();
    const key = { 'idempotency-key': fresh() };
    await client.update({ userid, firstname: 'Old' }, key);
    await client.update({ userid, firstname: 'Between' });
    now += DAY - 1000;
    client = await clientOf(t);
    expect((await client.update({ userid, firstname: 'Old' }, key)).headers.get('idempotent-replayed')).toBe('true');
    now += 1000;
    const response = await client.update({ userid, firstname: 'Old' }, key);
    expect(response.status).toBe(200);
    expect(response.headers.get('idempotent-replayed')).toBeNull();
    expect((await client.user(userid)).profile.givenName).toBe('Old');
  });
});

describe('an idempotency key under v1', () => {
  const v1 = () => ({ version: 'v1', 'idempotency-key': fresh() });

  it('given a repeated update, when both are answered, then it is applied once', async () => {
    const userid = await client.create();
    const headers = v1();
    const first = await client.update({ userid, firstname: 'Later' }, headers);
    const again = await client.update({ userid, firstname: 'Later' }, headers);
    expect([first.text, again.text]).toEqual(['"Successful"', '"Successful"']);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    await client.update({ userid, lastname: 'Flush' });
    expect(await client.events(userid)).toHaveLength(3);
  });

  it('given a repeated create, when the first was applied long ago, then its answer comes back', async () => {
    const headers = v1();
    const info = client.userInfo();
    await client.post(CREATE, info, headers);
    await expect.poll(() => client.find(String(info.userid)), SOON).not.toBeNull();
    const again = await client.post(CREATE, info, headers);
    expect(again.status).toBe(200);
    expect(again.text).toBe('"Successful"');
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await client.events(String(info.userid))).toHaveLength(1);
  });

  it.each(['v1', 'v2'])(
    'given a call that was refused later, when it is repeated under %s, then it is decided anew',
    async (version) => {
      const [userid, other] = [await client.create(), await client.create()];
      const phone = freshPhone();
      await client.update({ userid: other, phone });
      const { 'idempotency-key': key } = v1();
      const call = (under: string) => client.update({ userid, phone }, { version: under, 'idempotency-key': key });
      expect((await call('v1')).text).toBe('"Successful"');
      await expect.poll(() => t.store.deferredWork(), SOON).toEqual([]);
      expect((await call('v2')).status).toBe(400);
      await client.update({ userid: other, phone: freshPhone() });
      const again = await call(version);
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, null]);
      await expect.poll(async () => (await client.user(userid)).phone.value, SOON).toBe(`+1${phone}`);
      expect((await call(version)).headers.get('idempotent-replayed')).toBe('true');
    },
  );

  it('given another body, when the key is repeated, then an update is refused with 400 and a create with 409', async () => {
    const userid = await client.create();
    const headers = v1();
    await client.update({ userid, firstname: 'One' }, headers);
    expect((await client.update({ userid, firstname: 'Two' }, headers)).status).toBe(400);
    const key = v1();
    expect((await client.post(CREATE, client.userInfo(), key)).status).toBe(200);
    const response = await client.post(CREATE, client.userInfo(), key);
    expect(response.status).toBe(409);
    expect(response.json.errorcode).toBe('idempotency_key_reused');
  });
});
