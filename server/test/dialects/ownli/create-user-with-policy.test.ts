import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX, testSetup } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, createInsured, expectError, fresh, freshPhone, outline, POLICY } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera(
    testSetup(({ organizations: [, globex] }) => {
      globex.ownli = { ...GLOBEX.ownli, optionalPolicyDates: true };
    }),
  );
  client = await clientOf(t);
});
afterAll(() => t.stop());

const PATH = '/with-policy';
const post = (body: unknown, headers = {}, query = '') => client.call('POST', `${PATH}${query}`, body, headers);
const insured = (more: object = {}) =>
  client.body({ policyInfo: { ...POLICY, policyNumber: `PN-${fresh()}` }, ...more });
const claimOf = (phone: unknown, policyNumber: string) =>
  t.store.userByClaim(`policy:${ACME.id}:${JSON.stringify([phone, policyNumber.toLowerCase()])}`);

describe('POST /api/users/with-policy, 200', () => {
  it('creates a user for the policy, and shows it with the user ever after', async () => {
    const body = insured({ isPhoneVerified: true, customField1: 'one' });
    const response = await post(body);
    expect(response.status).toBe(200);
    const { id } = response.json;
    const { isPhoneVerified: _flag, ...shown } = body;
    expect(response.json).toMatchObject({ ...shown, phoneVerified: true, emailVerified: false });
    expect(Object.keys(response.json)).toHaveLength(20);
    expect(response.headers.get('etag')).toBe('"2"');
    expect(outline(await t.events(id))).toEqual([
      [
        'user.created',
        expect.objectContaining({
          'policy.number': (body.policyInfo as typeof POLICY).policyNumber,
          'policy.startsAt': Date.parse(POLICY.startDate),
          'policy.endsAt': Date.parse(POLICY.endDate),
          'policy.isIdentity': true,
        }),
      ],
      ['user.phone_verified', expect.anything()],
    ]);
    expect((await client.get(id)).json).toEqual(response.json);
    expect((await client.put(id, { policyInfo: { policyNumber: 'other' }, lastName: 'X' })).json).toMatchObject({
      lastName: 'X',
      policyInfo: body.policyInfo,
    });
  });

  it('is told from others by phone and policy number: contacts may be shared', async () => {
    const plain = await client.create();
    const { email, phone } = plain;
    const [one, two] = [await createInsured(client, { email, phone }), await createInsured(client, { email, phone })];
    expect(new Set([plain.id, one.id, two.id]).size).toBe(3);
    const number = { policyInfo: one.policyInfo };
    expect((await createInsured(client, number)).policyInfo).toEqual(one.policyInfo);
    // A contact that only users with policies have is still free.
    const shared = await createInsured(client);
    expect((await client.post(client.body({ email: shared.email, phone: shared.phone }))).status).toBe(200);
  });

  it('takes times with and without a fraction', async () => {
    const policyInfo = { policyNumber: 'x', startDate: '2024-02-29T23:59:59Z', endDate: '2024-02-29T23:59:59.1Z' };
    expect((await post(insured({ policyInfo }))).json.policyInfo).toEqual({
      policyNumber: 'x',
      startDate: '2024-02-29T23:59:59.000Z',
      endDate: '2024-02-29T23:59:59.100Z',
    });
  });
});

describe('POST /api/users/with-policy, 400', () => {
  const withPolicy = (change: object) => ({ policyInfo: { ...POLICY, ...change } });
  it.each([
    ['no policy', { policyInfo: undefined }],
    ['a policy of null', { policyInfo: null }],
    ['a policy that is no object', { policyInfo: 'PN-1' }],
    ['no policy number', withPolicy({ policyNumber: undefined })],
    ['an empty policy number', withPolicy({ policyNumber: '' })],
    ['an over-long policy number', withPolicy({ policyNumber: '😀'.repeat(101) })],
    ['a policy number that is no text', withPolicy({ policyNumber: 7 })],
    ['no start', withPolicy({ startDate: undefined })],
    ['an end of null', withPolicy({ endDate: null })],
    ['an empty end', withPolicy({ endDate: '' })],
    ['a day without a time', withPolicy({ startDate: '2024-01-01' })],
    ['another time zone', withPolicy({ startDate: '2024-01-01T00:00:00+01:00' })],
    ['a day that is none', withPolicy({ startDate: '2023-02-29T00:00:00Z' })],
    ['a start that is no text', withPolicy({ startDate: 0 })],
    ['an end before the start', withPolicy({ endDate: '2023-12-31T23:59:59.999Z' })],
    ['no first name', { firstName: undefined }],
    ['no phone', { phone: undefined }],
    ['no address', { address: undefined }],
  ])('refuses %s', async (_name, wrong) => {
    const body = insured(wrong);
    expectError(await post(body), 400, 'ERROR_INVALID_PARAMETERS');
    expect(await claimOf(body.phone, 'PN-1')).toBeNull();
  });

  it('has a code of its own for a state that is none', async () => {
    expectError(await post(insured({ address: { state: 'ZZ' } })), 400, 'ERROR_INVALID_STATE_CODE');
  });

  it('says which member is wrong, and how it must be', async () => {
    const body = insured(withPolicy({ endDate: 'soon' }));
    expect((await post(body)).json.error_message).toBe(
      'endDate must be a time in UTC by ISO 8601, such as 2024-01-01T00:00:00.000Z, not before startDate.',
    );
  });

  it('refuses a flag that is none', async () => {
    const response = await post(insured(), {}, '?returnExistingUserIfExists=1');
    expectError(response, 400, 'ERROR_INVALID_PARAMETERS');
  });
});

describe('POST /api/users/with-policy, 401', () => {
  it.each(['user', 'none'] as const)('refuses the scope %s', async (scope) => {
    const headers = scope === 'user' ? (await clientOf(t, ACME, 'user')).headers : {};
    const body = insured({ policyInfo: POLICY });
    const response = await t.send('POST', `/api/users${PATH}`, { headers, body });
    expectError(response, 401, 'ERROR_UNAUTHORIZED');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await claimOf(body.phone, 'PN-1')).toBeNull();
  });
});

describe('POST /api/users/with-policy, 409', () => {
  it('refuses the same policy for the same phone, whatever the letter case of its number', async () => {
    const holder = await createInsured(client, { policyInfo: { ...POLICY, policyNumber: 'aÉ-1' } });
    for (const policyNumber of ['aÉ-1', 'AE\u0301-1']) {
      const body = insured({ phone: holder.phone, policyInfo: { ...POLICY, policyNumber } });
      expectError(await post(body), 409, 'ERROR_USER_ALREADY_EXISTS');
      expectError(await post(body, {}, '?returnExistingUserIfExists=false'), 409, 'ERROR_USER_ALREADY_EXISTS');
    }
    expect(await t.events(holder.id)).toHaveLength(1);
  });

  it('leaves what was free', async () => {
    const holder = await createInsured(client);
    const email = `free${fresh()}@mail.test`;
    expect((await post(insured({ email, phone: holder.phone, policyInfo: holder.policyInfo }))).status).toBe(409);
    expect((await client.post(client.body({ email }))).status).toBe(200);
  });

  it('refuses a change of the phone to that of the same policy', async () => {
    const [one, two] = [
      await createInsured(client, { policyInfo: POLICY }),
      await createInsured(client, { policyInfo: POLICY }),
    ];
    expectError(await client.put(two.id, { phone: one.phone }), 409, 'ERROR_USER_ALREADY_EXISTS');
    expect((await client.get(two.id)).json).toEqual(two);
    expect((await client.put(two.id, { phone: freshPhone() })).status).toBe(200);
    // What was given up is free again.
    expect((await client.put(one.id, { phone: two.phone })).status).toBe(200);
  });

  it('creates one of many that want one identity', async () => {
    const { phone } = client.body();
    const bodies = Array.from({ length: 10 }, () => insured({ phone, policyInfo: POLICY }));
    const answers = await Promise.all(bodies.map((body) => post(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
  });
});

describe('POST /api/users/with-policy?returnExistingUserIfExists=true', () => {
  const FLAG = '?returnExistingUserIfExists=true';

  it('answers the user with this phone and policy number, unchanged', async () => {
    const holder = await createInsured(client, { customField1: 'kept' });
    const body = insured({
      phone: holder.phone,
      policyInfo: { ...POLICY, policyNumber: holder.policyInfo.policyNumber },
    });
    const response = await post({ ...body, firstName: 'Other', address: { state: 'NY' } }, {}, FLAG);
    expect([response.status, response.json]).toEqual([200, holder]);
    expect(await t.events(holder.id)).toHaveLength(1);
  });

  it('creates when only the phone, the e-mail address or the policy number is known', async () => {
    const { id, phone, email, policyInfo } = await createInsured(client);
    for (const known of [{ phone }, { email }, { policyInfo }]) {
      const response = await post(insured(known), {}, FLAG);
      expect([response.status, response.json.id === id]).toEqual([200, false]);
    }
  });

  it('does not answer a user without that policy, and POST /api/users not one with it', async () => {
    const plain = await client.create();
    const other = await post(insured({ phone: plain.phone }), {}, FLAG);
    expect(other.json.id).not.toBe(plain.id);
    expect((await client.post(client.body({ phone: plain.phone }), {}, FLAG)).json.id).toBe(plain.id);
  });

  it('gives everybody in a race the same user', async () => {
    const { phone } = client.body();
    const bodies = Array.from({ length: 10 }, () => insured({ phone, policyInfo: POLICY }));
    const answers = await Promise.all(bodies.map((body) => post(body, {}, FLAG)));
    expect(new Set(answers.map(({ status, json }) => `${status} ${json.id}`)).size).toBe(1);
  });
});

describe('POST /api/users/with-policy with Idempotency-Key and If-Match', () => {
  it('creates once', async () => {
    const body = insured();
    const key = { 'idempotency-key': `insured-${fresh()}` };
    const first = await post(body, key);
    const again = await post(body, key);
    expect([again.status, again.text, again.headers.get('idempotent-replayed')]).toEqual([200, first.text, 'true']);
    expectError(await post({ ...body, policyInfo: POLICY }, key), 400, 'ERROR_INVALID_PARAMETERS');
    // The key of another operation is another key.
    expect((await client.post(client.body(), key)).status).toBe(200);
  });

  it('412: refuses any precondition, as there is no record yet', async () => {
    const body = insured({ policyInfo: POLICY });
    expectError(await post(body, { 'if-match': '*' }), 412, 'ERROR_PRECONDITION_FAILED');
    expect(await claimOf(body.phone, 'PN-1')).toBeNull();
  });
});

it('a partner may create users for policies without dates where its settings say so', async () => {
  const lax = await clientOf(t, GLOBEX);
  const policyInfos = [{ policyNumber: 'x' }, { policyNumber: 'y', startDate: POLICY.startDate, endDate: '' }];
  const [none, half] = await Promise.all(policyInfos.map((policyInfo) => createInsured(lax, { policyInfo })));
  expect(none.policyInfo).toEqual({ policyNumber: 'x', startDate: null, endDate: null });
  expect(half.policyInfo).toEqual({ policyNumber: 'y', startDate: POLICY.startDate, endDate: null });
  const bad = lax.body({ policyInfo: { policyNumber: 'z', startDate: 'now' } });
  expectError(await lax.call('POST', PATH, bad), 400, 'ERROR_INVALID_PARAMETERS');
});
