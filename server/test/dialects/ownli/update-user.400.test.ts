import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectRefused, plant } from './support.ts';

let t: Tessera;
let client: Client;
let id: string;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
  id = (await client.create({ email: null })).id;
});
afterAll(() => t.stop());

const TEXTS = ['firstName', 'lastName', 'email', 'phone', 'customField1', 'customField5'];
const ADDRESS_TEXTS = ['addressLine1', 'addressLine2', 'city', 'state', 'country', 'zip'];

describe('PUT /api/users/:userId, 400 ERROR_INVALID_PARAMETERS', () => {
  it.each(TEXTS.flatMap((name) => [1, true, [], {}].map((value) => ({ [name]: value }))))(
    'refuses another type: %j',
    async (body) => {
      await expectRefused(t, id, () => client.put(id, body), 400, 'ERROR_INVALID_PARAMETERS');
    },
  );

  it.each(ADDRESS_TEXTS.map((name) => ({ state: 'CA', [name]: 5 })))(
    'refuses another type in the address: %j',
    async (address) => {
      await expectRefused(t, id, () => client.put(id, { address }), 400, 'ERROR_INVALID_PARAMETERS');
    },
  );

  it.each([
    { isEmailVerified: 'true' },
    { isPhoneVerified: 1 },
    { address: 'x' },
    { address: [] },
    { firstName: '' },
    { lastName: '' },
    { phone: '' },
    { firstName: 'n'.repeat(101) },
    { lastName: '😀'.repeat(101) },
    { customField2: '😀'.repeat(1001) },
    { customField4: 'x'.repeat(5000) },
    { address: { state: 'CA', addressLine1: 'x'.repeat(201) } },
    { address: { state: 'CA', city: 'x'.repeat(101) } },
    { address: { state: 'CA', zip: 'x'.repeat(21) } },
    { address: {} },
    { address: { city: 'X' } },
    { address: { state: null, city: 'X' } },
    { address: { state: 'CA', country: 'CA' } },
    { address: { state: 'CA', country: 'us' } },
    { address: { state: 'CA', country: '' } },
    { phone: '5556667777' },
    { phone: '+1 555 666 7777' },
    { phone: '+0155566677' },
    { phone: '+1234567' },
    { phone: '+1234567890123456' },
    { phone: '+٣١٢٣٤٥٦٧٨' },
    { phone: '+99999999999' },
    { email: 'nobody' },
    { email: 'a@b' },
    { email: ' a@b.test' },
    { email: 'Ann <a@b.test>' },
    { email: `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.test.example` },
    { email: '', isEmailVerified: true },
  ])('refuses %j', async (body) => {
    await expectRefused(t, id, () => client.put(id, body), 400, 'ERROR_INVALID_PARAMETERS');
  });

  it('refuses everything when one member is bad', async () => {
    const body = { firstName: 'Good', customField1: 'good', phone: 'bad' };
    const response = await expectRefused(t, id, () => client.put(id, body), 400, 'ERROR_INVALID_PARAMETERS');
    expect(response.json.error_message).toBe('phone must be an E.164 number, such as +15556667777.');
  });

  it('refuses to verify an e-mail address that is not there', async () => {
    const body = { isEmailVerified: true, firstName: 'X' };
    await expectRefused(t, id, () => client.put(id, body), 400, 'ERROR_INVALID_PARAMETERS');
  });

  it('refuses to verify a phone that is not there', async () => {
    const other = (await client.create()).id;
    await plant(t, other, ({ phone }) => ({ phone: { ...phone, value: null } }));
    await expectRefused(t, other, () => client.put(other, { isPhoneVerified: true }), 400, 'ERROR_INVALID_PARAMETERS');
  });

  it.each(['x y', '"open', 'k'.repeat(256)])('refuses the idempotency key %s', async (key) => {
    const call = () => client.put(id, { firstName: 'X' }, { 'idempotency-key': key });
    await expectRefused(t, id, call, 400, 'ERROR_INVALID_PARAMETERS');
  });

  it('refuses a malformed If-Match', async () => {
    const call = () => client.put(id, { firstName: 'X' }, { 'if-match': '1' });
    await expectRefused(t, id, call, 400, 'ERROR_INVALID_PARAMETERS');
  });
});

describe('PUT /api/users/:userId, 400 ERROR_INVALID_STATE_CODE', () => {
  it.each(['', 'XX', 'C', 'CAL', 'California', ' CA', 'ıl', 'AE'])('refuses the state %j', async (state) => {
    await expectRefused(t, id, () => client.put(id, { address: { state } }), 400, 'ERROR_INVALID_STATE_CODE');
  });
});
