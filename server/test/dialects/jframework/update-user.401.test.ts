import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GLOBEX } from '../../support/setup.ts';
import { ADMIN, type CallOptions, type Client, codes, type Member, required, startClient } from './support.ts';

let now = Date.now();
let client: Client;
let member: Member;
beforeAll(async () => {
  client = await startClient({ clock: () => now });
  member = await client.member();
});
afterAll(() => client.tessera.stop());

async function expectRefused(who: Member, options: CallOptions, code: string): Promise<void> {
  const before = await client.tessera.events(who.id);
  const body = { ...required(who), bio: 'not written' };
  const response = await client.call('PUT', `/users/${who.id}`, { body, ...options });
  expect(response.status).toBe(401);
  expect(codes(response)).toEqual([code]);
  expect(await client.tessera.events(who.id)).toEqual(before);
}

describe('PUT /users/{id} 401', () => {
  it('asks for a key', () => expectRefused(member, {}, 'AuthKeyRequired'));
  it('takes an empty key for none', () => expectRefused(member, { headers: { 'auth-key': '' } }, 'AuthKeyRequired'));

  it.each([
    ['rubbish', () => 'rubbish'],
    ['a key with another end', () => `${member.key.slice(0, -4)}AAA=`],
    ['the refresh key', () => member.refreshKey],
    ['a personal access token', () => 'acme-pat-000000000000'],
    ['another spelling of the key', () => member.key.replace(/=$/, '')],
  ])('refuses %s', (_name, key) => expectRefused(member, { key: key() }, 'InvalidAuthKey'));

  it('refuses a key of another brand', async () => {
    await expectRefused(member, { key: member.key, brand: GLOBEX.brandUrl }, 'InvalidAuthKey');
  });

  it('asks for the key before it looks at the body or the user', async () => {
    expect((await client.call('PUT', '/users/nobody', { body: { username: 5 } })).status).toBe(401);
  });

  it('takes no key that was replaced', async () => {
    const person = await client.member();
    await client.call('POST', '/users/auth/refresh-auth-key', { body: { refreshAuthKey: person.refreshKey } });
    await expectRefused(person, { key: person.key }, 'InvalidAuthKey');
  });

  it('takes no key after thirty days', async () => {
    const person = await client.member();
    now += 30 * 24 * 60 * 60 * 1000 - 1;
    expect((await client.get(person.id, person.key)).status).toBe(200);
    now += 1;
    await expectRefused(person, { key: person.key }, 'InvalidAuthKey');
  });

  it('takes no key of a user who was locked', async () => {
    const person = await client.member();
    for (let attempt = 0; attempt < 10; attempt += 1) await client.signIn(person.username, 'wrong password');
    await expectRefused(person, { key: person.key }, 'InvalidAuthKey');
  });

  it('takes the older spelling of the header', async () => {
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    expect((await client.call('GET', '/users/me', { headers: { authkey: key } })).status).toBe(200);
  });
});
