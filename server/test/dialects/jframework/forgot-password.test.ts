import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storedIn } from '../../support/at-rest.ts';
import { freshDatabase } from '../../support/engine.ts';
import { countRows } from '../../support/rows.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { latestToken, mailsTo } from './mails.ts';
import { ADMIN, brandsSetup, Client, codes, HIGH, type Member, SHARED_CONTACTS } from './support.ts';

const NEW = 'brand-new-passw0rd';
const LINK = `https://${ACME.brandUrl}/reset`;
const HOUR = 60 * 60 * 1000;

let now = Date.now();
const folder = mkdtempSync(join(tmpdir(), 'tessera-forgot-'));
let client: Client;
beforeAll(async () => {
  const setup = brandsSetup();
  const [acme, globex] = setup.organizations;
  if (acme.jframework === undefined || globex.jframework === undefined) throw new Error('both are brands');
  acme.jframework.domainWhiteListURLs = ['https://pages.acme-links.test/x', 'localhost'];
  globex.jframework.hidesUnknownAddresses = true;
  const fresh = await freshDatabase(folder);
  const env = { ...fresh.env, TESSERA_TRUSTED_PROXIES: '127.0.0.1' };
  const given = { ...fresh, args: ['--database', fresh.url], env };
  client = new Client(await startTessera(setup, { clock: () => now }, given));
});
afterAll(async () => {
  await client.tessera.stop();
  rmSync(folder, { recursive: true, force: true });
});

const forgot = (emailAddress: unknown, resetPasswordLink: unknown = LINK, options: object = {}) =>
  client.call('POST', '/users/forgot-password', { body: { emailAddress, resetPasswordLink }, ...options });

const reset = (emailAddress: unknown, token: unknown, newPassword: unknown = NEW, options: object = {}) =>
  client.call('POST', '/users/reset-password', { body: { emailAddress, token, newPassword }, ...options });

/** Asks for a mail. @returns its token */
async function tokenFor({ emailAddress, id }: Member): Promise<string> {
  expect((await forgot(emailAddress)).status).toBe(200);
  return latestToken(client.tessera, id);
}

describe('POST /users/forgot-password', () => {
  it('mails a link of the brand’s own to the stored address', async () => {
    // Given
    const person = await client.member();
    const { sequence } = await client.tessera.user(person.id);
    // When it is spelled in another way
    const response = await forgot(person.emailAddress.toUpperCase());
    // Then
    expect([response.status, response.json.data]).toEqual([200, true]);
    const [mail, ...more] = await mailsTo(client.tessera, person.id);
    expect(more).toEqual([]);
    expect(mail).toMatchObject({
      kind: 'reset_password',
      channel: 'email',
      to: person.emailAddress,
      urlTemplate: `${LINK}?token={{.Code}}`,
    });
    expect((await client.gained(person.id, sequence)).map(([type]) => type)).toEqual(['user.password_code_added']);
    // Who asks has proved nothing, and learns no version.
    expect(response.headers.get('etag')).toBeNull();
    expect((await client.get(person.id, person.key)).status).toBe(200);
  });

  it('the token is nowhere in the database as it is', async () => {
    const token = await tokenFor(await client.member());
    expect(token).toMatch(/^[A-Za-z0-9]{12}$/);
    for (const bytes of (await storedIn(client.tessera.database)).values()) expect(bytes.includes(token)).toBe(false);
  });

  it.each([
    [`https://${ACME.brandUrl}/`, `https://${ACME.brandUrl}/?token={{.Code}}`],
    [
      `https://${ACME.brandUrl.toUpperCase()}:8443/a?b=c`,
      `https://${ACME.brandUrl.toUpperCase()}:8443/a?b=c&token={{.Code}}`,
    ],
    ['https://pages.acme-links.test/#/reset', 'https://pages.acme-links.test/?token={{.Code}}#/reset'],
    ['http://localhost:3000/reset', 'http://localhost:3000/reset?token={{.Code}}'],
    [`${LINK}?token=mine&a=b&TOKEN=mine&%74oken=mine&tokens=c#token`, `${LINK}?a=b&tokens=c&token={{.Code}}#token`],
    [`${LINK}/{{.UserID}}?x={{.Code}}`, `${LINK}/%7B%7B.UserID%7D%7D?x=%7B%7B.Code%7D%7D&token={{.Code}}`],
  ])('takes %s', async (link, urlTemplate) => {
    const person = await client.member();
    expect((await forgot(person.emailAddress, link)).status).toBe(200);
    expect((await mailsTo(client.tessera, person.id)).at(-1)?.urlTemplate).toBe(urlTemplate);
  });

  it.each([
    'https://evil.test/',
    `https://sub.${ACME.brandUrl}/`,
    `https://${ACME.brandUrl}.evil.test/`,
    `https://evil.test/https://${ACME.brandUrl}/`,
    `https://${ACME.brandUrl}@evil.test/`,
    `https://evil.test#@${ACME.brandUrl}/`,
    `https://evil.test\\@${ACME.brandUrl}/`,
    `https://${ACME.brandUrl}./`,
    `http://${ACME.brandUrl}/`,
    `//${ACME.brandUrl}/`,
    `javascript:alert(1)//${ACME.brandUrl}`,
    `https://${GLOBEX.brandUrl}/`,
    `https://{{.Code}}.${ACME.brandUrl}/`,
    ACME.brandUrl,
    '/reset',
    'no link',
  ])('refuses the link %s, and sends nothing', async (link) => {
    const person = await client.member();
    const response = await forgot(person.emailAddress, link);
    expect([response.status, codes(response)]).toEqual([400, ['InvalidResetPasswordLink']]);
    expect(await mailsTo(client.tessera, person.id)).toEqual([]);
  });

  it.each([
    [{}, ['EmailAddressRequired', 'ResetPasswordLinkRequired']],
    [{ emailAddress: ['a@b.ch', 'evil@evil.test'], resetPasswordLink: LINK }, ['InvalidEmailAddress']],
    [{ emailAddress: 'no address', resetPasswordLink: 'no link' }, ['InvalidEmailAddress', 'InvalidResetPasswordLink']],
  ])('refuses %j', async (body, expected) => {
    const before = await countRows(client.tessera.database, 'outbox');
    const response = await client.call('POST', '/users/forgot-password', { body });
    expect([response.status, codes(response)]).toEqual([400, expected]);
    expect(await countRows(client.tessera.database, 'outbox')).toBe(before);
  });

  it('404 for an address that nobody has, of another brand, of a deleted user, and where addresses are shared', async () => {
    const stranger = await new Client(client.tessera, HIGH).member({ password: 'Passw0rd!' });
    const gone = await client.member();
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    await client.call('DELETE', `/users/${gone.id}`, { key });
    for (const address of ['nobody@example.com', stranger.emailAddress, gone.emailAddress]) {
      const refused = await forgot(address);
      expect([refused.status, codes(refused)]).toEqual([404, ['UserNotFound']]);
    }
    const shared = new Client(client.tessera, SHARED_CONTACTS);
    const someone = await shared.member();
    const body = { emailAddress: someone.emailAddress, resetPasswordLink: `https://${SHARED_CONTACTS}/` };
    expect((await shared.call('POST', '/users/forgot-password', { body })).status).toBe(404);
  });

  it('a retry with the same key sends no second mail; no version can match', async () => {
    const person = await client.member();
    const headers = { 'idempotency-key': `forgot-${person.id}` };
    const first = await forgot(person.emailAddress, LINK, { headers });
    const again = await forgot(person.emailAddress, LINK, { headers });
    expect([first.status, again.text]).toEqual([200, first.text]);
    expect(await mailsTo(client.tessera, person.id)).toHaveLength(1);
    expect((await forgot(person.emailAddress, `${LINK}2`, { headers })).status).toBe(422);
    for (const tag of ['*', `"${(await client.tessera.user(person.id)).version}"`]) {
      expect((await forgot(person.emailAddress, LINK, { headers: { 'if-match': tag } })).status).toBe(412);
    }
    expect(await mailsTo(client.tessera, person.id)).toHaveLength(1);
  });
});

describe('POST /users/reset-password', () => {
  it('sets the password, ends every session, and the token is used up', async () => {
    const person = await client.member();
    const token = await tokenFor(person);
    const { sequence } = await client.tessera.user(person.id);
    // When
    const response = await reset(person.emailAddress, token);
    // Then
    expect([response.status, response.json.data]).toEqual([200, true]);
    expect((await client.gained(person.id, sequence)).map(([type]) => type)).toEqual(['user.password_changed']);
    expect((await client.get(person.id, person.key)).status).toBe(401);
    expect((await client.signIn(person.username, NEW)).status).toBe(200);
    const again = await reset(person.emailAddress, token, 'another-passw0rd');
    expect([again.status, codes(again)]).toEqual([400, ['InvalidToken']]);
    expect((await client.signIn(person.username, NEW)).status).toBe(200);
  });

  it('of many at once with the right token one succeeds', async () => {
    const person = await client.member();
    const token = await tokenFor(person);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => reset(person.emailAddress, token, `${NEW}${n}`)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const types = (await client.tessera.events(person.id)).map(({ type }) => type);
    expect(types.filter((type) => type === 'user.password_changed')).toHaveLength(1);
  });

  it('dies after five wrong tries', async () => {
    const person = await client.member();
    const token = await tokenFor(person);
    const { sequence } = await client.tessera.user(person.id);
    const answers = await Promise.all(Array.from({ length: 15 }, () => reset(person.emailAddress, 'wrong')));
    expect(answers.map((answer) => codes(answer))).toEqual(answers.map(() => ['InvalidToken']));
    expect((await client.gained(person.id, sequence)).map(([type]) => type)).toEqual(
      Array.from({ length: 5 }, () => 'user.password_code_failed'),
    );
    expect(codes(await reset(person.emailAddress, token))).toEqual(['InvalidToken']);
    expect((await client.signIn(person.username, person.password)).status).toBe(200);
  });

  it('wrong tries from one place keep nobody out at another', async () => {
    const person = await client.member();
    const attacker = { headers: { 'x-forwarded-for': '203.0.113.5' } };
    for (let n = 0; n < 30; n += 1) {
      expect((await reset(person.emailAddress, 'wrong', NEW, attacker)).status).toBe(400);
    }
    const owner = { headers: { 'x-forwarded-for': '203.0.113.6' } };
    expect((await reset(person.emailAddress, await tokenFor(person), NEW, owner)).status).toBe(200);
  });

  it('expires after an hour', async () => {
    const [person, other] = [await client.member(), await client.member()];
    const token = await tokenFor(person);
    const second = await tokenFor(other);
    now += HOUR - 1;
    expect((await reset(other.emailAddress, second)).status).toBe(200);
    now += 1;
    expect(codes(await reset(person.emailAddress, token))).toEqual(['InvalidToken']);
  });

  it('a newer token ends the one before, a changed address ends both', async () => {
    const person = await client.member();
    const first = await tokenFor(person);
    const second = await tokenFor(person);
    expect(codes(await reset(person.emailAddress, first))).toEqual(['InvalidToken']);
    const moved = { username: person.username, emailAddress: `moved.${person.emailAddress}` };
    expect((await client.put(person, moved)).status).toBe(200);
    expect(codes(await reset(moved.emailAddress, second))).toEqual(['InvalidToken']);
  });

  it('is for the user it was mailed to, at its own brand', async () => {
    const [person, other] = [await client.member(), await client.member()];
    const token = await tokenFor(person);
    expect(codes(await reset(other.emailAddress, token))).toEqual(['InvalidToken']);
    expect((await reset(person.emailAddress, token, NEW, { brand: HIGH })).status).toBe(404);
    const unknown = await reset('nobody@example.com', token);
    expect([unknown.status, codes(unknown)]).toEqual([404, ['UserNotFound']]);
    expect((await reset(person.emailAddress, token)).status).toBe(200);
  });

  it.each([
    [{ token: '' }, ['TokenRequired']],
    [{ token: null }, ['TokenRequired']],
    [{ token: 0 }, ['InvalidToken']],
    [{ token: [] }, ['InvalidToken']],
    [{ token: {} }, ['InvalidToken']],
    [{ newPassword: undefined }, ['NewPasswordRequired']],
    [{ newPassword: 'four' }, ['InvalidPassword']],
  ])('refuses %j and writes nothing', async (more, expected) => {
    const person = await client.member();
    const token = await tokenFor(person);
    const before = await client.tessera.events(person.id);
    const body = { emailAddress: person.emailAddress, token, newPassword: NEW, ...more };
    const response = await client.call('POST', '/users/reset-password', { body });
    expect([response.status, codes(response)]).toEqual([400, expected]);
    expect(await client.tessera.events(person.id)).toEqual(before);
    expect((await reset(person.emailAddress, token)).status).toBe(200);
  });

  it('tells the rules, and versions, only to whoever has the token', async () => {
    const person = await client.member();
    const token = await tokenFor(person);
    expect(codes(await reset(person.emailAddress, 'wrong', 'four'))).toEqual(['InvalidToken']);
    const headers = { 'if-match': '"99"' };
    expect(codes(await reset(person.emailAddress, 'wrong', NEW, { headers }))).toEqual(['InvalidToken']);
    expect((await reset(person.emailAddress, token, NEW, { headers })).status).toBe(412);
    const tag = { 'if-match': `"${(await client.tessera.user(person.id)).version}"` };
    expect((await reset(person.emailAddress, token, NEW, { headers: tag })).status).toBe(200);
  });

  it('a retry with the same key gets the same answer', async () => {
    const person = await client.member();
    const token = await tokenFor(person);
    const headers = { 'idempotency-key': `reset-${person.id}` };
    const first = await reset(person.emailAddress, token, NEW, { headers });
    const again = await reset(person.emailAddress, token, NEW, { headers });
    expect([first.status, again.text]).toEqual([200, first.text]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  it('brings back nobody who is locked', async () => {
    const person = await client.member();
    for (let n = 0; n < 10; n += 1) await client.signIn(person.username, 'wrong password');
    expect((await reset(person.emailAddress, await tokenFor(person))).status).toBe(200);
    expect(codes(await client.signIn(person.username, NEW))).toEqual(['UserLocked']);
  });

  it('takes a code that was asked for through another API, and the other way round', async () => {
    const headers = { authorization: `Bearer ${ACME.adminPat}` };
    const person = await client.member();
    const { verificationCode } = (
      await client.tessera.send('POST', `/v2/users/${person.id}/password_reset`, { headers, body: { returnCode: {} } })
    ).json;
    expect((await reset(person.emailAddress, verificationCode)).status).toBe(200);
    const body = { newPassword: { password: 'An0ther-pass!' }, verificationCode: await tokenFor(person) };
    expect((await client.tessera.send('POST', `/v2/users/${person.id}/password`, { headers, body })).status).toBe(200);
    expect((await client.signIn(person.username, 'An0ther-pass!')).status).toBe(200);
  });
});

describe('a brand that hides unknown addresses', () => {
  const link = `https://${GLOBEX.brandUrl}/`;
  const call = (path: string, body: object, headers = {}) =>
    new Client(client.tessera, GLOBEX.brandUrl).call('POST', path, { body, headers });
  const told = ({ status, json, headers }: Awaited<ReturnType<typeof call>>) => {
    const errors = json.errors.map(({ code, message }: { code: string; message: string }) => [code, message]);
    return [status, json.data, json.message, errors, [...headers.keys()]];
  };

  it('answers the same for known and unknown ones, as late', async () => {
    const globex = new Client(client.tessera, GLOBEX.brandUrl);
    const person = await globex.member();
    const [known, unknown] = [person.emailAddress, 'nobody@example.com'];
    // And a key that was used by somebody else
    const own = await globex.member();
    await call('/users/forgot-password', { emailAddress: own.emailAddress, resetPasswordLink: link });
    const ownToken = await latestToken(client.tessera, own.id);
    const used = { 'idempotency-key': 'used' };
    const mine = { emailAddress: own.emailAddress, token: ownToken, newPassword: NEW };
    expect((await call('/users/reset-password', mine, used)).status).toBe(200);
    const tries = (emailAddress: string) => [
      () => call('/users/forgot-password', { emailAddress, resetPasswordLink: link }),
      () => call('/users/forgot-password', { emailAddress, resetPasswordLink: link }, { 'idempotency-key': 'hidden' }),
      () => call('/users/forgot-password', { emailAddress, resetPasswordLink: link }, { 'idempotency-key': 'hidden' }),
      () => call('/users/forgot-password', { emailAddress, resetPasswordLink: link }, { 'if-match': '"1"' }),
      () => call('/users/reset-password', { emailAddress, token: 'wrong', newPassword: NEW }),
      () => call('/users/reset-password', { emailAddress, token: 'wrong', newPassword: NEW }, { 'if-match': '"1"' }),
      () => call('/users/reset-password', { emailAddress, token: 'wrong', newPassword: NEW }, used),
    ];
    const other = tries(unknown);
    for (const [index, attempt] of tries(known).entries()) {
      const startedAt = performance.now();
      const answer = await other[index]?.();
      if (answer?.status === 200) expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
      expect(answer && told(answer)).toEqual(told(await attempt()));
    }
    expect(await mailsTo(client.tessera, person.id)).toHaveLength(3);
    const token = await latestToken(client.tessera, person.id);
    expect((await call('/users/reset-password', { emailAddress: known, token, newPassword: NEW })).status).toBe(200);
  });
});
