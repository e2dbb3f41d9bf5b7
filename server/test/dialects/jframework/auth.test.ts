import { hashSync } from '@node-rs/bcrypt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isStored } from '../../support/at-rest.ts';
import { NO_WANTS } from '../../support/changes.ts';
import { ACME } from '../../support/setup.ts';
import { Client, codes, HIGH, type Member, SHARED_CONTACTS, startClient } from './support.ts';

const DAY = 24 * 60 * 60 * 1000;

let now = Date.now();
let client: Client;
beforeAll(async () => {
  client = await startClient({ clock: () => now });
});
afterAll(() => client.tessera.stop());

async function changeThroughZitadel(id: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${ACME.adminPat}` };
  const response = await client.tessera.send('PUT', `/v2/users/human/${id}`, { headers, body });
  expect(response.status).toBe(200);
}

async function failTimes(who: Member, times: number): Promise<void> {
  for (let attempt = 0; attempt < times; attempt += 1) {
    expect((await client.signIn(who.username, 'wrong password')).status).toBe(401);
  }
}

/** Whether the database holds each of the texts, wherever. */
function areStored(texts: readonly string[]): Promise<boolean[]> {
  return Promise.all(texts.map((text) => isStored(client.tessera.database, text)));
}

describe('POST /users/auth 200', () => {
  it('answers the keys and when they end', async () => {
    const person = await client.member({ phoneNumber: '+41790000040' });
    const { version } = await client.tessera.user(person.id);
    const response = await client.signIn(person.username, person.password);
    expect(response.status).toBe(200);
    const { authKey, refreshAuthKey, ...rest } = response.json.data;
    expect(rest).toEqual({
      id: person.id,
      username: person.username,
      emailAddress: person.emailAddress,
      phoneNumber: '+41790000040',
      expiresIn: new Date(now + 30 * DAY).toISOString(),
    });
    expect(authKey).toMatch(/^[A-Za-z0-9+/]{127}=$/);
    expect(refreshAuthKey).not.toBe(authKey);
    const user = await client.tessera.user(person.id);
    expect(user.version).toBe(version);
    expect((await client.tessera.events(person.id)).at(-1)).toMatchObject({ type: 'user.session_started' });
    const stored = JSON.stringify([user, await client.tessera.events(person.id)]);
    expect(stored).not.toContain(authKey);
    expect(stored).not.toContain(refreshAuthKey);
  });

  let person: Member | undefined;
  it.each([
    ['username', ({ username }: Member) => username],
    ['username in another case', ({ username }: Member) => username.toUpperCase()],
    ['e-mail address', ({ emailAddress }: Member) => emailAddress],
    ['e-mail address in another case', ({ emailAddress }: Member) => emailAddress.toUpperCase()],
    ['phone number', () => '+41790000041'],
    ['phone number as written', () => '+41 79 000 00 41'],
  ])('takes the %s', async (_name, nameOf) => {
    const phoneNumber = '+41790000041';
    person ??= await client.member({ phoneNumber });
    expect((await client.signIn(nameOf(person), person.password)).json.data.id).toBe(person.id);
  });
  it('finds an address among verified e-mail addresses, then usernames, then e-mail addresses', async () => {
    const address = 'both@example.com';
    const signIn = async (password: string) => (await client.signIn(address, password)).json.data?.id;
    const byName = await client.member({ username: address, password: 'by-name' });
    expect(await signIn('by-name')).toBe(byName.id);
    // Registering with somebody's username as an address shows nothing, and keeps nobody out.
    const byAddress = await client.member({ emailAddress: address, password: 'by-address' });
    expect([await signIn('by-name'), await signIn('by-address')]).toEqual([byName.id, undefined]);
    await changeThroughZitadel(byAddress.id, { email: { email: address, isVerified: true } });
    expect([await signIn('by-name'), await signIn('by-address')]).toEqual([undefined, byAddress.id]);
  });

  it('takes the username only where contacts may be shared', async () => {
    const shared = new Client(client.tessera, SHARED_CONTACTS);
    const someone = await shared.member({ phoneNumber: '+41790000042' });
    expect((await shared.signIn(someone.emailAddress, someone.password)).status).toBe(401);
    expect((await shared.signIn('+41790000042', someone.password)).status).toBe(401);
    expect((await shared.signIn(someone.username, someone.password)).status).toBe(200);
  });

  it('replaces an outdated hash', async () => {
    const someone = await client.member();
    const hash = hashSync('imported', { cost: 10 });
    await changeThroughZitadel(someone.id, { password: { hashedPassword: { hash } } });
    expect((await client.tessera.user(someone.id)).password.hash).toBe(hash);
    expect((await client.signIn(someone.username, 'imported')).status).toBe(200);
    expect((await client.tessera.user(someone.id)).password.hash).toMatch(/^\$argon2id\$/);
    expect((await client.signIn(someone.username, 'imported')).status).toBe(200);
  });
});

describe('POST /users/auth 401', () => {
  it('answers an unknown user as a wrong password', async () => {
    const someone = await client.member();
    const wrong = await client.signIn(someone.username, 'wrong password');
    const unknown = await client.signIn('nobody.at.all', 'wrong password');
    for (const response of [wrong, unknown]) {
      expect(response.status).toBe(401);
      expect(codes(response)).toEqual(['UsernameOrPasswordIncorrect']);
    }
    expect(unknown.json.message).toBe(wrong.json.message);
    expect((await client.tessera.events(someone.id)).at(-1)?.type).toBe('user.password_check_failed');
  });

  it('forgets failures at the next success', async () => {
    const someone = await client.member();
    await failTimes(someone, 9);
    expect((await client.signIn(someone.username, someone.password)).status).toBe(200);
    expect((await client.tessera.user(someone.id)).password.failedAttempts).toBe(0);
    await failTimes(someone, 9);
    expect((await client.tessera.user(someone.id)).state).toBe('active');
  });

  it('asks for name and password', async () => {
    const response = await client.call('POST', '/users/auth', { body: { username: '' } });
    expect(response.status).toBe(400);
    expect(codes(response)).toEqual(['PasswordRequired', 'UsernameRequired']);
  });
});

describe('POST /users/auth 403', () => {
  it('locks after ten failures, and says so whatever the password, so that guessing on tells nothing', async () => {
    const someone = await client.member();
    await failTimes(someone, 10);
    expect((await client.tessera.user(someone.id)).state).toBe('locked');
    const right = await client.signIn(someone.username, someone.password);
    expect(right.status).toBe(403);
    expect(codes(right)).toEqual(['UserLocked']);
    const wrong = await client.signIn(someone.username, 'wrong password');
    expect([wrong.status, codes(wrong)]).toEqual([403, ['UserLocked']]);
  });

  it('counts exactly ten of many wrong attempts at once', async () => {
    const someone = await client.member();
    const { sequence } = await client.tessera.user(someone.id);
    const attempts = Array.from({ length: 40 }, () => client.signIn(someone.username, 'wrong password'));
    const answers = (await Promise.all(attempts)).map(({ status }) => status);
    expect(answers.filter((status) => status === 401)).toHaveLength(10);
    expect(answers.filter((status) => status === 403)).toHaveLength(30);
    const types = (await client.gained(someone.id, sequence)).map(([type]) => type);
    expect(types.filter((type) => type === 'user.password_check_failed')).toHaveLength(10);
    expect(types.filter((type) => type === 'user.state_changed')).toHaveLength(1);
  });

  it.each([
    ['suspended', 'UserSuspended'],
    ['inactive', 'UserInactive'],
    ['initial', 'UserInactive'],
  ] as const)('tells a user who is %s, whatever the password', async (state, code) => {
    const someone = await client.member();
    await put(someone, state);
    const right = await client.signIn(someone.username, someone.password);
    expect(right.status).toBe(403);
    expect(codes(right)).toEqual([code]);
    const wrong = await client.signIn(someone.username, 'wrong password');
    expect([wrong.status, codes(wrong)]).toEqual([403, [code]]);
    expect((await client.get(someone.id, someone.key)).status).toBe(401);
  });

  /** There is no call yet that brings a user into these states. */
  async function put(who: Member, state: 'suspended' | 'inactive' | 'initial'): Promise<void> {
    const { store } = client.tessera;
    await store.commit({ ...NO_WANTS, users: new Set([who.id]) }, (snapshot) => {
      const user = snapshot.user(who.id);
      if (user === null) throw new Error('no such user');
      return {
        users: [{ user: { ...user, state }, isNew: false }],
        events: [],
        claimsRemoved: new Map(),
        claimsAdded: new Map(),
        answers: [],
        deliveries: [],
        deferred: [],
        settled: [],
      };
    });
  }

  it('asks for a new password after ninety days under the level High', async () => {
    const high = new Client(client.tessera, HIGH);
    const someone = await high.member({ password: 'Passw0rd!' });
    now += 90 * DAY - 1;
    expect((await high.signIn(someone.username, someone.password)).status).toBe(200);
    now += 1;
    const response = await high.signIn(someone.username, someone.password);
    expect(response.status).toBe(403);
    expect(codes(response)).toEqual(['PasswordExpired']);
    expect((await high.signIn(someone.username, 'wrong password')).status).toBe(401);
  });
});

describe('POST /users/auth with an Idempotency-Key', () => {
  it('gives a repeated request the same keys, which are sealed in the database', async () => {
    const someone = await client.member();
    const headers = { 'idempotency-key': 'sign-in-1' };
    const first = await client.signIn(someone.username, someone.password, headers);
    const again = await client.signIn(someone.username, someone.password, headers);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await client.tessera.user(someone.id)).credentials.sessions).toHaveLength(2);
    expect((await client.get(someone.id, again.json.data.authKey)).status).toBe(200);
    const { authKey, refreshAuthKey } = first.json.data;
    expect(await areStored([someone.emailAddress, authKey, refreshAuthKey])).toEqual([true, false, false]);
    const other = await client.member();
    expect((await client.signIn(other.username, other.password, headers)).status).toBe(422);
  });

  it('counts every wrong password all the same', async () => {
    const someone = await client.member();
    const headers = { 'idempotency-key': 'sign-in-2' };
    expect((await client.signIn(someone.username, someone.password, headers)).status).toBe(200);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      expect((await client.signIn(someone.username, `guess ${attempt}`, headers)).status).toBe(401);
    }
    expect((await client.tessera.user(someone.id)).state).toBe('locked');
  });

  it('gives a locked user no earlier answer', async () => {
    const someone = await client.member();
    const headers = { 'idempotency-key': 'sign-in-3' };
    expect((await client.signIn(someone.username, someone.password, headers)).status).toBe(200);
    await failTimes(someone, 10);
    const again = await client.signIn(someone.username, someone.password, headers);
    expect([again.status, codes(again)]).toEqual([403, ['UserLocked']]);
  });
});

describe('the time a failed sign-in takes', () => {
  it.each([
    ['a known user', async () => (await client.member()).username],
    ['an unknown one', async () => 'nobody.at.all'],
  ])('is at least one step for %s, whatever was written', async (_name, nameOf) => {
    const name = await nameOf();
    const startedAt = performance.now();
    expect((await client.signIn(name, 'wrong password')).status).toBe(401);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
  });
});

describe('POST /users/auth/refresh-auth-key', () => {
  const refresh = (refreshAuthKey: unknown, headers = {}) =>
    client.call('POST', '/users/auth/refresh-auth-key', { body: { refreshAuthKey }, headers });

  it('replaces both keys', async () => {
    const someone = await client.member();
    const response = await refresh(someone.refreshKey);
    expect(response.status).toBe(200);
    const { authKey, refreshAuthKey, id } = response.json.data;
    expect(id).toBe(someone.id);
    expect((await client.get(someone.id, authKey)).status).toBe(200);
    expect((await client.get(someone.id, someone.key)).status).toBe(401);
    const reused = await refresh(someone.refreshKey);
    expect(reused.status).toBe(401);
    expect(codes(reused)).toEqual(['InvalidRefreshAuthKey']);
    expect((await refresh(refreshAuthKey)).status).toBe(200);
    expect((await client.tessera.user(someone.id)).credentials.sessions).toHaveLength(1);
  });

  it('gives new keys to one of two who use the old one at once', async () => {
    const someone = await client.member();
    const answers = await Promise.all([refresh(someone.refreshKey), refresh(someone.refreshKey)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('can be repeated under an Idempotency-Key, whose answer is sealed in the database', async () => {
    const someone = await client.member();
    const headers = { 'idempotency-key': 'refresh-1' };
    const first = await refresh(someone.refreshKey, headers);
    expect((await refresh(someone.refreshKey, headers)).text).toBe(first.text);
    const { authKey, refreshAuthKey } = first.json.data;
    expect(await areStored([someone.emailAddress, authKey, refreshAuthKey])).toEqual([true, false, false]);
    expect((await refresh(first.json.data.refreshAuthKey, headers)).status).toBe(422);
  });

  it.each([
    ['was locked', (someone: Member) => failTimes(someone, 10)],
    [
      'changed the password',
      ({ id }: Member) => changeThroughZitadel(id, { password: { password: { password: 'New-pass-1!' } } }),
    ],
  ])('gives no earlier answer to a user who %s', async (_name, happen) => {
    const someone = await client.member();
    const headers = { 'idempotency-key': `refresh-${someone.id}` };
    expect((await refresh(someone.refreshKey, headers)).status).toBe(200);
    await happen(someone);
    const again = await refresh(someone.refreshKey, headers);
    expect([again.status, codes(again)]).toEqual([401, ['InvalidRefreshAuthKey']]);
  });

  it.each([
    ['rubbish', () => 'rubbish'],
    ['an Auth-Key', ({ key }: Member) => key],
    ['a key with another end', ({ refreshKey }: Member) => `${refreshKey.slice(0, -4)}AAA=`],
  ])('refuses %s', async (_name, keyOf) => {
    const someone = await client.member();
    const before = await client.tessera.events(someone.id);
    const response = await refresh(keyOf(someone));
    expect(response.status).toBe(401);
    expect(codes(response)).toEqual(['InvalidRefreshAuthKey']);
    expect(await client.tessera.events(someone.id)).toEqual(before);
  });

  it.each([undefined, null, ''])('asks for the key (%j)', async (key) => {
    const response = await refresh(key);
    expect(response.status).toBe(400);
    expect(codes(response)).toEqual(['RefreshAuthKeyRequired']);
  });

  it('outlives the Auth-Key by thirty days', async () => {
    const someone = await client.member();
    now += 60 * DAY - 1;
    const last = await refresh(someone.refreshKey);
    expect(last.status).toBe(200);
    now += 60 * DAY;
    expect((await refresh(last.json.data.refreshAuthKey)).status).toBe(401);
  });

  it('does not bring back a locked user', async () => {
    const someone = await client.member();
    await failTimes(someone, 10);
    expect((await refresh(someone.refreshKey)).status).toBe(401);
  });

  it('dies with a change of the password', async () => {
    const someone = await client.member();
    await changeThroughZitadel(someone.id, {
      password: { password: { password: 'New-pass-1!', changeRequired: false } },
    });
    expect((await refresh(someone.refreshKey)).status).toBe(401);
    expect((await client.get(someone.id, someone.key)).status).toBe(401);
    expect((await client.signIn(someone.username, 'New-pass-1!')).status).toBe(200);
  });
});
