import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../http/raw.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { badBodies, NOT_TEXT } from './bad-bodies.ts';
import { type Client, CREATE, clientOf, fresh, isErrorInfo } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

const REQUIRED = ['userid', 'partnername', 'firstname', 'lastname', 'email', 'phone'];
const VALID = {
  userid: 'bad-body',
  partnername: 'acme',
  firstname: 'Jo',
  lastname: 'Doe',
  email: 'bad-body@mail.test',
  phone: '2015550000',
};

describe('a body that no call can have', () => {
  it.each(badBodies(VALID))('given %s, when it is sent, then no user is made', async (_what, body, status) => {
    const headers = [
      `Authorization: Bearer ${client.token}`,
      'x-api-key: avibra-key',
      'Version: v2',
      `Idempotency-Key: ${fresh()}`,
      'Content-Type: application/json',
    ];
    const answer = await call(Number(new URL(t.url).port), 'POST', CREATE, headers, body);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ errorcode: expect.any(String), errormessage: expect.any(String) });
    expect(await client.find('bad-body')).toBeNull();
  });
});

describe('a value that a member cannot have', () => {
  it.each<[string, unknown]>([
    ...REQUIRED.flatMap((name) => [...NOT_TEXT, undefined, null, ''].map((value): [string, unknown] => [name, value])),
    ['userid', 'u'.repeat(201)],
    ['firstname', '😀'.repeat(101)],
    ['lastname', ' \t '],
    ['email', 'nobody'],
    ['phone', '123'],
    ...[...NOT_TEXT.filter((value) => JSON.stringify(value) !== '{}' && !isAddress(value)), 'Main St'].map(
      (value): [string, unknown] => ['address', value],
    ),
    ['address', { addressline1: 1 }],
    ['address', { addressline1: '' }],
    ['address', { addressline1: 'a'.repeat(201) }],
    ['address', { city: '😀'.repeat(101) }],
    ['address', { state: 'ZZ' }],
    ['address', { state: 'New Jersey' }],
    ['address', { state: 'Zürich', country: 'US' }],
    ['address', { zip: '1'.repeat(21) }],
    ['address', { country: 'USA' }],
  ])('given %s %j, when it is sent, then no user is made', async (name, value) => {
    const info = client.userInfo({ [name]: value });
    const response = await client.post(CREATE, info);
    expect(response.status).toBe(400);
    expect(isErrorInfo(response)).toBe(true);
    expect(response.json.errormessage).toContain(name);
    const userid = info.userid;
    if (typeof userid === 'string') expect(await client.find(userid)).toBeNull();
  });

  it('given a wrong member of the address, when it is sent, then the message names it', async () => {
    const response = await client.post(CREATE, client.userInfo({ address: { state: 'ZZ' } }));
    expect(response.json.errormessage).toBe('address.state must be the code of a US state.');
  });
});

/** An object whose unknown members are passed over. */
function isAddress(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
