import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { Client, codes, EDITOR, HIGH, LATER, type Member, READER, required, somebody, startClient } from './support.ts';

const DAY = 24 * 60 * 60 * 1000;

let now = Date.now();
let client: Client;
let later: Client;
let member: Member;
beforeAll(async () => {
  client = await startClient({ clock: () => now });
  later = new Client(client.tessera, LATER);
  member = await client.member();
});
afterAll(() => client.tessera.stop());

const put = (change: object) => client.put(member, { ...required(member), ...change });
const admin = { authorization: `Bearer ${ACME.adminPat}` };

describe('what the documentation of the API leaves open', () => {
  it('1: username and emailAddress are required, unless the brand says otherwise', async () => {
    expect(codes(await client.put(member, { bio: 'x' }))).toEqual(['UsernameRequired', 'EmailAddressRequired']);
    const person = await later.member({ password: 'Passw0rd!' });
    expect((await later.put(person, { bio: 'x' })).status).toBe(200);
  });

  it('2: what is left out keeps, null clears', async () => {
    await put({ firstName: 'Stays', lastName: 'Goes' });
    const { firstName, lastName } = (await put({ lastName: null })).json.data;
    expect([firstName, lastName]).toEqual(['Stays', null]);
    const person = await later.member({ password: 'Passw0rd!' });
    const kept = (await later.put(person, { username: null, emailAddress: null })).json.data;
    expect([kept.username, kept.emailAddress]).toEqual([person.username, person.emailAddress]);
  });

  it('3: a changed e-mail address is not verified', async () => {
    const person = await client.member({ phoneNumber: '+41790000050' });
    await client.tessera.send('PUT', `/v2/users/human/${person.id}`, {
      headers: admin,
      body: {
        email: { email: person.emailAddress, isVerified: true },
        phone: { phone: '+41790000050', isVerified: true },
      },
    });
    expect((await client.put(person, required(person))).json.data.isEmailAddressVerified).toBe(true);
    const changed = await client.put(person, { ...required(person), emailAddress: 'changed.address@example.com' });
    expect(changed.json.data).toMatchObject({ isEmailAddressVerified: false, isUserVerified: true });
    const both = await client.put(person, { ...required(person), phoneNumber: '+41790000051' });
    expect(both.json.data.isUserVerified).toBe(false);
  });

  it('4: duplicates of username, e-mail address and phone number are 409', async () => {
    const taken = await client.member({ phoneNumber: '+41790000052' });
    expect(codes(await put({ username: taken.username }))).toEqual(['UsernameAlreadyExists']);
    expect(codes(await put({ emailAddress: taken.emailAddress }))).toEqual(['EmailAddressAlreadyExists']);
    const phone = await put({ phoneNumber: '+41790000052' });
    expect([phone.status, codes(phone)]).toEqual([409, ['PhoneNumberAlreadyExists']]);
  });

  it('5: an unknown id is 404 UserNotFound', async () => {
    const key = await client.keyOf('acme.admin', ACME.adminPassword);
    const response = await client.put({ id: 'nobody', key }, required(somebody()));
    expect([response.status, codes(response)]).toEqual([404, ['UserNotFound']]);
  });

  it('6: self always; others by USER.READ and USER.UPDATE', async () => {
    expect((await client.get(member.id, member.key)).status).toBe(200);
    expect((await put({ bio: 'own' })).status).toBe(200);
    const other = await client.member();
    const reader = await client.keyOf(READER.username, READER.password);
    const editor = await client.keyOf(EDITOR.username, EDITOR.password);
    const statuses = [];
    for (const key of [member.key, reader, editor]) {
      const read = await client.get(other.id, key);
      const written = await client.put({ id: other.id, key }, { ...required(other), bio: 'x' });
      statuses.push([read.status, written.status]);
    }
    expect(statuses).toEqual([
      [403, 403],
      [200, 403],
      [200, 200],
    ]);
  });

  it('7: a user of another brand is not found', async () => {
    const stranger = await new Client(client.tessera, GLOBEX.brandUrl).member();
    const key = await client.keyOf('acme.admin', ACME.adminPassword);
    expect((await client.get(stranger.id, key)).status).toBe(404);
  });

  it('8: without Brand-URL the Origin or the Host names the brand, else 400; an unknown one is 404', async () => {
    const me = (headers: Record<string, string>, brand: string | null = null) =>
      client.call('GET', '/users/me', { key: member.key, brand, headers });
    expect((await me({ origin: 'https://acme.test' })).status).toBe(200);
    expect((await me({ brandurl: 'acme.test' })).status).toBe(200);
    const missing = await me({ origin: 'https://elsewhere.test' });
    expect([missing.status, codes(missing)]).toEqual([400, ['BrandURLRequired']]);
    const unknown = await me({ origin: 'https://acme.test' }, 'unknown.test');
    expect([unknown.status, codes(unknown)]).toEqual([404, ['BrandNotFound']]);
  });

  it.each(['ACME.test', 'https://acme.test', 'http://Acme.Test:8080/app/?a=b', 'acme.test/', ' acme.test. '])(
    '9: of Brand-URL only the host counts: %j',
    async (brand) => {
      expect((await client.call('GET', '/users/me', { key: member.key, brand })).status).toBe(200);
    },
  );

  it('9: of the brand’s own addresses only the host counts too', async () => {
    expect((await new Client(client.tessera, 'high-too.test').signIn('nobody', 'x')).status).toBe(401);
  });

  it('10: a bad Auth-Key is 401', async () => {
    expect((await client.get(member.id, 'bad')).status).toBe(401);
  });

  it('11: a key holds for its user and brand, while the user may sign in and the password stays', async () => {
    const person = await client.member();
    const me = (of = client) => of.call('GET', '/users/me', { key: person.key });
    expect((await me(new Client(client.tessera, GLOBEX.brandUrl))).status).toBe(401);
    expect((await me()).status).toBe(200);
    await client.tessera.send('PUT', `/v2/users/human/${person.id}`, {
      headers: admin,
      body: { password: { password: { password: 'New-pass-1!' } } },
    });
    expect((await me()).status).toBe(401);
  });

  it('12: a failed sign-in is 401, the same for an unknown user', async () => {
    const wrong = await client.signIn(member.username, 'wrong password');
    const unknown = await client.signIn('unknown.user', 'wrong password');
    expect([wrong.status, codes(wrong)]).toEqual([401, ['UsernameOrPasswordIncorrect']]);
    expect([unknown.status, codes(unknown)]).toEqual([401, ['UsernameOrPasswordIncorrect']]);
  });

  it('13: a locked user is told so, a deleted one is unknown', async () => {
    const person = await client.member();
    for (let attempt = 0; attempt < 10; attempt += 1) await client.signIn(person.username, 'wrong password');
    const locked = await client.signIn(person.username, person.password);
    expect([locked.status, codes(locked)]).toEqual([403, ['UserLocked']]);
    await client.tessera.send('DELETE', `/v2/users/${person.id}`, { headers: admin });
    expect((await client.signIn(person.username, person.password)).status).toBe(401);
  });

  it('14: a new user is Active with an unverified address', async () => {
    const user = (await client.register(somebody())).json.data;
    expect(user).toMatchObject({ status: 'Active', isEmailAddressVerified: false });
  });

  it('16: each bad field has an error of its own', async () => {
    const response = await client.put(member, { username: '', emailAddress: 'x', avatar: 'y' });
    expect(response.status).toBe(400);
    expect(codes(response)).toEqual(['UsernameRequired', 'InvalidEmailAddress', 'InvalidAvatar']);
  });

  it('17: the message of a failure is that of its first error', async () => {
    const { message, errors } = (await client.put(member, { avatar: 'y' })).json;
    expect(message).toBe(errors[0].message);
  });

  it('18: errors hold message, not details', async () => {
    const [error] = (await client.get('nobody', member.key)).json.errors;
    expect(Object.keys(error)).toEqual(['code', 'message', 'correlationId']);
  });

  it('19: malformed JSON and wrong types are 400, another media type 415, a long body 413', async () => {
    const send = (body: string, type = 'application/json') =>
      client.call('POST', '/users/auth', { body, headers: { 'content-type': type } });
    expect((await send('{')).status).toBe(400);
    expect((await send('{"username":1,"password":"x"}')).status).toBe(400);
    expect((await send('{}', 'text/plain')).status).toBe(415);
    expect((await send(' '.repeat(1024 * 1024 + 1))).status).toBe(413);
  });

  it('20: unknown members are ignored', async () => {
    const { sequence } = await client.tessera.user(member.id);
    expect((await put({ phoneNumber1: '+41790000053', confirmPassword: 1, anything: {} })).status).toBe(200);
    expect(await client.gained(member.id, sequence)).toEqual([]);
  });

  it('22: a username is 5 to 64 of letters, digits, dot, underscore, hyphen, or an e-mail address', async () => {
    const person = await client.member();
    const rename = (username: string) => client.put(person, { ...required(person), username });
    for (const name of ['five5', 'a'.repeat(64), 'A.b_c-9', 'an.address@example.com']) {
      expect((await rename(name)).status).toBe(200);
    }
    for (const name of ['four', 'a'.repeat(65), 'a b c d', 'nam€name']) expect((await rename(name)).status).toBe(400);
    expect(codes(await put({ username: 'An.Address@Example.com' }))).toEqual(['UsernameAlreadyExists']);
  });

  it('23: names hold 100 characters, the bio 500, URLs 2048, e-mail addresses 254', async () => {
    const urlOf = (length: number) => 'https://a.ch/'.padEnd(length, 'x');
    const mailOf = (length: number) => `${'a'.repeat(60)}@${'b.'.repeat((length - 63) / 2)}ch${length % 2 ? '' : 'x'}`;
    const fit = { firstName: 'f'.repeat(100), lastName: 'l'.repeat(100), nickName: 'n'.repeat(100) };
    expect((await put({ ...fit, bio: 'b'.repeat(500), avatar: urlOf(2048), website: urlOf(2048) })).status).toBe(200);
    for (const name of Object.keys(fit)) expect((await put({ [name]: 'x'.repeat(101) })).status).toBe(400);
    expect((await put({ bio: 'b'.repeat(501) })).status).toBe(400);
    for (const name of ['avatar', 'website']) expect((await put({ [name]: urlOf(2049) })).status).toBe(400);
    expect(mailOf(254)).toHaveLength(254);
    expect(mailOf(255)).toHaveLength(255);
    const person = await client.member();
    expect((await client.put(person, { ...required(person), emailAddress: mailOf(254) })).status).toBe(200);
    expect((await client.put(person, { ...required(person), emailAddress: mailOf(255) })).status).toBe(400);
  });

  it('24: languageCode is xx-YY', async () => {
    expect((await put({ languageCode: 'vi-VN' })).json.data.languageCode).toBe('vi-VN');
    for (const code of ['vi', 'VI-vn', 'vi_VN', 'vie-VN', '']) {
      expect(codes(await put({ languageCode: code }))).toEqual(['InvalidLanguageCode']);
    }
  });

  it('25: time zones are opaque ids of up to 64 letters, digits and _ / + -', async () => {
    for (const id of ['TimeZone_ID', 'Europe/Zurich', 'Etc/GMT+5', 'z'.repeat(64)]) {
      expect((await put({ timeZoneId: id })).json.data.timeZoneId).toBe(id);
    }
    for (const id of ['a b', 'ü', 'z'.repeat(65), '']) {
      expect(codes(await put({ timeZoneId: id }))).toEqual(['InvalidTimeZoneId']);
    }
  });

  it('26: avatar and website are absolute http or https URLs', async () => {
    expect((await put({ avatar: 'HTTP://a.ch', website: 'https://b.ch/?c#d' })).status).toBe(200);
    const response = await put({ avatar: '/a.png', website: 'mailto:a@b.ch' });
    expect(codes(response)).toEqual(['InvalidAvatar', 'InvalidWebsite']);
  });

  it('27: null members are written', async () => {
    const user = (await client.register(somebody())).json.data;
    expect(user).toMatchObject({ bio: null, avatar: null, website: null, phoneNumber: null, parentUser: null });
    expect(user).toMatchObject({ themeStyle: null, riskMark: null, tags: null, countryCode: null, timeZoneId: null });
  });

  it('39: a new user gets the default package for thirty days', async () => {
    const user = (await client.register(somebody())).json.data;
    expect(user.package.code).toBe('STANDARD');
    expect(user.expiryDate).toBe(new Date(now + 30 * DAY).toISOString());
  });

  it('41: a renewal replaces both keys; a bad key is 401', async () => {
    const person = await client.member();
    const refresh = (refreshAuthKey: string) =>
      client.call('POST', '/users/auth/refresh-auth-key', { body: { refreshAuthKey } });
    const { authKey } = (await refresh(person.refreshKey)).json.data;
    expect((await client.get(person.id, authKey)).status).toBe(200);
    expect((await client.get(person.id, person.key)).status).toBe(401);
    expect((await refresh(person.refreshKey)).status).toBe(401);
  });

  it('46: the tenth failed sign-in locks, a success forgets the failures', async () => {
    const person = await client.member();
    const fail = () => client.signIn(person.username, 'wrong password');
    for (let attempt = 0; attempt < 9; attempt += 1) await fail();
    expect((await client.tessera.user(person.id)).password.failedAttempts).toBe(9);
    await client.signIn(person.username, person.password);
    expect((await client.tessera.user(person.id)).password.failedAttempts).toBe(0);
    for (let attempt = 0; attempt < 9; attempt += 1) await fail();
    expect((await client.tessera.user(person.id)).state).toBe('active');
    await fail();
    expect((await client.tessera.user(person.id)).state).toBe('locked');
  });

  it('49: the correlation id is that of the request, which the answer and the history carry', async () => {
    const first = await client.get('nobody', member.key);
    const second = await client.get('nobody', member.key);
    const ids = [first, second].map(({ json }) => json.errors[0].correlationId);
    expect(ids).toEqual([first, second].map(({ headers }) => headers.get('x-request-id')));
    expect(new Set(ids).size).toBe(2);
  });

  it('50: the old custom statuses are not sent', async () => {
    const taken = await client.register({ ...somebody(), emailAddress: member.emailAddress });
    const weak = await client.register({ ...somebody(), password: 'x' });
    const wrong = await client.signIn(member.username, 'wrong password');
    expect([taken.status, weak.status, wrong.status]).toEqual([409, 400, 401]);
  });

  it('47: under the level High a password lasts ninety days', async () => {
    const high = new Client(client.tessera, HIGH);
    const person = await high.member({ password: 'Passw0rd!' });
    now += 90 * DAY;
    const response = await high.signIn(person.username, person.password);
    expect([response.status, codes(response)]).toEqual([403, ['PasswordExpired']]);
  });
});
