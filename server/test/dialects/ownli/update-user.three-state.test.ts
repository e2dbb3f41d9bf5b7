import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectRefused, fresh, freshPhone } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

const full = () => ({
  isEmailVerified: true,
  isPhoneVerified: true,
  customField1: '1',
  customField2: '2',
  customField3: '3',
  customField4: '4',
  customField5: '5',
  address: { addressLine1: 'a', addressLine2: 'b', city: 'c', state: 'CA', country: 'US', zip: 'z' },
});

interface Member {
  readonly name: string;
  /** Where the member stands in body and answer. */
  readonly wrap: (value: unknown) => object;
  readonly value: () => string;
  /** What the empty string does. */
  readonly empty: 'clears' | 'ERROR_INVALID_PARAMETERS' | 'ERROR_INVALID_STATE_CODE';
}

const top = (name: string, empty: Member['empty'], value = () => `new ${fresh()}`): Member => ({
  name,
  wrap: (sent) => ({ [name]: sent }),
  value,
  empty,
});
const inAddress = (name: string, empty: Member['empty'], value = () => `new ${fresh()}`): Member => ({
  name: `address.${name}`,
  wrap: (sent) => ({ address: { state: 'CA', [name]: sent } }),
  value,
  empty,
});

const MEMBERS: readonly Member[] = [
  top('firstName', 'ERROR_INVALID_PARAMETERS'),
  top('lastName', 'ERROR_INVALID_PARAMETERS'),
  top('phone', 'ERROR_INVALID_PARAMETERS', freshPhone),
  top('email', 'clears', () => `n${fresh()}@mail.test`),
  ...[1, 2, 3, 4, 5].map((number) => top(`customField${number}`, 'clears')),
  inAddress('addressLine1', 'clears'),
  inAddress('addressLine2', 'clears'),
  inAddress('city', 'clears'),
  inAddress('zip', 'clears'),
  inAddress('state', 'ERROR_INVALID_STATE_CODE', () => 'WY'),
  inAddress('country', 'ERROR_INVALID_PARAMETERS', () => 'US'),
];

describe.each(MEMBERS)('$name', ({ name, wrap, value, empty }) => {
  it('is set by a value', async () => {
    const user = await client.create(full());
    const sent = wrap(value());
    const response = await client.put(user.id, sent);
    expect(response.status).toBe(200);
    expect(response.json).toMatchObject(sent);
  });

  it('is kept when it is absent', async () => {
    const user = await client.create(full());
    const response = await client.put(user.id, { address: { state: 'CA' } });
    expect(response.json).toEqual(user);
  });

  it('is kept by null', async () => {
    const user = await client.create(full());
    if (name === 'address.state') {
      // The one null that says more than keep: an address needs its state.
      await expectRefused(t, user.id, () => client.put(user.id, wrap(null)), 400, 'ERROR_INVALID_PARAMETERS');
      return;
    }
    const response = await client.put(user.id, wrap(null));
    expect(response.json).toEqual(user);
    expect(await t.events(user.id)).toHaveLength(3);
  });

  it('answers the empty string as documented', async () => {
    const user = await client.create(full());
    if (empty !== 'clears') {
      await expectRefused(t, user.id, () => client.put(user.id, wrap('')), 400, empty);
      return;
    }
    const response = await client.put(user.id, wrap(''));
    expect(response.status).toBe(200);
    expect(response.json).toMatchObject(wrap(null));
    const again = await client.put(user.id, wrap(''));
    expect(again.json).toEqual(response.json);
    expect(await t.events(user.id)).toHaveLength(4);
  });
});

describe('verification', () => {
  const changes = [
    ['email', 'emailVerified', 'isEmailVerified', () => `v${fresh()}@mail.test`],
    ['phone', 'phoneVerified', 'isPhoneVerified', freshPhone],
  ] as const;

  it.each(changes)('of %s falls with a new value', async (name, shown, _flag, value) => {
    const user = await client.create(full());
    expect(user[shown]).toBe(true);
    expect((await client.put(user.id, { [name]: value() })).json[shown]).toBe(false);
  });

  it.each(changes)('of %s may be asserted with a new value', async (name, shown, flag, value) => {
    const user = await client.create(full());
    expect((await client.put(user.id, { [name]: value(), [flag]: true })).json[shown]).toBe(true);
  });

  it.each(changes)('of %s may be denied with a new value', async (name, shown, flag, value) => {
    const user = await client.create(full());
    expect((await client.put(user.id, { [name]: value(), [flag]: false })).json[shown]).toBe(false);
  });

  it.each(changes)('of %s stays with the same value', async (name, shown) => {
    const user = await client.create(full());
    expect((await client.put(user.id, { [name]: user[name] })).json[shown]).toBe(true);
  });

  it.each(changes)('of %s is kept by null', async (_name, shown, flag) => {
    const user = await client.create(full());
    expect((await client.put(user.id, { [flag]: null })).json[shown]).toBe(true);
  });

  it('of an e-mail address falls with the address', async () => {
    const user = await client.create(full());
    expect((await client.put(user.id, { email: '' })).json).toMatchObject({ email: null, emailVerified: false });
  });
});
