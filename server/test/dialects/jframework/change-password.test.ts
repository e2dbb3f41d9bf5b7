import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isStored } from '../../support/at-rest.ts';
import { GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, codes, EDITOR, HIGH, LATER, type Member, startClient } from './support.ts';

const NEW = 'brand-new-passw0rd';
const DAY = 24 * 60 * 60 * 1000;

let now = Date.now();
let client: Client;
let adminKey: string;
beforeAll(async () => {
  client = await startClient({ clock: () => now });
  adminKey = await client.keyOf(ADMIN.username, ADMIN.password);
});
afterAll(() => client.tessera.stop());

const body = (newPassword: string = NEW, more: object = {}) => ({ newPassword, confirmPassword: newPassword, ...more });

const change = (who: Pick<Member, 'key' | 'password'>, more: object = {}, headers = {}) =>
  client.call('PUT', '/users/change-password', {
    key: who.key,
    headers,
    body: body(NEW, { oldPassword: who.password, ...more }),
  });

const set = (id: string, key: string | null = adminKey, sent: object = body(), headers = {}) =>
  client.call('PUT', `/users/${id}/change-password`, { ...(key !== null && { key }), headers, body: sent });

const typesOf = async (id: string) => (await client.tessera.events(id)).map(({ type }) => type);

describe('PUT /users/change-password', () => {
  it('sets the new password and ends every session, the caller’s own too', async () => {
    // Given somebody with two sessions
    const person = await client.member();
    const elsewhere = await client.keyOf(person.username, person.password);
    const { sequence } = await client.tessera.user(person.id);
    // When
    const response = await change(person);
    // Then
    expect([response.status, response.json.data]).toEqual([200, true]);
    const gained = await client.gained(person.id, sequence);
    expect(gained.map(([type]) => type)).toEqual(['user.password_changed']);
    for (const key of [person.key, elsewhere]) expect((await client.get(person.id, key)).status).toBe(401);
    expect((await client.signIn(person.username, person.password)).status).toBe(401);
    expect((await client.signIn(person.username, NEW)).status).toBe(200);
    expect(await isStored(client.tessera.database, NEW)).toBe(false);
  });

  it('counts a wrong old password like a failed sign-in, and writes nothing else', async () => {
    const person = await client.member();
    const { sequence } = await client.tessera.user(person.id);
    const response = await change(person, { oldPassword: 'wrong password' });
    expect([response.status, codes(response)]).toEqual([400, ['PasswordIncorrect']]);
    expect(await client.gained(person.id, sequence)).toEqual([
      ['user.password_check_failed', { 'password.failedAttempts': { before: 0, after: 1 } }],
    ]);
    expect((await client.signIn(person.username, person.password)).status).toBe(200);
  });

  it('locks at the tenth, whether it was guessed here or at sign-in', async () => {
    const person = await client.member();
    for (let n = 0; n < 4; n += 1) await client.signIn(person.username, 'wrong password');
    for (let n = 0; n < 5; n += 1) {
      expect((await change(person, { oldPassword: 'wrong password' })).status).toBe(400);
    }
    expect((await client.tessera.user(person.id)).state).toBe('active');
    expect((await change(person, { oldPassword: 'wrong password' })).status).toBe(400);
    expect((await client.tessera.user(person.id)).state).toBe('locked');
    // Then not even the right one is looked at
    expect((await change(person)).status).toBe(401);
    expect((await typesOf(person.id)).filter((type) => type === 'user.password_check_failed')).toHaveLength(10);
  });

  it.each([
    ['no oldPassword', { oldPassword: undefined }, ['OldPasswordRequired']],
    ['an empty one', { oldPassword: '' }, ['OldPasswordRequired']],
    ['another type', { oldPassword: ['passw0rd'] }, ['InvalidOldPassword']],
    ['no newPassword', { newPassword: null }, ['NewPasswordRequired']],
    ['no confirmPassword', { confirmPassword: undefined }, ['ConfirmPasswordRequired']],
    ['another confirmPassword', { confirmPassword: 'another' }, ['InvalidConfirmPassword']],
    ['a short one', body('four'), ['InvalidPassword']],
    ['the same again', body('passw0rd'), ['InvalidPassword']],
    ['one of more than a kilobyte', body('x'.repeat(1025)), ['InvalidPassword']],
  ])('refuses %s and writes nothing', async (_what, more, expected) => {
    const person = await client.member();
    const before = await client.tessera.events(person.id);
    const response = await change(person, more);
    expect([response.status, codes(response)]).toEqual([400, expected]);
    expect(await client.tessera.events(person.id)).toEqual(before);
    expect((await client.get(person.id, person.key)).status).toBe(200);
  });

  it('refuses the e-mail address for a password, in any letter case', async () => {
    const person = await client.member();
    const response = await change(person, body(person.emailAddress.toUpperCase()));
    expect([response.status, codes(response)]).toEqual([400, ['InvalidPassword']]);
  });

  it('tells the rules only to whoever knows the old password', async () => {
    const person = await client.member();
    const response = await change(person, { oldPassword: 'wrong password', ...body('four') });
    expect(codes(response)).toEqual(['PasswordIncorrect']);
  });

  it('needs a key, and one of this brand', async () => {
    const person = await client.member();
    const sent = { body: body(NEW, { oldPassword: person.password }) };
    expect(codes(await client.call('PUT', '/users/change-password', sent))).toEqual(['AuthKeyRequired']);
    const elsewhere = await client.call('PUT', '/users/change-password', { ...sent, key: person.key, brand: LATER });
    expect([elsewhere.status, codes(elsewhere)]).toEqual([401, ['InvalidAuthKey']]);
  });

  it('holds to If-Match', async () => {
    const person = await client.member();
    expect((await change(person, {}, { 'if-match': '"99"' })).status).toBe(412);
    const { version } = await client.tessera.user(person.id);
    expect((await change(person, {}, { 'if-match': `"${version}"` })).status).toBe(200);
  });

  it('has no answer for a repetition, whose key has ended with the first', async () => {
    const person = await client.member();
    const headers = { 'idempotency-key': `own-${person.id}` };
    expect([(await change(person, {}, headers)).status, (await change(person, {}, headers)).status]).toEqual([
      200, 401,
    ]);
    expect((await typesOf(person.id)).filter((type) => type === 'user.password_changed')).toHaveLength(1);
  });

  it('one of several at once succeeds', async () => {
    const person = await client.member();
    const answers = await Promise.all(['one', 'two', 'three'].map((word) => change(person, body(`${word}-${word}`))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await typesOf(person.id)).filter((type) => type === 'user.password_changed')).toHaveLength(1);
  });
});

describe('PUT /users/{id}/change-password', () => {
  it('sets somebody else’s password by right, and ends the sessions', async () => {
    const person = await client.member();
    const { sequence } = await client.tessera.user(person.id);
    const response = await set(person.id);
    expect([response.status, response.json.data]).toEqual([200, true]);
    expect((await client.gained(person.id, sequence)).map(([type]) => type)).toEqual(['user.password_changed']);
    expect((await client.get(person.id, person.key)).status).toBe(401);
    expect((await client.signIn(person.username, NEW)).status).toBe(200);
  });

  it('is for admins: not for oneself, others, editors, nor without a key', async () => {
    const [person, other] = [await client.member(), await client.member()];
    const editor = await client.keyOf(EDITOR.username, EDITOR.password);
    const before = await client.tessera.events(person.id);
    for (const key of [person.key, other.key, editor]) {
      const refused = await set(person.id, key);
      expect([refused.status, codes(refused)]).toEqual([403, ['AccessDenied']]);
    }
    expect((await set(person.id, null)).status).toBe(401);
    expect(await client.tessera.events(person.id)).toEqual(before);
  });

  it('who may do more than the caller is out of reach', async () => {
    const manager = await client.member();
    await client.grant(manager.id, 'ADMIN', adminKey);
    const owner = (await client.signIn(ADMIN.username, ADMIN.password)).json.data.id;
    expect((await set(owner, manager.key)).status).toBe(403);
    const person = await client.member();
    expect((await set(person.id, manager.key)).status).toBe(200);
  });

  it('404 for nobody, for somebody of another brand and for a deleted one', async () => {
    const stranger = await new Client(client.tessera, GLOBEX.brandUrl).member();
    const gone = await client.member();
    await client.call('DELETE', `/users/${gone.id}`, { key: adminKey });
    for (const id of ['999999999999999999', stranger.id, gone.id]) {
      const refused = await set(id);
      expect([refused.status, codes(refused)]).toEqual([404, ['UserNotFound']]);
    }
  });

  it.each([
    [{ confirmPassword: 'another' }, 'InvalidConfirmPassword'],
    [{ newPassword: 12 }, 'InvalidNewPassword'],
    [body('four'), 'InvalidPassword'],
  ])('refuses %j', async (more, code) => {
    const person = await client.member();
    const response = await set(person.id, adminKey, { ...body(), ...more });
    expect([response.status, codes(response)]).toEqual([400, [code]]);
  });

  it('a retry with the same key gets the same answer, another request with it is refused; a precondition holds', async () => {
    const person = await client.member();
    expect((await set(person.id, adminKey, body(), { 'if-match': '"99"' })).status).toBe(412);
    const headers = { 'idempotency-key': `set-${person.id}` };
    const first = await set(person.id, adminKey, body(), headers);
    const again = await set(person.id, adminKey, body(), headers);
    expect([first.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await set(person.id, adminKey, body('another-passw0rd'), headers)).status).toBe(422);
    expect((await typesOf(person.id)).filter((type) => type === 'user.password_changed')).toHaveLength(1);
  });
});

describe('the policy level of the brand', () => {
  it.each([
    [LATER, 'Passw0rd!', 'lower0!', 'InvalidPassword'],
    [HIGH, 'Passw0rd!', 'NoDigit!', 'InvalidPassword'],
    [HIGH, 'Passw0rd!', 'NoSymb0l', 'InvalidPassword'],
  ])('at %s', async (brand, old, weak, code) => {
    const other = new Client(client.tessera, brand);
    const person = await other.member({ password: old });
    const put = (password: string) =>
      other.call('PUT', '/users/change-password', { key: person.key, body: body(password, { oldPassword: old }) });
    expect(codes(await put(weak))).toEqual([code]);
    expect((await put('0ther-Passw0rd')).status).toBe(200);
    expect((await other.signIn(person.username, '0ther-Passw0rd')).status).toBe(200);
  });

  it('an expired password signs in again once it was changed', async () => {
    const high = new Client(client.tessera, HIGH);
    const person = await high.member({ password: 'Passw0rd!' });
    const signIn = (password: string) => high.signIn(person.username, password);
    now += 80 * DAY;
    const { authKey: key } = (await signIn('Passw0rd!')).json.data;
    now += 10 * DAY;
    expect(codes(await signIn('Passw0rd!'))).toEqual(['PasswordExpired']);
    const same = await high.call('PUT', '/users/change-password', {
      key,
      body: body('Passw0rd!', { oldPassword: 'Passw0rd!' }),
    });
    expect([same.status, codes(same)]).toEqual([400, ['InvalidPassword']]);
    const changed = await high.call('PUT', '/users/change-password', {
      key,
      body: body('N3w-Passw0rd!', { oldPassword: 'Passw0rd!' }),
    });
    expect(changed.status).toBe(200);
    expect((await signIn('N3w-Passw0rd!')).status).toBe(200);
    now += 90 * DAY;
    expect(codes(await signIn('N3w-Passw0rd!'))).toEqual(['PasswordExpired']);
  });
});
