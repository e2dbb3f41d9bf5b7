import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isStored } from '../../support/at-rest.ts';
import { GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { latestToken, mailsTo } from './mails.ts';
import { ADMIN, brandsSetup, type CallOptions, Client, codes, type Member, SHARED_CONTACTS } from './support.ts';

const MINUTE = 60 * 1000;
const PASSWORDLESS = '/users/auth/passwordless';

let now = Date.now();
let client: Client;
/** Of a brand that does not tell who has an address. */
let discreet: Client;
beforeAll(async () => {
  const setup = brandsSetup();
  const [, globex] = setup.organizations;
  if (globex.jframework === undefined) throw new Error('Globex is a brand');
  globex.jframework.hidesUnknownAddresses = true;
  client = new Client(await startTessera(setup, { clock: () => now }));
  discreet = new Client(client.tessera, GLOBEX.brandUrl);
});
afterAll(() => client.tessera.stop());

let phones = 0;
const phoneNumber = () => {
  phones += 1;
  return `+4179100${String(phones).padStart(4, '0')}`;
};

/** The ways there are, as newer and older documents spell them. */
type Way = readonly [ask: string, verify: string, member: 'emailAddress' | 'phoneNumber'];
const WAYS: readonly [Way, Way, Way, Way] = [
  ['email/generate-otp', 'email/verify-otp', 'emailAddress'],
  ['email-otp', 'verify-email-otp', 'emailAddress'],
  ['phone/generate-otp', 'phone/verify-otp', 'phoneNumber'],
  ['sms-otp', 'phone/verify-otp', 'phoneNumber'],
];
const [BY_EMAIL, , BY_PHONE] = WAYS;

const ask = (to: unknown, [path, , member]: Way = BY_EMAIL, options: CallOptions = {}, as = client) =>
  as.call('POST', `${PASSWORDLESS}/${path}`, { body: { [member]: to }, ...options });
const verify = (token: unknown, otp: unknown, [, path]: Way = BY_EMAIL, options: CallOptions = {}, as = client) =>
  as.call('POST', `${PASSWORDLESS}/${path}`, { body: { token, otp }, ...options });

interface Asked {
  readonly person: Member;
  readonly token: string;
  readonly otp: string;
}

async function asked(way: Way = BY_EMAIL, as = client): Promise<Asked> {
  const person = await as.member({ phoneNumber: phoneNumber() });
  const response = await ask(person[way[2]], way, {}, as);
  expect(response.status).toBe(200);
  return { person, token: response.json.data, otp: await latestToken(as.tessera, person.id) };
}
const wrong = (otp: string): string => (otp === '000000' ? '111111' : '000000');

describe.each(WAYS)('POST …/%s and %s', (...way) => {
  it('signs in with the code that was sent and the token that was answered', async () => {
    // Given
    const { person, token, otp } = await asked(way);
    const channel = way[2] === 'emailAddress' ? 'email' : 'sms';
    expect((await mailsTo(client.tessera, person.id)).at(-1)).toMatchObject({
      kind: 'sign_in_code',
      channel,
      to: person[way[2]],
    });
    expect(otp).toMatch(/^\d{6}$/);
    const { sequence, version } = await client.tessera.user(person.id);
    // When
    const response = await verify(token, otp, way);
    // Then
    expect(response.status).toBe(200);
    const { id, authKey, refreshAuthKey } = response.json.data;
    expect(id).toBe(person.id);
    expect((await client.get(id, authKey)).status).toBe(200);
    expect((await client.gained(id, sequence)).map(([type]) => type)).toEqual(['user.session_started']);
    expect((await client.tessera.user(id)).version).toBe(version);
    const stored = await Promise.all(
      [otp, token, authKey, refreshAuthKey].map((text) => isStored(client.tessera.database, text)),
    );
    // Six digits may stand in a time or an id; whatever is longer must not be there.
    expect(stored.slice(1)).toEqual([false, false, false]);
    expect(JSON.stringify(await client.tessera.user(id))).not.toContain(`"${otp}"`);
  });

  it('given nobody has the address, then it says so and sends nothing', async () => {
    const response = await ask(way[2] === 'emailAddress' ? 'nobody@example.com' : '+41791999999', way);
    expect([response.status, codes(response)]).toEqual([404, ['UserNotFound']]);
  });

  it.each([undefined, null, '', 'no address', 12])('given %j for an address, then it is refused', async (to) => {
    const response = await ask(to, way);
    expect(response.status).toBe(400);
    const name = way[2] === 'emailAddress' ? 'EmailAddress' : 'PhoneNumber';
    expect(codes(response)).toEqual([to ? `Invalid${name}` : `${name}Required`]);
  });
});

describe('a code', () => {
  it('is good once', async () => {
    const { token, otp } = await asked();
    expect((await verify(token, otp)).status).toBe(200);
    const again = await verify(token, otp);
    expect([again.status, codes(again)]).toEqual([400, ['InvalidToken']]);
  });

  it('is good for one of many who use it at once', async () => {
    const { person, token, otp } = await asked();
    const answers = await Promise.all(Array.from({ length: 6 }, () => verify(token, otp)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400]);
    expect((await client.tessera.user(person.id)).credentials.sessions).toHaveLength(2);
  });

  it('dies when another takes its place', async () => {
    const { person, token, otp } = await asked();
    const { json } = await ask(person.emailAddress);
    expect(codes(await verify(token, otp))).toEqual(['InvalidToken']);
    expect((await verify(json.data, await latestToken(client.tessera, person.id))).status).toBe(200);
  });

  it('dies after five wrong tries, also of many at once', async () => {
    const { person, token, otp } = await asked();
    const tries = await Promise.all(Array.from({ length: 8 }, () => verify(token, wrong(otp))));
    const found = tries.map((response) => codes(response)[0]).sort();
    expect(found).toEqual([...Array(5).fill('InvalidOtp'), ...Array(3).fill('InvalidToken')]);
    expect(codes(await verify(token, otp))).toEqual(['InvalidToken']);
    // Guessing codes does not lock the user out of the password.
    expect((await client.signIn(person.username, person.password)).status).toBe(200);
  });

  it('given four wrong tries, then the fifth may be right', async () => {
    const { token, otp } = await asked();
    for (let failures = 0; failures < 4; failures += 1) expect((await verify(token, wrong(otp))).status).toBe(400);
    expect((await verify(token, otp)).status).toBe(200);
  });

  it('lives five minutes', async () => {
    const [first, second] = [await asked(), await asked()];
    now += 5 * MINUTE - 1;
    expect((await verify(first.token, first.otp)).status).toBe(200);
    now += 1;
    const late = await verify(second.token, second.otp);
    expect([late.status, codes(late)]).toEqual([400, ['OtpExpired']]);
  });

  it('dies when the address or the password changes', async () => {
    const { person, token, otp } = await asked();
    const body = { username: person.username, emailAddress: `new.${person.emailAddress}` };
    expect((await client.put(person, body)).status).toBe(200);
    expect(codes(await verify(token, otp))).toEqual(['InvalidToken']);
    const other = await asked();
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    const newPassword = 'another-passw0rd';
    const changed = await client.call('PUT', `/users/${other.person.id}/change-password`, {
      key,
      body: { newPassword, confirmPassword: newPassword },
    });
    expect(changed.status).toBe(200);
    expect(codes(await verify(other.token, other.otp))).toEqual(['InvalidToken']);
  });

  it.each([
    ['of another user', async (mine: Asked) => ({ ...mine, otp: (await asked()).otp })],
    ['at another brand', async (mine: Asked) => mine],
    ['of the other kind', async (mine: Asked) => mine],
    ['with a token that is none', async (mine: Asked) => ({ ...mine, token: 'none' })],
    ['with a token that was changed', async (mine: Asked) => ({ ...mine, token: `${mine.token.slice(0, -4)}AAAA` })],
  ])('is not good %s', async (name, change) => {
    const { token, otp } = await change(await asked());
    const way = name === 'of the other kind' ? BY_PHONE : BY_EMAIL;
    const response = await verify(token, otp, way, {}, name === 'at another brand' ? discreet : client);
    expect(response.status).toBe(400);
  });

  it('given a user who is locked, then it is told so when asking, and no code signs in', async () => {
    const { person, token, otp } = await asked();
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    expect((await client.call('POST', `/users/${person.id}/lock`, { key })).status).toBe(200);
    const refused = await ask(person.emailAddress);
    expect([refused.status, codes(refused)]).toEqual([403, ['UserLocked']]);
    // The lock has killed the code.
    expect(codes(await verify(token, otp))).toEqual(['InvalidToken']);
    expect((await client.tessera.user(person.id)).credentials.sessions).toEqual([]);
  });

  it.each([
    [{}, ['OtpRequired', 'TokenRequired']],
    [{ token: 't', otp: 123456 }, ['InvalidOtp']],
    [{ token: null, otp: '' }, ['OtpRequired', 'TokenRequired']],
  ])('is not read from %j', async (body, expected) => {
    const response = await client.call('POST', `${PASSWORDLESS}/email/verify-otp`, { body });
    expect([response.status, codes(response).sort()]).toEqual([400, expected]);
  });

  it('is not sent where several may have the address', async () => {
    const shared = new Client(client.tessera, SHARED_CONTACTS);
    const person = await shared.member();
    expect((await ask(person.emailAddress, BY_EMAIL, {}, shared)).status).toBe(404);
    expect(await mailsTo(client.tessera, person.id)).toEqual([]);
  });
});

describe('a brand that does not tell who has an address', () => {
  it('answers a token for nobody too, which fails like one with a wrong code, or one that expired', async () => {
    const known = await asked(BY_EMAIL, discreet);
    const unknown = await ask('nobody@globex-people.test', BY_EMAIL, {}, discreet);
    expect(unknown.status).toBe(200);
    expect(unknown.json.data.length).toBeGreaterThan(40);
    for (let tries = 0; tries < 7; tries += 1) {
      for (const token of [known.token, unknown.json.data]) {
        const response = await verify(token, wrong(known.otp), BY_EMAIL, {}, discreet);
        expect([response.status, codes(response)]).toEqual([400, ['InvalidOtp']]);
      }
    }
    now += 5 * MINUTE;
    for (const token of [known.token, unknown.json.data]) {
      expect(codes(await verify(token, known.otp, BY_EMAIL, {}, discreet))).toEqual(['OtpExpired']);
    }
  });

  it('answers tokens of one length', async () => {
    const known = await asked(BY_EMAIL, discreet);
    const unknown = await ask('someone@globex-people.test', BY_EMAIL, {}, discreet);
    expect(unknown.json.data).toHaveLength(known.token.length);
  });

  it('limits the tries of all codes of a recipient, whether anybody has the address or number or not', async () => {
    const { emailAddress, phoneNumber: number } = await discreet.member({ phoneNumber: phoneNumber() });
    const recipients: [Way, string[]][] = [
      [BY_EMAIL, [emailAddress, emailAddress.toUpperCase()]],
      [BY_EMAIL, ['unknown@globex-people.test', 'Unknown@Globex-People.test']],
      [BY_PHONE, [String(number), `tel:${number}`]],
      [BY_PHONE, ['+41791888888', '+41 79 188 88 88']],
    ];
    for (const [way, spellings] of recipients) {
      const statuses: number[] = [];
      for (const to of spellings) {
        const { json } = await ask(to, way, {}, discreet);
        for (let n = 0; n < 6; n += 1) statuses.push((await verify(json.data, 'wrong', way, {}, discreet)).status);
      }
      expect(statuses).toEqual([...Array(10).fill(400), 429, 429]);
    }
  });

  it('answers wrong codes as late, and not by a key that was used', async () => {
    // Given a key that is stored with an own sign-in
    const own = await asked(BY_EMAIL, discreet);
    const headers = { 'idempotency-key': 'used-by-myself' };
    expect((await verify(own.token, own.otp, BY_EMAIL, { headers }, discreet)).status).toBe(200);
    const known = await asked(BY_EMAIL, discreet);
    const unknown = await ask('late@globex-people.test', BY_EMAIL, {}, discreet);
    for (const token of [known.token, unknown.json.data]) {
      for (const options of [{}, { headers }]) {
        const startedAt = performance.now();
        // When
        const response = await verify(token, wrong(known.otp), BY_EMAIL, options, discreet);
        // Then
        expect([response.status, codes(response)]).toEqual([400, ['InvalidOtp']]);
        expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
      }
    }
    // Whoever has the code is told, and gets its keys again.
    expect(codes(await verify(known.token, known.otp, BY_EMAIL, { headers }, discreet))).toEqual([
      'IdempotencyKeyReused',
    ]);
    const again = await verify(own.token, own.otp, BY_EMAIL, { headers }, discreet);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });
});

describe('with an Idempotency-Key or If-Match', () => {
  it('sends one code for a repeated request, and answers the same token', async () => {
    const person = await client.member();
    const headers = { 'idempotency-key': 'otp-1' };
    const first = await ask(person.emailAddress, BY_EMAIL, { headers });
    const again = await ask(person.emailAddress, BY_EMAIL, { headers });
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
    expect(await mailsTo(client.tessera, person.id)).toHaveLength(1);
    expect((await ask('other@example.com', BY_EMAIL, { headers })).status).toBe(404);
    expect((await verify(again.json.data, await latestToken(client.tessera, person.id))).status).toBe(200);
  });

  it('gives the same keys to a repeated sign-in, as long as they hold', async () => {
    const { person, token, otp } = await asked();
    const headers = { 'idempotency-key': 'otp-2' };
    const first = await verify(token, otp, BY_EMAIL, { headers });
    expect(first.status).toBe(200);
    const again = await verify(token, otp, BY_EMAIL, { headers });
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(codes(await verify(token, wrong(otp), BY_EMAIL, { headers }))).toEqual(['IdempotencyKeyReused']);
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    await client.call('POST', `/users/${person.id}/lock`, { key });
    await client.call('POST', `/users/${person.id}/unlock`, { key });
    expect(codes(await verify(token, otp, BY_EMAIL, { headers }))).toEqual(['InvalidToken']);
  });

  it('a precondition never holds for who only asks, and holds whoever has the code to it', async () => {
    const { person, token, otp } = await asked();
    expect((await ask(person.emailAddress, BY_EMAIL, { headers: { 'if-match': '*' } })).status).toBe(412);
    const outdated = { headers: { 'if-match': '"9999"' } };
    expect(codes(await verify(token, wrong(otp), BY_EMAIL, outdated))).toEqual(['InvalidOtp']);
    expect((await verify(token, otp, BY_EMAIL, outdated)).status).toBe(412);
    const { version } = await client.tessera.user(person.id);
    expect((await verify(token, otp, BY_EMAIL, { headers: { 'if-match': `"${version}"` } })).status).toBe(200);
  });
});

it('too many tries are told to wait, and another code is no way out', async () => {
  const { person, token, otp } = await asked();
  const answers: number[] = [];
  for (let tries = 0; tries < 15; tries += 1) answers.push((await verify(token, wrong(otp))).status);
  expect(answers).toEqual([...Array(10).fill(400), ...Array(5).fill(429)]);
  const { json } = await ask(person.emailAddress);
  expect((await verify(json.data, await latestToken(client.tessera, person.id))).status).toBe(429);
  now += 6 * MINUTE;
  expect((await verify(token, otp)).status).toBe(400);
});

it('however a number is spelled, so many codes are sent to it', async () => {
  const person = await client.member({ phoneNumber: phoneNumber() });
  const number = String(person.phoneNumber);
  for (let n = 1; n <= 10; n += 1) expect((await ask(`${number};ext=${n}`, BY_PHONE)).status).toBe(200);
  const spaced = `${number.slice(0, 3)} ${number.slice(3)}`;
  for (const spelling of [number, spaced, `tel:${number}`]) {
    expect((await ask(spelling, BY_PHONE)).status).toBe(429);
  }
});
