import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX, testSetup } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectError, expectRefused, fresh, freshPhone } from './support.ts';

let t: Tessera;
let client: Client;
let now = Date.now();
beforeAll(async () => {
  t = await startTessera(testSetup(), { clock: () => now });
  client = await clientOf(t);
});
afterAll(() => t.stop());

/** What the public documents leave open, and what was chosen: one test for each, under its name. */
describe('unknowns of the Ownli API', () => {
  it('GET by id path: GET /api/users/by-id/:id', async () => {
    const user = await client.create();
    expect((await client.get(user.id)).json).toEqual(user);
    expectError(await client.get('1'), 404, 'ERROR_USER_NOT_FOUND');
  });

  it('order of checks on update: 401, then 400, then 404, then 409', async () => {
    const other = await client.create();
    const unknown = '499999999999999999';
    const anonymous = await t.send('PUT', `/api/users/${unknown}`, { body: { firstName: '' } });
    expectError(anonymous, 401, 'ERROR_UNAUTHORIZED');
    expectError(await client.put(unknown, { firstName: 5 }), 400, 'ERROR_INVALID_PARAMETERS');
    expectError(await client.put(unknown, { firstName: '' }), 400, 'ERROR_INVALID_PARAMETERS');
    expectError(await client.put(unknown, { address: { state: 'XX' } }), 400, 'ERROR_INVALID_STATE_CODE');
    expectError(await client.put(unknown, { email: other.email }), 404, 'ERROR_USER_NOT_FOUND');
    const user = await client.create();
    expectError(await client.put(user.id, { email: other.email }), 409, 'ERROR_USER_ALREADY_EXISTS');
  });

  it('user-scope token on an admin call: 401 on update and create, 403 on the read', async () => {
    const app = await clientOf(t, ACME, 'user');
    const { id } = await client.create();
    await expectRefused(t, id, () => app.put(id, { firstName: 'X' }), 401, 'ERROR_UNAUTHORIZED');
    expectError(await app.post(client.body()), 401, 'ERROR_UNAUTHORIZED');
    expectError(await app.get(id), 403, 'ERROR_NO_PERMISSIONS_TO_RESOURCE');
  });

  it("another partner's user: 404 on update, and on the read too", async () => {
    const { id } = await (await clientOf(t, GLOBEX)).create();
    await expectRefused(t, id, () => client.put(id, { firstName: 'X' }), 404, 'ERROR_USER_NOT_FOUND');
    expectError(await client.get(id), 404, 'ERROR_USER_NOT_FOUND');
  });

  it('empty body {}: 200 and nothing changed; missing or non-object body: 400', async () => {
    const user = await client.create();
    const response = await client.put(user.id, {});
    expect([response.status, response.json]).toEqual([200, user]);
    expect(await t.events(user.id)).toHaveLength(1);
    for (const body of [undefined, 'null', '[]', '"x"', '1']) {
      await expectRefused(t, user.id, () => client.put(user.id, body), 400, 'ERROR_INVALID_PARAMETERS');
    }
  });

  it('does {} move `updated`? no', async () => {
    const user = await client.create();
    now += 5_000;
    expect((await client.put(user.id, {})).json.updated).toBe(user.updated);
    const changed = await client.put(user.id, { firstName: 'X' });
    expect(Date.parse(changed.json.updated) - Date.parse(user.updated)).toBe(5_000);
  });

  it('null member: same as omitted', async () => {
    const user = await client.create({ customField1: 'x', isEmailVerified: true });
    const body = {
      firstName: null,
      email: null,
      isEmailVerified: null,
      phone: null,
      customField1: null,
      address: null,
    };
    expect((await client.put(user.id, body)).json).toEqual(user);
  });

  it('empty string for a name or phone: 400', async () => {
    const { id } = await client.create();
    for (const name of ['firstName', 'lastName', 'phone']) {
      await expectRefused(t, id, () => client.put(id, { [name]: '' }), 400, 'ERROR_INVALID_PARAMETERS');
    }
  });

  it('empty string for email or customFieldN: clears it', async () => {
    const fields = ['customField1', 'customField2', 'customField3', 'customField4', 'customField5'];
    const { id } = await client.create(Object.fromEntries(fields.map((name) => [name, 'x'])));
    const names = ['email', ...fields];
    const response = await client.put(id, Object.fromEntries(names.map((name) => [name, ''])));
    expect(response.json).toMatchObject(Object.fromEntries(names.map((name) => [name, null])));
  });

  it('wrong type: 400; unknown member: ignored', async () => {
    const user = await client.create();
    await expectRefused(t, user.id, () => client.put(user.id, { firstName: 5 }), 400, 'ERROR_INVALID_PARAMETERS');
    const body = { nickname: 5, address: { state: 'IL', county: [] } };
    expect((await client.put(user.id, body)).json).toEqual(user);
  });

  it('phone format on update: the same E.164 rule as on create', async () => {
    const { id } = await client.create();
    for (const phone of ['2015550123', '+1 201 555 0123', 'tel:+12015550123', '+1201555012x']) {
      await expectRefused(t, id, () => client.put(id, { phone }), 400, 'ERROR_INVALID_PARAMETERS');
      expectError(await client.post(client.body({ phone })), 400, 'ERROR_INVALID_PARAMETERS');
    }
    expect((await client.put(id, { phone: '+15556667777' })).json.phone).toBe('+15556667777');
  });

  it('email format: a simple check', async () => {
    const { id } = await client.create();
    for (const email of ['x', 'x@', '@x.test', 'a b@x.test', 'a@x.test,b@x.test', 'a@localhost']) {
      await expectRefused(t, id, () => client.put(id, { email }), 400, 'ERROR_INVALID_PARAMETERS');
    }
    const email = `a.b+c${fresh()}@x.test`;
    expect((await client.put(id, { email })).json.email).toBe(email);
  });

  it('address on update: replaces only the members sent, the state must be present', async () => {
    const user = await client.create();
    const response = await client.put(user.id, { address: { state: 'OH', city: 'Dayton' } });
    expect(response.json.address).toEqual({ ...user.address, state: 'OH', city: 'Dayton' });
    const refuse = (address: object, code: string) =>
      expectRefused(t, user.id, () => client.put(user.id, { address }), 400, code);
    await refuse({ city: 'Dayton' }, 'ERROR_INVALID_PARAMETERS');
    await refuse({ state: 'XX' }, 'ERROR_INVALID_STATE_CODE');
    await refuse({ state: 'OH', country: 'CA' }, 'ERROR_INVALID_PARAMETERS');
  });

  it('state set: 50 states, DC and the inhabited territories', async () => {
    const { id } = await client.create();
    for (const state of ['WY', 'DC', 'PR', 'GU', 'VI', 'AS', 'MP']) {
      expect((await client.put(id, { address: { state } })).json.address.state).toBe(state);
    }
    for (const state of ['AA', 'UM', 'FM']) {
      await expectRefused(t, id, () => client.put(id, { address: { state } }), 400, 'ERROR_INVALID_STATE_CODE');
    }
  });

  it('state in lower case: folded to upper case', async () => {
    const { id } = await client.create();
    expect((await client.put(id, { address: { state: 'tX' } })).json.address.state).toBe('TX');
  });

  it('email compare for 409: case-insensitive', async () => {
    const [user, other] = [await client.create(), await client.create()];
    const email = String(other.email).toUpperCase();
    await expectRefused(t, user.id, () => client.put(user.id, { email }), 409, 'ERROR_USER_ALREADY_EXISTS');
  });

  it("user's own phone or email resent: no conflict", async () => {
    const user = await client.create();
    expect((await client.put(user.id, { email: user.email, phone: user.phone })).json).toEqual(user);
    const email = String(user.email).toUpperCase();
    expect((await client.put(user.id, { email })).json.email).toBe(email);
  });

  it('changing email or phone without a verified flag: sets that flag to false', async () => {
    const user = await client.create({ isEmailVerified: true, isPhoneVerified: true });
    const emailed = await client.put(user.id, { email: `new${fresh()}@mail.test` });
    expect(emailed.json).toMatchObject({ emailVerified: false, phoneVerified: true });
    expect((await client.put(user.id, { phone: freshPhone() })).json.phoneVerified).toBe(false);
  });

  it('uniqueness scope: per partner', async () => {
    const { email, phone } = await client.create();
    const globex = await clientOf(t, GLOBEX);
    expect((await globex.post(globex.body({ email, phone }))).status).toBe(200);
    expectError(await client.post(client.body({ email })), 409, 'ERROR_USER_ALREADY_EXISTS');
  });

  it('409 leaves: the user wholly unchanged', async () => {
    const [user, other] = [await client.create(), await client.create()];
    const body = { firstName: 'X', phone: other.phone, customField1: 'x' };
    await expectRefused(t, user.id, () => client.put(user.id, body), 409, 'ERROR_USER_ALREADY_EXISTS');
  });

  it('unset members in the answer: null, and all keys are always there', async () => {
    const user = await client.create({ email: null, address: { state: 'CA' } });
    expect(Object.keys(user)).toHaveLength(19);
    expect(Object.values(user)).not.toContain(undefined);
    expect(user).toMatchObject({ email: null, adminNote: null, customField1: null, partnerCode: null });
    expect(user.address).toEqual({
      addressLine1: null,
      addressLine2: null,
      city: null,
      state: 'CA',
      country: null,
      zip: null,
    });
  });

  it('401 body: the error object, with a WWW-Authenticate: Bearer header', async () => {
    const response = await t.send('PUT', '/api/users/1', { body: {} });
    expectError(response, 401, 'ERROR_UNAUTHORIZED');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('legacy headers: all three accepted when no Authorization header is sent, as admin', async () => {
    const { id } = await client.create();
    const { partnerId, clientId, clientSecret } = ACME.ownli;
    const legacy = { partnerId, clientId, clientSecret };
    const put = (headers: Record<string, string>) =>
      t.send('PUT', `/api/users/${id}`, { headers, body: { firstName: 'Old' } });
    expect((await put(legacy)).json.firstName).toBe('Old');
    expectError(await put({ ...legacy, authorization: 'Bearer x' }), 401, 'ERROR_UNAUTHORIZED');
    expectError(await put({ partnerId, clientId }), 401, 'ERROR_UNAUTHORIZED');
  });

  it('token without scope: admin', async () => {
    const granted = await t.send('POST', '/api/auth/token', { body: ACME.ownli });
    expect(granted.json.scope).toBe('admin');
    const headers = { authorization: `Bearer ${granted.json.access_token}` };
    expect((await t.send('POST', '/api/users', { headers, body: client.body() })).status).toBe(200);
  });

  it('bad scope at the token endpoint: 400', async () => {
    const response = await t.send('POST', '/api/auth/token', { body: { ...ACME.ownli, scope: 'root' } });
    expectError(response, 400, 'ERROR_INVALID_PARAMETERS');
  });

  it('ids: those of the record, one and the same in every API', async () => {
    expect((await client.create()).id).toMatch(/^\d{18}$/);
    expect((await client.get(ACME.viewer.id)).json.id).toBe(ACME.viewer.id);
  });

  it('expired token: 401', async () => {
    const { id } = await client.create();
    now += 3_600_000;
    await expectRefused(t, id, () => client.put(id, { firstName: 'X' }), 401, 'ERROR_UNAUTHORIZED');
    client = await clientOf(t);
  });
});
