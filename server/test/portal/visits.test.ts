import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LINK_LIFETIME, VISIT_LIFETIME } from '../../src/app/links.ts';
import { type Client, clientOf } from '../dialects/avibra/support.ts';
import { call } from '../http/raw.ts';
import { storedIn } from '../support/at-rest.ts';
import { ACME } from '../support/setup.ts';
import { startTessera, type Tessera, type TestResponse } from '../support/tessera.ts';
import { cookieOf, FORM_TYPE, fieldsOf, openLink, tokenFor, visit } from './support.ts';

const PUBLIC_URL = 'https://id.example.com/people';

/** The wall clock and what the test adds to it. */
let later = 0;
let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera(undefined, { clock: () => Date.now() + later });
  client = await clientOf(t);
});
afterAll(() => t.stop());

/** What every page says to browsers, besides its own status. */
function expectPage({ status, headers, text }: TestResponse, expected: number): void {
  expect(status, text).toBe(expected);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  expect(text).toMatch(/^<!doctype html>\n<html lang="(en|de)">/);
  // No script, and no address that a request could have had a say in.
  expect(text).not.toMatch(/<script|javascript:|\son\w+=|https?:/i);
}

async function moveState(userid: string, action: string): Promise<void> {
  const { id } = await client.user(userid);
  const [method, path] = action === 'delete' ? ['DELETE', ''] : ['POST', `/${action}`];
  const headers = { authorization: `Bearer ${ACME.adminPat}` };
  const { status } = await t.send(method, `/v2/users/${id}${path}`, {
    headers,
    ...(method === 'POST' && { body: {} }),
  });
  if (status !== 200) throw new Error(`${action}: ${status}`);
}

describe('a link', () => {
  it('given a token, when it is opened, then it becomes a strict cookie and leaves the address', async () => {
    const token = await tokenFor(t, await client.create({ firstname: 'Lin' }));
    const opened = await openLink(t, token);
    expectPage(opened, 200);
    expect(opened.headers.get('set-cookie')).toMatch(
      /^tessera-portal=[0-9a-f]{64}; Path=\/; Max-Age=1800; HttpOnly; SameSite=Strict$/,
    );
    // A page of ours leads on: browsers send no strict cookie with what another site began, redirects included.
    expect(opened.text).toContain('<meta http-equiv="refresh" content="0; url=portal">');
    expect(opened.text).toContain('<a href="portal">');
    expect(opened.text).not.toContain(token);
    const page = await t.send('GET', '/portal', { headers: { cookie: cookieOf(opened) } });
    expectPage(page, 200);
    expect(fieldsOf(page.text)).toMatchObject({ givenName: 'Lin', familyName: 'Doe' });
    expect(page.text).not.toContain(token);
  });

  it('given TLS, when it is opened, then the cookie has the prefix that binds it to the host', async () => {
    const over = await startTessera(undefined, {}, undefined, ['--public-url', PUBLIC_URL]);
    const userid = await (await clientOf(over)).create();
    const opened = await openLink(over, await tokenFor(over, userid));
    expect(opened.headers.get('set-cookie')).toMatch(
      /^__Host-tessera-portal=[0-9a-f]{64}; Path=\/; Max-Age=1800; HttpOnly; SameSite=Strict; Secure$/,
    );
    const cookie = cookieOf(opened);
    expect((await over.send('GET', '/portal', { headers: { cookie } })).status).toBe(200);
    // A cookie without the prefix may be somebody else's.
    const bare = cookie.replace('__Host-', '');
    expect((await over.send('GET', '/portal', { headers: { cookie: bare } })).status).toBe(403);
    await over.stop();
  });

  it('given a token that was used, when it is opened again, then it is gone', async () => {
    const token = await tokenFor(t, await client.create());
    await openLink(t, token);
    const again = await openLink(t, token);
    expectPage(again, 410);
    expect(again.headers.get('set-cookie')).toBeNull();
    expect(again.text).toContain('This link has been used');
  });

  it('given a token, when it is opened ten times at once, then one visit begins', async () => {
    const token = await tokenFor(t, await client.create());
    const answers = await Promise.all(Array.from({ length: 10 }, () => openLink(t, token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(410)]);
  });

  it.each([
    ['HEAD', {}],
    ['GET', { 'sec-purpose': 'prefetch;prerender' }],
    ['GET', { purpose: 'prefetch' }],
  ] as const)(
    'given a program that only looks, when it asks with %s %j, then the token stays good',
    async (method, headers) => {
      const token = await tokenFor(t, await client.create());
      const looked = await t.send(method, `/portal?linktoken=${token}`, { headers });
      expect(looked.status).toBe(method === 'HEAD' ? 200 : 503);
      expect(looked.headers.get('set-cookie')).toBeNull();
      expect((await openLink(t, token)).status).toBe(200);
    },
  );

  it('given ten minutes, when they are over, then the token is none', async () => {
    const token = await tokenFor(t, await client.create());
    later += LINK_LIFETIME - 10_000;
    const [inTime, late] = [await tokenFor(t, await client.create()), token];
    later += 10_001;
    expectPage(await openLink(t, late), 403);
    expect((await openLink(t, inTime)).status).toBe(200);
  });

  it('given a token, when any of it is changed, then it is none and the token stays good', async () => {
    const token = await tokenFor(t, await client.create());
    const wrong = [
      '',
      token.slice(1),
      token.slice(0, -1),
      `${token}0`,
      token.toUpperCase(),
      `${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`,
      `${token}%20`,
      `%2b${token}`,
      '0'.repeat(64),
      '__proto__',
      '%3Cscript%3E',
    ].filter((text) => text !== token);
    for (const text of wrong) expectPage(await openLink(t, text), 403);
    expectPage(await t.send('GET', `/portal?linktoken=${token}&linktoken=${token}`), 400);
    expectPage(await t.send('GET', `/portal?linktoken=${token}&x=%zz`), 400);
    expect((await openLink(t, token)).status).toBe(200);
  });

  it('given a token, when it is used as anything else, then it opens nothing', async () => {
    const token = await tokenFor(t, await client.create());
    for (const headers of [{ authorization: `Bearer ${token}` }, { 'auth-key': token, 'brand-url': ACME.brandUrl }]) {
      expect((await t.send('GET', '/v2/users/1', { headers })).status).toBe(401);
      expect(
        (await t.send('GET', '/api/v1/users/me', { headers: { 'brand-url': ACME.brandUrl, ...headers } })).status,
      ).toBe(401);
    }
    expect((await t.send('GET', '/portal', { headers: { cookie: `tessera-portal=${token}` } })).status).toBe(403);
    const cookie = cookieOf(await openLink(t, token));
    // Nor does the key of a visit.
    expect((await openLink(t, cookie.split('=')[1] ?? '')).status).toBe(403);
  });

  it('given tokens and visits, when the database is read, then none of them is found in it', async () => {
    const userid = await client.create();
    const token = await tokenFor(t, userid);
    const { cookie } = await visit(t, userid);
    const stored = await storedIn(t.database);
    const found = [token, cookie.split('=')[1] ?? ''].filter((secret) =>
      [...stored.values()].some((bytes) => bytes.includes(secret)),
    );
    expect(found).toEqual([]);
  });
});

describe('a visit', () => {
  it.each(['lock', 'deactivate', 'delete'])(
    'given a user, when it is moved by %s, then link and visit end at once',
    async (action) => {
      const userid = await client.create();
      const token = await tokenFor(t, userid);
      const open = await visit(t, userid);
      await open.get();
      const { id } = await client.user(userid);
      await moveState(userid, action);
      const before = await t.events(id);

      expectPage(await openLink(t, token), 403);
      expectPage(await open.save({ givenName: 'After' }), 403);
      expectPage(await open.get(), 403);
      expect(await t.events(id)).toEqual(before);
    },
  );

  it('given half an hour, when it is over, then the visit ends', async () => {
    const open = await visit(t, await client.create());
    expect((await open.get()).status).toBe(200);
    later += VISIT_LIFETIME - 60_000;
    expect((await open.get()).status).toBe(200);
    later += 60_001;
    const ended = await open.get();
    expectPage(ended, 403);
    expect(ended.text).toContain('Your visit has ended');
  });

  it.each<[string, (cookie: string) => string | null]>([
    ['no cookie', () => null],
    ['a cookie without a value', () => 'tessera-portal='],
    ['another key', (cookie) => `${cookie.slice(0, -1)}${cookie.endsWith('0') ? '1' : '0'}`],
    ['a part of the key', (cookie) => cookie.slice(0, -1)],
    ['the cookie twice', (cookie) => `${cookie}; ${cookie}`],
    ['two keys', (cookie) => `${cookie}; tessera-portal=${'0'.repeat(64)}`],
    ['another name', (cookie) => `x${cookie}`],
  ])('given %s, when the page is asked for, then there is none', async (_what, change) => {
    const { cookie } = await visit(t, await client.create());
    const changed = change(cookie);
    expectPage(await t.send('GET', '/portal', { headers: changed === null ? {} : { cookie: changed } }), 403);
    // A control: the cookie among others
    const headers = { cookie: `a=b;${cookie}; c=d` };
    expect((await t.send('GET', '/portal', { headers })).status).toBe(200);
  });

  it('given two users, when each has a visit, then each sees itself', async () => {
    const [ann, ben] = [await client.create({ firstname: 'Ann' }), await client.create({ firstname: 'Ben' })];
    const [hers, his] = [await visit(t, ann), await visit(t, ben)];
    expect(fieldsOf((await hers.get()).text).givenName).toBe('Ann');
    expect(fieldsOf((await his.get()).text).givenName).toBe('Ben');
    // The form of one is none of the other's.
    const { token = '' } = fieldsOf((await hers.get()).text);
    await his.get();
    expectPage(await his.save({ token, givenName: 'Eve' }), 403);
    expect((await client.user(ben)).profile.givenName).toBe('Ben');
  });

  it('given a visit, when the user finishes it, then the key is worth nothing and the cookie goes', async () => {
    const open = await visit(t, await client.create());
    const { token = '' } = fieldsOf((await open.get()).text);
    expectPage(await open.post('/portal/end', 'token=x'), 403);
    const ended = await open.post('/portal/end', `token=${token}`);
    expectPage(ended, 200);
    expect(ended.headers.get('set-cookie')).toMatch(/^tessera-portal=; Path=\/; Max-Age=0; HttpOnly; SameSite=Strict$/);
    expectPage(await open.get(), 403);
    expectPage(await open.post('/portal/end', `token=${token}`), 403);
  });
});

describe('what is refused', () => {
  it.each<[string, string, string, number]>([
    ['GET', '/portal/', '', 404],
    ['GET', '/portal/x', '', 404],
    ['GET', '/portal/%zz', '', 400],
    ['GET', '/portal/end', '', 405],
    ['PUT', '/portal', '', 405],
    ['OPTIONS', '/portal', '', 405],
    ['POST', '/portal', 'a=b', 403],
  ])('%s %s is a page', async (method, path, body, status) => {
    const headers = { 'content-type': FORM_TYPE };
    expectPage(await t.send(method, path, body === '' ? {} : { headers, body }), status);
  });

  it('given a body that is no form of ours, when it is sent, then nothing is changed', async () => {
    const userid = await client.create();
    const before = await client.events(userid);
    const open = await visit(t, userid);
    const { token = '', version = '' } = fieldsOf((await open.get()).text);
    const sound = `token=${token}&version=${version}&givenName=Eve`;
    const bad: [string, number][] = [
      ['', 400],
      [sound.replace('version=', 'v='), 400],
      [sound.replace('version=', 'version=x'), 400],
      [`${sound}&givenName=Eva`, 400],
      [`${sound}&token=${token}`, 400],
      [`${sound}&x=%zz`, 400],
      [`${sound}&email=a%00b`, 400],
      [`${sound}&email=%ff`, 400],
      [`${sound}${'&x=1'.repeat(1000)}`, 400],
      [`${sound}&x=${'x'.repeat(1024 * 1024)}`, 413],
      [sound.replace(token, ''), 403],
      [sound.replace(token, `${token}a`), 403],
      [sound.replace(`token=${token}&`, ''), 403],
    ];
    for (const [body, status] of bad) {
      const answer = await open.post('/portal', body);
      expect([body.slice(0, 200), answer.status]).toEqual([body.slice(0, 200), status]);
      expectPage(answer, status);
    }
    expectPage(await open.post('/portal', '{}', { 'content-type': 'application/json' }), 415);
    expectPage(await open.post('/portal', sound, { 'content-encoding': 'gzip' }), 415);
    expect(await client.events(userid)).toEqual(before);
    expect((await open.post('/portal', sound)).status).toBe(303);
  });

  it('given a Content-Type twice, when it is sent, then the request is malformed', async () => {
    const type = `Content-Type: ${FORM_TYPE}`;
    const answer = await call(Number(new URL(t.url).port), 'POST', '/portal', [type, type], 'a=b');
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  });

  it.each<[string, string]>([
    ['de', 'de'],
    ['de-CH, en;q=0.5', 'de'],
    ['fr, de;q=0.4, en;q=0.9', 'en'],
    ['fr', 'en'],
  ])('given %s, when there is nobody to ask, then the page is in %s', async (accepted, language) => {
    const answer = await t.send('GET', '/portal', { headers: { 'accept-language': accepted } });
    expect(answer.headers.get('content-language')).toBe(language);
    expect(answer.text).toContain(`<html lang="${language}">`);
  });
});
