import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, codes, type Member, startClient } from './support.ts';

let client: Client;
beforeAll(async () => {
  client = await startClient();
});
afterAll(() => client.tessera.stop());

const ifMatch = (value: string) => ({ 'if-match': value });
const renew = (refreshAuthKey: string, headers: Readonly<Record<string, string>>) =>
  client.call('POST', '/users/auth/refresh-auth-key', { body: { refreshAuthKey }, headers });

async function tagOf({ id }: Member): Promise<string> {
  return `"${(await client.tessera.user(id)).version}"`;
}

const MALFORMED = ['abc', '"1', '1', 'W/1'];

describe('If-Match on POST /users/auth', () => {
  it('lets a sign-in pass at the version that was read', async () => {
    const person = await client.member();
    const tag = await tagOf(person);
    for (const header of [tag, `W/${tag}`, '*']) {
      expect((await client.signIn(person.username, person.password, ifMatch(header))).status).toBe(200);
    }
  });

  it('refuses a stale one with 412 and writes nothing', async () => {
    const person = await client.member();
    const before = await client.tessera.events(person.id);
    const response = await client.signIn(person.username, person.password, ifMatch('"999"'));
    expect([response.status, codes(response)]).toEqual([412, ['VersionConflict']]);
    expect(await client.tessera.events(person.id)).toEqual(before);
  });

  it('counts a wrong password whatever it says, and tells no version', async () => {
    const person = await client.member();
    for (const header of ['"999"', await tagOf(person), '*']) {
      const response = await client.signIn(person.username, 'wrong password', ifMatch(header));
      expect([response.status, codes(response)]).toEqual([401, ['UsernameOrPasswordIncorrect']]);
    }
    expect((await client.tessera.user(person.id)).password.failedAttempts).toBe(3);
    const unknown = await client.signIn('nobody.at.all', 'wrong password', ifMatch('"999"'));
    expect([unknown.status, codes(unknown)]).toEqual([401, ['UsernameOrPasswordIncorrect']]);
  });

  it('tells a locked user of the lock whatever the password and the version', async () => {
    const person = await client.member();
    for (let attempt = 0; attempt < 10; attempt += 1) await client.signIn(person.username, 'wrong password');
    for (const password of ['wrong password', person.password]) {
      const response = await client.signIn(person.username, password, ifMatch('"999"'));
      expect([response.status, codes(response)]).toEqual([403, ['UserLocked']]);
    }
  });

  it.each(MALFORMED)('refuses %s as malformed, before the password is looked at', async (header) => {
    const person = await client.member();
    const before = await client.tessera.events(person.id);
    for (const password of [person.password, 'wrong password']) {
      const response = await client.signIn(person.username, password, ifMatch(header));
      expect([response.status, codes(response)]).toEqual([400, ['InvalidIfMatch']]);
    }
    expect(await client.tessera.events(person.id)).toEqual(before);
  });
});

describe('If-Match on POST /users/auth/refresh-auth-key', () => {
  it('lets a renewal pass at the version that was read', async () => {
    const person = await client.member();
    expect((await renew(person.refreshKey, ifMatch(await tagOf(person)))).status).toBe(200);
  });

  it('refuses a stale one with 412, writes nothing, and leaves the key as it was', async () => {
    const person = await client.member();
    const before = await client.tessera.events(person.id);
    const response = await renew(person.refreshKey, ifMatch('"999"'));
    expect([response.status, codes(response)]).toEqual([412, ['VersionConflict']]);
    expect(await client.tessera.events(person.id)).toEqual(before);
    expect((await renew(person.refreshKey, {})).status).toBe(200);
  });

  it('refuses a key that was used or is unknown as such, and tells no version', async () => {
    const person = await client.member();
    expect((await renew(person.refreshKey, {})).status).toBe(200);
    for (const key of [person.refreshKey, 'no key']) {
      const response = await renew(key, ifMatch('"999"'));
      expect([response.status, codes(response)]).toEqual([401, ['InvalidRefreshAuthKey']]);
    }
  });

  it.each(MALFORMED)('refuses %s as malformed', async (header) => {
    const person = await client.member();
    const before = await client.tessera.events(person.id);
    const response = await renew(person.refreshKey, ifMatch(header));
    expect([response.status, codes(response)]).toEqual([400, ['InvalidIfMatch']]);
    expect(await client.tessera.events(person.id)).toEqual(before);
  });
});
