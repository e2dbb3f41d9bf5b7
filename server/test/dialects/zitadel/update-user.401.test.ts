import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera, type TestResponse } from '../../support/tessera.ts';
import {
  ADMIN,
  addUser,
  bearer,
  END,
  END_USER,
  expectRefusal,
  type Headers,
  leavesNoTrace,
  setState,
  update,
  write,
  zitadelSetup,
} from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

let id = '';
beforeAll(async () => {
  id = await addUser(tessera);
});

const INVALID_TOKEN = 'Errors.Token.Invalid (AUTH-7fs1e)';
const INVALID_HEADER = 'invalid auth header (AUTH-toLo1)';

function expectUnauthenticated(response: TestResponse, message: string): void {
  expectRefusal(response, 401, 16, message);
  expect(response.headers.get('www-authenticate')).toBe(message);
}

describe('a header that names no caller', () => {
  it.each<[string, Headers, string]>([
    ['no Authorization header', {}, 'auth header missing'],
    ['another scheme', { authorization: 'Basic YTpi' }, INVALID_HEADER],
    ['the scheme in lower case', { authorization: 'bearer token' }, INVALID_HEADER],
    ['the scheme alone', { authorization: 'Bearer' }, INVALID_HEADER],
    ['the scheme twice', { authorization: 'Bearer Bearer token' }, INVALID_HEADER],
    ['an unknown token', bearer('unknown'), INVALID_TOKEN],
    ['the beginning of a token', bearer(ACME.adminPat.slice(0, -1)), INVALID_TOKEN],
    ['a token and more', bearer(`${ACME.adminPat}0`), INVALID_TOKEN],
    ['a token in other letter case', bearer(ACME.adminPat.toUpperCase()), INVALID_TOKEN],
    ['a token with one bit flipped', bearer(`${ACME.adminPat.slice(0, -1)}1`), INVALID_TOKEN],
    ['a token with something behind it', { authorization: `${ADMIN['authorization']} x` }, INVALID_TOKEN],
  ])('%s', async (_what, headers, message) => {
    await leavesNoTrace(tessera, id, async () =>
      expectUnauthenticated(await update(tessera, id, { username: 'nobody' }, headers), message),
    );
  });
});

it.each([
  ['broken JSON', '{'],
  ['a broken rule', { username: '' }],
  ['an unknown organization', {}],
])('authentication comes before %s', async (what, body) => {
  const headers = what === 'an unknown organization' ? { 'x-zitadel-orgid': 'unknown' } : {};
  expectUnauthenticated(await update(tessera, id, body, headers), 'auth header missing');
});

it.each(['locked', 'suspended', 'inactive', 'initial', 'deleted'] as const)(
  'a token whose user is %s',
  async (state) => {
    await setState(tessera, END_USER.id, state);
    const response = await update(tessera, END_USER.id, { username: 'end.user.2' }, END);
    expectUnauthenticated(response, INVALID_TOKEN);
    await setState(tessera, END_USER.id, 'active');
  },
);

it('a token that has expired', async () => {
  let now = Date.now();
  const clocked = await startTessera(zitadelSetup(), { clock: () => now });
  const user = await clocked.user(END_USER.id);
  const tokens = user.credentials.tokens.map((token) => ({ ...token, expiresAt: now + 1000 }));
  await write(clocked, { ...user, credentials: { ...user.credentials, tokens } }, false);
  expect((await update(clocked, END_USER.id, { username: 'before' }, END)).status).toBe(200);
  now += 1000;
  expectUnauthenticated(await update(clocked, END_USER.id, { username: 'after' }, END), INVALID_TOKEN);
  await clocked.stop();
});

it('a token that was withdrawn with its user', async () => {
  const other = await startTessera(zitadelSetup());
  expect((await other.send('GET', `/v2/users/${END_USER.id}`, { headers: END })).status).toBe(200);
  expect((await other.send('DELETE', `/v2/users/${END_USER.id}`, { headers: ADMIN })).status).toBe(200);
  expectUnauthenticated(await other.send('GET', `/v2/users/${END_USER.id}`, { headers: END }), INVALID_TOKEN);
  await other.stop();
});
