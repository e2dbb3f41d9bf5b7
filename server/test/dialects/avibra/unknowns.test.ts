import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { CANCEL, type Client, CREATE, clientOf, fresh, freshPhone, isErrorInfo, SOON, UPDATE } from './support.ts';

const DAY = 24 * 60 * 60 * 1000;
let now = Date.now();
let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera(undefined, { clock: () => now });
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('what the documentation leaves open', () => {
  it('required body fields of update', async () => {
    const userid = await client.create();
    const statusOf = async (body: object) => (await client.post(UPDATE, body)).status;
    expect(await statusOf({ partnername: 'acme', firstname: 'a' })).toBe(400);
    expect(await statusOf({ userid: '', partnername: 'acme', firstname: 'a' })).toBe(400);
    expect(await statusOf({ userid, firstname: 'a' })).toBe(400);
    expect(await statusOf({ userid, partnername: '', firstname: 'a' })).toBe(400);
    expect(await statusOf({ userid, partnername: 'acme' })).toBe(400);
    expect(await statusOf({ userid, partnername: 'acme', firstname: null, phone: null })).toBe(400);
    expect(await client.events(userid)).toHaveLength(1);
    for (const change of [
      { firstname: 'a' },
      { lastname: 'b' },
      { email: `${fresh('e')}@mail.test` },
      { phone: freshPhone() },
    ]) {
      expect(await statusOf({ userid, partnername: 'acme', ...change })).toBe(200);
    }
    expect(await client.events(userid)).toHaveLength(5);
  });

  it('field present but empty string', async () => {
    const userid = await client.create();
    for (const name of ['firstname', 'lastname', 'email', 'phone']) {
      expect((await client.update({ userid, firstname: 'a', [name]: '' })).status).toBe(400);
    }
    expect((await client.update({ userid, firstname: 'Kept', lastname: null })).status).toBe(200);
    expect((await client.user(userid)).profile).toMatchObject({ givenName: 'Kept', familyName: 'Doe' });
  });

  it('unknown extra body members', async () => {
    const userid = await client.create();
    const body = { userid, firstname: 'a', address: { state: 'ZZ' }, moredetails: [{ a: 1 }], id: 7 };
    expect((await client.update(body)).status).toBe(200);
    expect((await client.events(userid)).map(({ type }) => type)).toEqual(['user.created', 'user.profile_changed']);
  });

  it('validation', async () => {
    const userid = await client.create();
    const digits = freshPhone();
    const spelt = `+1 (${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`;
    expect((await client.update({ userid, firstname: `  ${'é'.repeat(100)} `, phone: spelt })).status).toBe(200);
    const user = await client.user(userid);
    expect(user.profile.givenName).toBe('é'.repeat(100));
    expect(user.phone.value).toBe(`+1${digits}`);
    for (const bad of [{ email: 'a@b' }, { email: 'a@b@c.de' }, { phone: '123' }, { lastname: 'é'.repeat(101) }]) {
      expect((await client.update({ userid, ...bad })).status).toBe(400);
    }
  });

  it('missing Idempotency-Key', async () => {
    const userid = await client.create();
    for (const key of [undefined, '']) {
      const response = await client.update({ userid, firstname: 'No key' }, { 'idempotency-key': key });
      expect(response.status).toBe(400);
      expect(response.json.errormessage).toBe('The header idempotency-key is required.');
      expect((await client.post(CREATE, client.userInfo(), { 'idempotency-key': key })).status).toBe(400);
    }
    const old = { version: undefined, 'idempotency-key': undefined };
    expect((await client.update({ userid, firstname: 'Old caller' }, old)).status).toBe(200);
    await expect.poll(async () => (await client.user(userid)).profile.givenName, SOON).toBe('Old caller');
  });

  it('missing / unknown Version', async () => {
    const userid = await client.create();
    for (const version of ['v3', 'V2', '2', '1.0.2', '']) {
      const response = await client.update({ userid, firstname: 'Bad' }, { version });
      expect(response.status).toBe(400);
      expect(isErrorInfo(response)).toBe(true);
    }
    expect(await client.events(userid)).toHaveLength(1);
    const response = await client.update({ userid, firstname: 'Missing' }, { version: undefined });
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBeNull();
    await expect.poll(async () => (await client.user(userid)).profile.givenName, SOON).toBe('Missing');
  });

  it('scope and life of a key', async () => {
    const other = await clientOf(t, GLOBEX);
    const [mine, theirs] = [await client.create(), await other.create()];
    const key = { 'idempotency-key': fresh() };
    const replayed = async (by: Client, userid: string) =>
      (await by.update({ userid, firstname: 'Key' }, key)).headers.get('idempotent-replayed');
    expect(await replayed(client, mine)).toBeNull();
    expect(await replayed(other, theirs)).toBeNull();
    expect((await client.post(CREATE, client.userInfo(), key)).status).toBe(200);
    now += DAY - 1;
    client = await clientOf(t);
    expect(await replayed(client, mine)).toBe('true');
  });

  it('same key, other body', async () => {
    const userid = await client.create();
    const key = { 'idempotency-key': fresh() };
    expect((await client.update({ userid, firstname: 'One' }, key)).status).toBe(200);
    const update = await client.update({ userid, firstname: 'Two' }, key);
    expect([update.status, update.json.errorcode]).toEqual([400, 'idempotency_key_reused']);
    expect((await client.post(CREATE, client.userInfo(), key)).status).toBe(200);
    const create = await client.post(CREATE, client.userInfo(), key);
    expect([create.status, create.json.errorcode]).toEqual([409, 'idempotency_key_reused']);
  });

  it('same key while the first is still running', async () => {
    const userid = await client.create();
    const key = { 'idempotency-key': fresh() };
    const [first, second] = await Promise.all([
      client.update({ userid, firstname: 'Twin' }, key),
      client.update({ userid, firstname: 'Twin' }, key),
    ]);
    expect([first.status, second.status]).toEqual([200, 200]);
    const replays = [first, second].filter(({ headers }) => headers.get('idempotent-replayed') === 'true');
    expect(replays).toHaveLength(1);
    expect(first.headers.get('etag')).toBe(second.headers.get('etag'));
    expect(await client.events(userid)).toHaveLength(2);
  });

  it('failed first attempt (4xx/5xx) with that key', async () => {
    const info = client.userInfo();
    const key = { 'idempotency-key': fresh() };
    const body = { userid: info.userid, firstname: 'Retried' };
    expect((await client.update(body, { ...key, authorization: 'Bearer bad' })).status).toBe(401);
    expect((await client.update({ ...body, phone: '1' }, key)).status).toBe(400);
    expect((await client.update(body, key)).status).toBe(404);
    await client.create(info);
    const response = await client.update(body, key);
    expect(response.status).toBe(200);
    expect(response.headers.get('idempotent-replayed')).toBeNull();
  });

  it('v1 asynchronous', async () => {
    const holder = client.userInfo();
    await client.create(holder);
    const userid = await client.create();
    const response = await client.update({ userid, email: holder.email }, { version: 'v1' });
    expect([response.status, response.text]).toEqual([200, '"Successful"']);
    await expect.poll(() => t.store.deferredWork(), SOON).toEqual([]);
    expect(await client.events(userid)).toHaveLength(1);
  });

  it('unknown userid under v1', async () => {
    const response = await client.update({ userid: 'nobody', firstname: 'a' }, { version: 'v1' });
    expect(response.status).toBe(404);
    expect(await t.store.deferredWork()).toEqual([]);
  });

  it('email/phone owned by another user', async () => {
    const holder = client.userInfo();
    await client.create(holder);
    const userid = await client.create();
    for (const [change, errormessage] of [
      [{ email: String(holder.email).toUpperCase() }, 'The e-mail address belongs to another user.'],
      [{ phone: `+1${holder.phone}` }, 'The phone number belongs to another user.'],
    ] as const) {
      const response = await client.update({ userid, firstname: 'Lost', ...change });
      expect(response.status).toBe(400);
      expect(response.json).toEqual({ errorcode: 'already_exists', errormessage });
    }
    expect(await client.events(userid)).toHaveLength(1);
  });

  it('wrong partnername for the token', async () => {
    const userid = await client.create();
    for (const partnername of ['globex', 'ACME', 'acme ', 'nobody']) {
      expect((await client.update({ userid, partnername, firstname: 'a' })).status).toBe(404);
    }
    expect(await client.events(userid)).toHaveLength(1);
  });

  it('update of a cancelled user', async () => {
    const userid = await client.create();
    expect((await client.send('DELETE', `${CANCEL}/${userid}`)).status).toBe(200);
    for (const version of ['v1', 'v2']) {
      expect((await client.update({ userid, firstname: 'Gone' }, { version })).status).toBe(404);
    }
    expect(await t.store.deferredWork()).toEqual([]);
  });

  it('x-api-key missing or wrong', async () => {
    const userid = await client.create();
    for (const key of [undefined, '', 'wrong', GLOBEX.avibra.apiKey]) {
      expect((await client.update({ userid, firstname: 'a' }, { 'x-api-key': key })).status).toBe(401);
    }
    expect(await client.events(userid)).toHaveLength(1);
  });

  it("errors' media type", async () => {
    const refused = [
      await client.update({ userid: 'nobody', firstname: 'a' }),
      await client.update({ userid: 'nobody' }),
      await client.update({ userid: 'nobody' }, { authorization: undefined }),
      await client.post(UPDATE, '{'),
      await client.post('/user/nothing', {}),
    ];
    expect(refused.map(({ status }) => status)).toEqual([404, 400, 401, 400, 404]);
    expect(refused.map(isErrorInfo)).toEqual(Array(5).fill(true));
  });

  it('200 body', async () => {
    const userid = await client.create();
    for (const version of ['v1', 'v2']) {
      const response = await client.update({ userid, firstname: version }, { version });
      expect(response.text).toBe('"Successful"');
      expect(response.headers.get('content-type')).toBe('application/json');
    }
  });

  it('user identity', async () => {
    const other = await clientOf(t, GLOBEX);
    const userid = await client.create();
    expect((await other.post(CREATE, other.userInfo({ userid }))).status).toBe(200);
    expect((await client.post(CREATE, client.userInfo({ userid }))).status).toBe(409);
    expect((await client.user(userid)).id).not.toBe((await other.user(userid)).id);
  });

  it("create's body", async () => {
    const info = client.userInfo({ address: { city: 'Newark', state: 'NJ' }, dateofbirth: '2000-01-01' });
    for (const name of ['userid', 'partnername', 'firstname', 'lastname', 'email', 'phone']) {
      expect((await client.post(CREATE, { ...info, [name]: undefined })).status).toBe(400);
    }
    expect((await client.post(CREATE, info)).status).toBe(200);
    expect((await client.post(CREATE, info)).status).toBe(409);
    expect((await client.user(String(info.userid))).address).toMatchObject({ city: 'Newark', state: 'NJ' });
  });
});
