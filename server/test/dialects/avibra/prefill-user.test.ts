import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, CREATE, clientOf, fresh, type Headers, isErrorInfo, outline, PREFILL, SOON } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

const stateOf = async (userid: string) => (await client.user(userid)).membership.benefits[0]?.state;
const typesOf = async (userid: string) => outline(await client.events(userid)).map(([type]) => type);

describe('POST /user/prefill', () => {
  it('given all that is known of somebody, when it is sent, then a user is there whose enrolment is requested', async () => {
    const info = client.userInfo({ address: { city: 'Newark', state: 'NJ' }, moredetails: [{ a: 1 }] });
    const userid = String(info.userid);
    const response = await client.post(PREFILL, info);
    expect([response.status, response.text, response.headers.get('etag')]).toEqual([200, '"Successful"', '"1"']);
    expect(await client.user(userid)).toMatchObject({
      state: 'active',
      profile: { givenName: 'Jo', familyName: 'Doe' },
      email: { value: info.email, verified: false },
      phone: { value: `+1${info.phone}` },
      address: { city: 'Newark', state: 'NJ' },
      membership: { benefits: [{ partner: 'acme', knownAs: userid, state: 'requested', offer: null }] },
    });
    expect(await typesOf(userid)).toEqual(['user.created']);
  });

  it('given nothing but a userid, when it is sent, then it is enough', async () => {
    const userid = fresh('person');
    const nothing = { firstname: null, email: null, address: null };
    expect((await client.post(PREFILL, { userid, partnername: 'acme', ...nothing })).status).toBe(200);
    expect(await stateOf(userid)).toBe('requested');
  });

  it('given a prefilled user, when another dialect reads it, then it shows what was filled in', async () => {
    const info = client.userInfo({ firstname: 'Early' });
    await client.post(PREFILL, info);
    const { id } = await client.user(String(info.userid));
    const response = await t.send('GET', `/v2/users/${id}`, { headers: { authorization: `Bearer ${ACME.adminPat}` } });
    expect(response.json.user).toMatchObject({
      state: 'USER_STATE_ACTIVE',
      human: { profile: { givenName: 'Early' }, email: { email: info.email } },
    });
    const brand = await t.send('POST', '/api/v1/users/auth', {
      headers: { 'brand-url': ACME.brandUrl },
      body: { username: info.email, password: 'Passw0rd!' },
    });
    expect(brand.status).toBe(401);
  });

  it.each(['v1', 'v2'])(
    'given a prefilled user, when more is sent under another key and %s, then it is added',
    async (version) => {
      const info = client.userInfo();
      const userid = String(info.userid);
      await client.post(PREFILL, info);
      const more = { userid, partnername: 'acme', lastname: 'Later', address: { zip: '07102' } };
      expect((await client.post(PREFILL, more, { version })).text).toBe('"Successful"');
      await expect.poll(async () => (await client.user(userid)).profile.familyName, SOON).toBe('Later');
      const user = await client.user(userid);
      expect([user.profile.givenName, user.email.value]).toEqual(['Jo', info.email]);
      expect((await typesOf(userid)).slice(1)).toEqual([
        'user.profile_changed',
        'user.address_changed',
        'user.enrolment_requested',
      ]);
    },
  );

  it('given a prefilled user, when it is updated, then it is there like any other', async () => {
    const info = client.userInfo();
    await client.post(PREFILL, info);
    expect((await client.update({ userid: info.userid, firstname: 'New' })).status).toBe(200);
  });

  it.each(['v1', 'v2'])(
    'given a prefilled user, when it is created under %s, then the same record is enrolled',
    async (version) => {
      const info = client.userInfo();
      const userid = String(info.userid);
      await client.post(PREFILL, info);
      const { id } = await client.user(userid);
      expect((await client.post(CREATE, { ...info, lastname: 'Grown' }, { version })).text).toBe('"Successful"');
      await expect.poll(() => stateOf(userid), SOON).toBe('enrolled');
      expect(await client.user(userid)).toMatchObject({ id, profile: { familyName: 'Grown' } });
      expect((await typesOf(userid)).slice(1)).toEqual(['user.profile_changed', 'user.enrolled']);
      expect((await client.post(CREATE, info)).status).toBe(409);
    },
  );
});

describe('a key of a prefill', () => {
  it('given a prefill that stands, when its key comes again, then it is refused, whatever else is in it', async () => {
    const info = client.userInfo();
    const userid = String(info.userid);
    const key = { 'idempotency-key': fresh() };
    expect((await client.post(PREFILL, info, key)).status).toBe(200);
    const before = await client.events(userid);
    const prefilled = client.userInfo();
    await client.post(PREFILL, prefilled);
    const others = [info, { ...info, firstname: 'Other' }, client.userInfo(), { ...prefilled, firstname: 'Other' }];
    for (const body of others) {
      for (const version of ['v2', 'v1', undefined]) {
        const response = await client.post(PREFILL, body, { ...key, version });
        expect(response.status).toBe(409);
        expect(response.json.errorcode).toBe('already_exists');
        expect(isErrorInfo(response)).toBe(true);
      }
    }
    expect(await t.store.deferredWork()).toEqual([]);
    expect(await client.find(String(others[2]?.userid))).toBeNull();
    expect(await client.events(userid)).toEqual(before);
    expect(await client.events(String(prefilled.userid))).toHaveLength(1);
  });

  it('given a prefill of another user under v1, when its key is new or missing, then it is taken', async () => {
    await client.post(PREFILL, client.userInfo(), { version: 'v1' });
    for (const headers of [{}, { 'idempotency-key': undefined }]) {
      const info = client.userInfo();
      expect((await client.post(PREFILL, info, { ...headers, version: 'v1' })).text).toBe('"Successful"');
      await expect.poll(() => client.find(String(info.userid)), SOON).not.toBeNull();
    }
  });

  it('given twenty prefills under one key at once, when all are answered, then one was taken', async () => {
    const info = client.userInfo();
    const key = { 'idempotency-key': fresh() };
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await client.post(PREFILL, info, key)).status),
    );
    expect(statuses.sort()).toEqual([200, ...Array(19).fill(409)]);
    expect(await typesOf(String(info.userid))).toEqual(['user.created']);
  });

  it('given a prefill that another one replaced, when its key comes again, then it is free', async () => {
    const info = client.userInfo();
    const key = { 'idempotency-key': fresh() };
    await client.post(PREFILL, info, key);
    await client.post(PREFILL, info);
    expect((await client.post(PREFILL, client.userInfo(), key)).status).toBe(200);
  });

  it('given the key of another partner, when it is used, then it is another key', async () => {
    const other = await clientOf(t, GLOBEX);
    const key = { 'idempotency-key': fresh() };
    const [mine, theirs] = [client.userInfo(), other.userInfo()];
    expect((await client.post(PREFILL, mine, key)).status).toBe(200);
    expect((await other.post(PREFILL, { ...theirs, userid: mine.userid }, key)).status).toBe(200);
    expect((await other.user(String(mine.userid))).organizationId).toBe(GLOBEX.id);
  });
});

describe('POST /user/prefill is refused', () => {
  it.each<[string, object, Headers, number]>([
    ['no token', {}, { authorization: undefined }, 401],
    ['no API key', {}, { 'x-api-key': undefined }, 401],
    ['no key under v2', {}, { 'idempotency-key': undefined }, 400],
    ['an unknown version', {}, { version: 'v3' }, 400],
    ['no userid', { userid: undefined }, {}, 400],
    ['an empty name', { firstname: '' }, {}, 400],
    ['a bad phone', { phone: '1' }, {}, 400],
    ['a bad state', { address: { state: 'ZZ' } }, {}, 400],
    ["another partner's name", { partnername: 'globex' }, {}, 404],
    ['a precondition', {}, { 'if-match': '"1"' }, 412],
  ])('given %s, when it is sent, then nobody is there', async (_what, change, headers, status) => {
    const info = client.userInfo();
    const response = await client.post(PREFILL, { ...info, ...change }, headers);
    expect(response.status).toBe(status);
    expect(isErrorInfo(response)).toBe(true);
    expect(await client.find(String(info.userid))).toBeNull();
  });

  it.each(['v1', 'v2'])('given a user that is enrolled, when it is sent under %s, then it is 409', async (version) => {
    const userid = await client.create();
    const { id } = await client.user(userid);
    for (const name of [userid, id]) {
      expect((await client.post(PREFILL, client.userInfo({ userid: name }), { version })).status).toBe(409);
    }
    expect(await typesOf(userid)).toEqual(['user.created']);
  });

  it.each(['email', 'phone'])('given the %s of another user, when it is sent, then it is 409', async (name) => {
    const holder = client.userInfo();
    await client.create(holder);
    const info = client.userInfo({ [name]: holder[name] });
    expect((await client.post(PREFILL, info)).status).toBe(409);
    expect(await client.find(String(info.userid))).toBeNull();
  });
});
