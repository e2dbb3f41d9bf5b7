import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PasswordHasher } from '../../../src/app/ports/password-hasher.ts';
import { ACME } from '../../support/setup.ts';
import { ADMIN, Client, codes, type Member, startClient } from './support.ts';

/** Passwords hashed since the last look. */
let work = 0;
let client: Client;
let person: Member;
beforeAll(async () => {
  client = await startClient({ onHasher: counting });
  person = await client.member();
});
afterAll(() => client.tessera.stop());

function counting(hasher: PasswordHasher): PasswordHasher {
  const counted =
    <Args extends unknown[], Result>(run: (...args: Args) => Result) =>
    (...args: Args): Result => {
      work += 1;
      return run(...args);
    };
  return {
    hash: counted((password: string) => hasher.hash(password)),
    verify: counted((password: string, encoded: string) => hasher.verify(password, encoded)),
    verifyDummy: counted((password: string) => hasher.verifyDummy(password)),
    needsRehash: (encoded) => hasher.needsRehash(encoded),
  };
}

/** What a sign-in answers, and how many passwords are hashed for it. */
async function signIn(username: string, password: string): Promise<readonly [number, string[], number]> {
  work = 0;
  const response = await client.signIn(username, password);
  return [response.status, codes(response), work];
}

const WRONG = [401, ['UsernameOrPasswordIncorrect'], 1] as const;

describe('the work of a sign-in', () => {
  it('is one hash for the right password', async () => {
    expect(await signIn(person.username, person.password)).toEqual([200, [], 1]);
  });

  it('is one hash for a wrong one, and as much for a name that nobody has', async () => {
    expect(await signIn(person.username, 'wrong password')).toEqual(WRONG);
    for (const name of [
      'nobody.at.all',
      'nobody@example.com',
      '+41790009999',
      'x'.repeat(600),
      '\ud83d\ude42'.repeat(9),
    ]) {
      expect(await signIn(name, 'wrong password'), name).toEqual(WRONG);
    }
  });

  it('is one hash for somebody without a password', async () => {
    const email = 'without.password@example.com';
    const body = {
      organization: { orgId: ACME.id },
      profile: { givenName: 'No', familyName: 'Pass' },
      email: { email },
    };
    const headers = { authorization: `Bearer ${ACME.adminPat}` };
    expect((await client.tessera.send('POST', '/v2/users/human', { headers, body })).status).toBe(200);
    expect(await signIn(email, 'wrong password')).toEqual(WRONG);
  });

  it('is one hash for somebody who is deleted or of another brand, and none for who is locked and told so', async () => {
    const [locked, gone] = [await client.member(), await client.member()];
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    await client.call('POST', `/users/${locked.id}/lock`, { key });
    await client.call('DELETE', `/users/${gone.id}`, { key });
    expect(await signIn(locked.username, locked.password)).toEqual([403, ['UserLocked'], 0]);
    expect(await signIn(gone.username, gone.password)).toEqual(WRONG);
    const stranger = await new Client(client.tessera, 'globex.test').member();
    expect(await signIn(stranger.username, stranger.password)).toEqual(WRONG);
  });

  it('nobody without the right has a password hashed for somebody else', async () => {
    work = 0;
    const body = { newPassword: 'passw0rd-2', confirmPassword: 'passw0rd-2' };
    const other = await client.member();
    work = 0;
    expect((await client.call('PUT', `/users/${other.id}/change-password`, { key: person.key, body })).status).toBe(
      403,
    );
    const reset = { emailAddress: other.emailAddress, token: 'wrong', newPassword: 'passw0rd-2' };
    expect((await client.call('POST', '/users/reset-password', { body: reset })).status).toBe(400);
    expect(work).toBe(0);
  });
});

describe('cross-dialect', () => {
  it('a password set through Zitadel signs in here, and ends the keys from before', async () => {
    const someone = await client.member();
    const headers = { authorization: `Bearer ${ACME.adminPat}` };
    const body = { newPassword: { password: 'Set-by-0ther!' } };
    const set = await client.tessera.send('POST', `/v2/users/${someone.id}/password`, { headers, body });
    expect(set.status).toBe(200);
    expect((await client.get(someone.id, someone.key)).status).toBe(401);
    expect((await client.signIn(someone.username, someone.password)).status).toBe(401);
    expect((await client.signIn(someone.username, 'Set-by-0ther!')).status).toBe(200);
  });
});
