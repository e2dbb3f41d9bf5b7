import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectError, fresh, outline } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('POST /api/users, 200', () => {
  it('creates a user with everything', async () => {
    const body = client.body({
      isEmailVerified: true,
      isPhoneVerified: false,
      customField1: 'one',
      customField5: 'five',
      address: { addressLine1: 'A', addressLine2: 'B', city: 'C', state: 'pr', country: 'US', zip: '00901' },
    });
    const response = await client.post(body);
    expect(response.status).toBe(200);
    const { id, dateRegistered } = response.json;
    expect(id).toMatch(/^\d{18}$/);
    expect(response.json).toEqual({
      id,
      firstName: 'Jo',
      lastName: 'Doe',
      email: body.email,
      phone: body.phone,
      adminNote: null,
      customField1: 'one',
      customField2: null,
      customField3: null,
      customField4: null,
      customField5: 'five',
      address: { addressLine1: 'A', addressLine2: 'B', city: 'C', state: 'PR', country: 'US', zip: '00901' },
      tosAnswer: 'None',
      partnerCode: null,
      dateRegistered,
      updated: dateRegistered,
      emailVerified: true,
      phoneVerified: false,
      fraud: false,
    });
    expect(outline(await t.events(id)).map(([type]) => type)).toEqual(['user.created', 'user.email_verified']);
    expect(response.headers.get('etag')).toBe('"2"');
    expect(await t.user(id)).toMatchObject({ organizationId: ACME.id, kind: 'human', state: 'active' });
  });

  it('creates a user with the required members only; null is as good as nothing', async () => {
    const body = { firstName: 'A', lastName: 'B', phone: client.body().phone, address: { state: 'CA' } };
    const response = await client.post({ ...body, email: null, isEmailVerified: null, customField1: null });
    expect(response.json).toMatchObject({ ...body, email: null, emailVerified: false, customField1: null });
  });

  it('leaves out what is empty', async () => {
    const user = await client.create({ email: '', customField2: '', address: { state: 'CA', city: '' } });
    expect(user).toMatchObject({ email: null, customField2: null, address: { city: null } });
  });
});

describe('POST /api/users, 400', () => {
  it.each([
    ['no first name', { firstName: undefined }],
    ['no last name', { lastName: null }],
    ['no phone', { phone: undefined }],
    ['no address', { address: undefined }],
    ['no state', { address: { city: 'X' } }],
    ['a state of null', { address: { state: null } }],
    ['an empty name', { firstName: '' }],
    ['a bad phone', { phone: '201 555 0000' }],
    ['an empty phone', { phone: '' }],
    ['a bad e-mail address', { email: 'x' }],
    ['another country', { address: { state: 'CA', country: 'DE' } }],
    ['an over-long name', { lastName: '😀'.repeat(101) }],
    ['a flag that is none', { isPhoneVerified: 'yes' }],
    ['a verified e-mail address that is missing', { email: undefined, isEmailVerified: true }],
  ])('refuses %s', async (_name, wrong) => {
    const body = client.body(wrong);
    expectError(await client.post(body), 400, 'ERROR_INVALID_PARAMETERS');
    if (typeof body.phone === 'string' && body.phone.startsWith('+')) {
      expect(await t.store.userByClaim(`phone:${ACME.id}:${body.phone}`)).toBeNull();
    }
  });

  it('has a code of its own for a state that is none', async () => {
    expectError(await client.post(client.body({ address: { state: 'ZZ' } })), 400, 'ERROR_INVALID_STATE_CODE');
  });

  it.each(['', 'TRUE', '1', 'yes', 'true&returnExistingUserIfExists=true'])(
    'refuses returnExistingUserIfExists=%s',
    async (value) => {
      const response = await client.post(client.body(), {}, `?returnExistingUserIfExists=${value}`);
      expectError(response, 400, 'ERROR_INVALID_PARAMETERS');
    },
  );
});

describe('POST /api/users, 401', () => {
  it.each(['user', 'none'] as const)('refuses the scope %s', async (scope) => {
    const headers = scope === 'user' ? (await clientOf(t, ACME, 'user')).headers : {};
    const body = client.body();
    const response = await t.send('POST', '/api/users', { headers, body });
    expectError(response, 401, 'ERROR_UNAUTHORIZED');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await t.store.userByClaim(`phone:${ACME.id}:${body.phone}`)).toBeNull();
  });
});

describe('POST /api/users, 409', () => {
  it.each(['email', 'phone'] as const)('refuses a taken %s', async (name) => {
    const holder = await client.create();
    const body = client.body({ [name]: holder[name] });
    expectError(await client.post(body), 409, 'ERROR_USER_ALREADY_EXISTS');
    expectError(await client.post(body, {}, '?returnExistingUserIfExists=false'), 409, 'ERROR_USER_ALREADY_EXISTS');
    expect(await t.events(holder.id)).toHaveLength(1);
  });

  it('creates one of many that want one number', async () => {
    const { phone } = client.body();
    const bodies = Array.from({ length: 10 }, () => client.body({ phone }));
    const answers = await Promise.all(bodies.map((body) => client.post(body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
  });
});

describe('POST /api/users, 412', () => {
  it('refuses any precondition, as there is no record yet', async () => {
    const body = client.body();
    expectError(await client.post(body, { 'if-match': '*' }), 412, 'ERROR_PRECONDITION_FAILED');
    expect(await t.store.userByClaim(`phone:${ACME.id}:${body.phone}`)).toBeNull();
  });
});

describe('POST /api/users with Idempotency-Key', () => {
  it('creates once', async () => {
    const body = client.body();
    const key = { 'idempotency-key': `create-${fresh()}` };
    const first = await client.post(body, key);
    const again = await client.post(body, key);
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expectError(await client.post({ ...body, firstName: 'X' }, key), 400, 'ERROR_INVALID_PARAMETERS');
    const flagged = await client.post(body, key, '?returnExistingUserIfExists=true');
    expectError(flagged, 400, 'ERROR_INVALID_PARAMETERS');
  });

  it('creates once for simultaneous duplicates', async () => {
    const body = client.body();
    const key = { 'idempotency-key': `create-${fresh()}` };
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.post(body, key)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
  });
});
