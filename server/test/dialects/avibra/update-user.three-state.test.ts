import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, isErrorInfo } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

const FIELDS = {
  firstname: { value: 'Set', read: (user: Awaited<ReturnType<Client['user']>>) => user.profile.givenName },
  lastname: { value: 'Set', read: (user: Awaited<ReturnType<Client['user']>>) => user.profile.familyName },
  email: { value: 'set@mail.test', read: (user: Awaited<ReturnType<Client['user']>>) => user.email.value },
  phone: { value: '3125550100', read: (user: Awaited<ReturnType<Client['user']>>) => user.phone.value?.slice(2) },
} as const;
const NAMES = Object.keys(FIELDS) as (keyof typeof FIELDS)[];

describe.each(NAMES)('%s in an update', (name) => {
  const { value, read } = FIELDS[name];
  const other = name === 'firstname' ? { lastname: 'Other' } : { firstname: 'Other' };

  it('given a value, when it is sent, then it is set and nothing else changes', async () => {
    const userid = await client.create();
    const before = await client.user(userid);
    expect((await client.update({ userid, [name]: value })).status).toBe(200);
    const after = await client.user(userid);
    expect(read(after)).toBe(value);
    for (const rest of NAMES.filter((candidate) => candidate !== name)) {
      expect(FIELDS[rest].read(after)).toBe(FIELDS[rest].read(before));
    }
    expect(await client.events(userid)).toHaveLength(2);
    // The next run of this table must be free to take the same contact.
    await client.update({ userid, email: before.email.value, phone: before.phone.value });
  });

  it('given null, when another field changes, then it keeps its value', async () => {
    const userid = await client.create();
    const before = await client.user(userid);
    expect((await client.update({ userid, ...other, [name]: null })).status).toBe(200);
    expect(read(await client.user(userid))).toBe(read(before));
  });

  it('given nothing, when another field changes, then it keeps its value', async () => {
    const userid = await client.create();
    const before = await client.user(userid);
    expect((await client.update({ userid, ...other })).status).toBe(200);
    expect(read(await client.user(userid))).toBe(read(before));
  });

  it('given an empty text, when it is sent, then the whole call is refused', async () => {
    const userid = await client.create();
    const before = await client.events(userid);
    const response = await client.update({ userid, ...other, [name]: '' });
    expect(response.status).toBe(400);
    expect(isErrorInfo(response)).toBe(true);
    expect(response.json.errormessage).toBe(`${name} is required.`);
    expect(await client.events(userid)).toEqual(before);
  });
});
