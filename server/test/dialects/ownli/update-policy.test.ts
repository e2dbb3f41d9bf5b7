import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import {
  type Client,
  clientOf,
  createInsured,
  expectError,
  expectRefused,
  fresh,
  type Headers,
  outline,
  POLICY,
  plant,
} from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

const put = (id: string, body: unknown = POLICY, headers: Headers = {}, as = client) =>
  as.call('PUT', `/${id}/update-policy`, body, headers);

describe('PUT /api/users/:userId/update-policy, 200', () => {
  it('gives a user without a policy one', async () => {
    const user = await client.create();
    const response = await put(user.id);
    expect([response.status, response.json]).toEqual([
      200,
      { ...user, updated: response.json.updated, policyInfo: POLICY },
    ]);
    expect(response.headers.get('etag')).toBe('"2"');
    expect(outline(await t.events(user.id)).at(-1)).toEqual([
      'user.policy_changed',
      {
        'policy.number': 'PN-1',
        'policy.startsAt': Date.parse(POLICY.startDate),
        'policy.endsAt': Date.parse(POLICY.endDate),
      },
    ]);
  });

  it('changes what it says of a policy, with what was there before in the history', async () => {
    const user = await createInsured(client);
    const changed = { ...user.policyInfo, endDate: '2026-01-01T00:00:00.000Z' };
    expect((await put(user.id, changed)).json.policyInfo).toEqual(changed);
    const [, event] = await t.events(user.id);
    expect(event?.changes).toEqual({
      'policy.endsAt': { before: Date.parse(POLICY.endDate), after: Date.parse(changed.endDate) },
    });
  });

  it('changes nothing when nothing is new', async () => {
    const user = await createInsured(client);
    const response = await put(user.id, user.policyInfo);
    expect([response.json, response.headers.get('etag')]).toEqual([user, '"1"']);
    expect(await t.events(user.id)).toHaveLength(1);
  });

  it('moves the identity of a user that was created for a policy', async () => {
    const user = await createInsured(client);
    const moved = (await put(user.id, { ...POLICY, policyNumber: `PN-${fresh()}` })).json;
    const again = client.body({ phone: user.phone, policyInfo: user.policyInfo });
    expect((await client.call('POST', '/with-policy', again)).status).toBe(200);
    const taken = client.body({ phone: user.phone, policyInfo: moved.policyInfo });
    expectError(await client.call('POST', '/with-policy', taken), 409, 'ERROR_USER_ALREADY_EXISTS');
  });

  it('leaves a user that was created without a policy its contacts, and is found by the policy as well', async () => {
    const user = await client.create();
    const policyInfo = { ...POLICY, policyNumber: `PN-${fresh()}` };
    await put(user.id, policyInfo);
    for (const name of ['email', 'phone']) {
      expectError(await client.post(client.body({ [name]: user[name] })), 409, 'ERROR_USER_ALREADY_EXISTS');
    }
    const body = client.body({ phone: user.phone, policyInfo });
    expectError(await client.call('POST', '/with-policy', body), 409, 'ERROR_USER_ALREADY_EXISTS');
    const found = await client.call('POST', '/with-policy?returnExistingUserIfExists=true', body);
    expect(found.json.id).toBe(user.id);
  });

  it('is kept by the updates of every API', async () => {
    const { id, policyInfo, phone } = await createInsured(client);
    const { policy } = await t.user(id);
    expect((await client.put(id, { customField1: 'x', address: { state: 'NV' } })).status).toBe(200);
    const zitadel = await t.send('PUT', `/v2/users/human/${id}`, {
      headers: { authorization: `Bearer ${ACME.adminPat}` },
      body: { profile: { givenName: 'Z', familyName: 'Z' }, email: { email: `z${fresh()}@mail.test` } },
    });
    expect(zitadel.status).toBe(200);
    const signedIn = await t.send('POST', '/api/v1/users/auth', {
      headers: { 'brand-url': ACME.brandUrl },
      body: { username: 'acme.admin', password: ACME.adminPassword },
    });
    const jframework = await t.send('PUT', `/api/v1/users/${id}`, {
      headers: { 'brand-url': ACME.brandUrl, 'auth-key': signedIn.json.data.authKey },
      body: { username: `insured-${fresh()}`, emailAddress: `j${fresh()}@mail.test`, firstName: 'J' },
    });
    expect(jframework.status).toBe(200);
    const granted = await t.send('POST', '/oauth2/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `grant_type=client_credentials&scope=users&client_id=${ACME.avibra.clientId}&client_secret=${ACME.avibra.clientSecret}`,
    });
    const avibra = await t.send('POST', '/user/account/update', {
      headers: {
        authorization: `Bearer ${granted.json.access_token}`,
        'x-api-key': ACME.avibra.apiKey,
        'idempotency-key': `policy-${fresh()}`,
        version: 'v2',
      },
      body: { partnername: ACME.avibra.partnerName, userid: id, firstname: 'A' },
    });
    expect(avibra.status, avibra.text).toBe(200);
    expect((await t.user(id)).policy).toEqual(policy);
    const shown = (await client.get(id)).json;
    expect(shown).toMatchObject({ firstName: 'A', phone, policyInfo });
  });
});

describe('PUT /api/users/:userId/update-policy, refusals', () => {
  it.each([
    ['no policy number', { policyNumber: undefined }],
    ['no start', { startDate: undefined }],
    ['an end of null', { endDate: null }],
    ['an empty policy number', { policyNumber: '' }],
    ['an over-long policy number', { policyNumber: 'x'.repeat(101) }],
    ['a policy number that is no text', { policyNumber: 7 }],
    ['an empty start', { startDate: '' }],
    ['an end before the start', { endDate: '2023-01-01T00:00:00Z' }],
    ['a month that is none', { startDate: '2024-13-01T00:00:00Z' }],
  ])('400: refuses %s', async (_name, change) => {
    const { id } = await createInsured(client);
    await expectRefused(t, id, () => put(id, { ...POLICY, ...change }), 400, 'ERROR_INVALID_PARAMETERS');
  });

  it('400: refuses a body that is no object', async () => {
    const { id } = await createInsured(client);
    for (const body of ['null', '[]', '"x"', '']) {
      await expectRefused(t, id, () => put(id, body), 400, 'ERROR_INVALID_PARAMETERS');
    }
  });

  it('401: asks for credentials', async () => {
    const { id } = await createInsured(client);
    const call = () => t.send('PUT', `/api/users/${id}/update-policy`, { body: POLICY });
    const response = await expectRefused(t, id, call, 401, 'ERROR_UNAUTHORIZED');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('403: refuses a user-scope token, whether or not the user exists', async () => {
    const { id } = await createInsured(client);
    const app = await clientOf(t, ACME, 'user');
    await expectRefused(t, id, () => put(id, POLICY, {}, app), 403, 'ERROR_NO_PERMISSIONS_TO_RESOURCE');
    expectError(await put('1', POLICY, {}, app), 403, 'ERROR_NO_PERMISSIONS_TO_RESOURCE');
  });

  it('404: finds no missing, foreign or deleted user, once the body is right', async () => {
    const foreign = await createInsured(await clientOf(t, GLOBEX));
    const deleted = await createInsured(client);
    await plant(t, deleted.id, () => ({ state: 'deleted' }));
    for (const id of [foreign.id, deleted.id]) {
      await expectRefused(t, id, () => put(id), 404, 'ERROR_USER_NOT_FOUND');
    }
    expectError(await put('1'), 404, 'ERROR_USER_NOT_FOUND');
    expectError(await put('1', { ...POLICY, startDate: 'x' }), 400, 'ERROR_INVALID_PARAMETERS');
  });

  it('409: refuses the policy of another user with this phone, and leaves the user wholly unchanged', async () => {
    const one = await createInsured(client);
    const two = await createInsured(client, { phone: one.phone });
    const body = { ...POLICY, policyNumber: one.policyInfo.policyNumber.toLowerCase() };
    await expectRefused(t, two.id, () => put(two.id, body), 409, 'ERROR_USER_ALREADY_EXISTS');
  });

  it('412: refuses another version', async () => {
    const { id } = await createInsured(client);
    const stale = () => put(id, POLICY, { 'if-match': '"7"' });
    await expectRefused(t, id, stale, 412, 'ERROR_PRECONDITION_FAILED');
    expect((await put(id, POLICY, { 'if-match': '"1"' })).status).toBe(200);
  });
});

it('PUT /api/users/:userId/update-policy answers a repetition of its key with the first answer', async () => {
  const { id } = await createInsured(client);
  const key = { 'idempotency-key': `policy-${fresh()}` };
  const first = await put(id, POLICY, key);
  await put(id, { ...POLICY, policyNumber: 'later' });
  const again = await put(id, POLICY, key);
  expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
  expect((await t.user(id)).policy.number).toBe('later');
  await expectRefused(t, id, () => put(id, { ...POLICY, policyNumber: 'x' }, key), 400, 'ERROR_INVALID_PARAMETERS');
});
