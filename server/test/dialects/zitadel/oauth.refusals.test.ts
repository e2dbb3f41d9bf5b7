import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera, type TestResponse } from '../../support/tessera.ts';
import { rowCounts } from '../../system/mounted-routes.ts';
import {
  addKey,
  addMachine,
  addPat,
  addSecret,
  assertionOf,
  basic,
  type Claims,
  claimsOf,
  FORM,
  form,
  grantByKey,
  grantBySecret,
  JWT_BEARER,
  jwt,
  later,
  type MachineKey,
  segment,
} from './machine-support.ts';
import { END_USER, setState, zitadelSetup } from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

let id = '';
let secret = '';
let key: MachineKey;
let other: MachineKey;
beforeAll(async () => {
  id = await addMachine(tessera);
  secret = await addSecret(tessera, id);
  key = await addKey(tessera, id);
  other = await addKey(tessera, await addMachine(tessera));
});

const now = () => Math.floor(Date.now() / 1000);
const assertion = (change: Claims = {}, header: Claims = {}) => assertionOf(tessera, key, change, header);

function expectOAuthError(response: TestResponse, status: number, error: string): void {
  expect({ status: response.status, error: response.json.error }).toEqual({ status, error });
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('cache-control')).toBe('no-store');
}

/** Assertions of which each has one fault. */
const BAD_ASSERTIONS: Readonly<Record<string, () => string>> = {
  'that is no JWT': () => 'x.y',
  'in another spelling': () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const text = assertion();
    return text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) ?? '') ^ 1];
  },
  'of four parts': () => `${assertion()}.x`,
  'far too long': () => assertion({ filler: 'x'.repeat(9_000) }),
  'whose signature is cut': () => assertion().slice(0, -4),
  'without signature, alg none': () =>
    `${segment({ alg: 'none', kid: key.keyId })}.${segment(claimsOf(tessera, key))}.`,
  'signed by the public key, as if it were a shared secret': () => {
    const text = `${segment({ alg: 'HS256', kid: key.keyId })}.${segment(claimsOf(tessera, key))}`;
    const pem = key.publicKey.export({ type: 'spki', format: 'pem' });
    return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
  },
  'of an elliptic curve, all zero': () =>
    `${segment({ alg: 'ES256', kid: key.keyId })}.${segment(claimsOf(tessera, key))}.${Buffer.alloc(64).toString('base64url')}`,
  'signed by a longer digest of the same key': () => {
    const text = `${segment({ alg: 'RS512', kid: key.keyId })}.${segment(claimsOf(tessera, key))}`;
    return `${text}.${sign('sha512', Buffer.from(text), key.privateKey).toString('base64url')}`;
  },
  'that says RS256 and is signed otherwise': () => {
    const text = `${segment({ alg: 'RS256', kid: key.keyId })}.${segment(claimsOf(tessera, key))}`;
    return `${text}.${sign('sha512', Buffer.from(text), key.privateKey).toString('base64url')}`;
  },
  'that brings its own key': () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const header = { alg: 'RS256', kid: key.keyId, jwk: publicKey.export({ format: 'jwk' }) };
    return jwt(header, claimsOf(tessera, key), privateKey);
  },
  'that names where its key is': () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const header = { alg: 'RS256', kid: key.keyId, jku: 'http://127.0.0.1:9/keys', x5u: 'http://127.0.0.1:9/cert' };
    return jwt(header, claimsOf(tessera, key), privateKey);
  },
  'without key id': () => assertion({}, { kid: undefined }),
  'with a key id that is no text': () => assertion({}, { kid: 7 }),
  'with an unknown key id': () => assertion({}, { kid: '../../etc/passwd' }),
  "with the id of another machine's key": () => assertion({}, { kid: other.keyId }),
  "in another machine's name": () => assertion({ iss: other.userId, sub: other.userId }),
  'of an unknown machine': () => assertion({ iss: 'nobody', sub: 'nobody' }),
  "in a person's name": () => assertion({ iss: END_USER.id, sub: END_USER.id }),
  'by one in the name of another': () => assertion({ sub: other.userId }),
  'of a name that no database can look for': () => assertion({ iss: 'a\0b', sub: 'a\0b' }),
  'of half a surrogate pair': () => assertion({ iss: '\ud83d', sub: '\ud83d' }),
  'without issuer': () => assertion({ iss: undefined }),
  'without subject': () => assertion({ sub: undefined }),
  'for another audience': () => assertion({ aud: 'https://other.test' }),
  'for an address that begins like ours': () => assertion({ aud: `${tessera.url}.evil.test` }),
  'for no audience': () => assertion({ aud: undefined }),
  'without end': () => assertion({ exp: undefined }),
  'without beginning': () => assertion({ iat: undefined }),
  'that has expired': () => assertion({ exp: now() - 60 }),
  'made in the future': () => assertion({ iat: now() + 120, exp: now() + 240 }),
  'made too long ago': () => assertion({ iat: now() - 3_700 }),
  'not good yet': () => assertion({ nbf: now() + 120 }),
  'whose end is a text': () => assertion({ exp: 'tomorrow' }),
  'that is an access token by its type': () => assertion({}, { typ: 'at+jwt' }),
  'with an extension that must be understood': () => assertion({}, { crit: ['x'], x: 1 }),
  'with an unencoded payload': () => assertion({}, { crit: ['b64'], b64: false }),
};

describe('an assertion', () => {
  it.each(Object.entries(BAD_ASSERTIONS))('%s gives no token', async (_name, make) => {
    const response = await grantByKey(tessera, make());
    expectOAuthError(response, 400, 'invalid_grant');
    // Nobody learns what was wrong, nor who exists.
    expect(response.json).toEqual({ error: 'invalid_grant' });
  });

  it('is good while it lasts, more than once, with clocks that differ a little', async () => {
    const text = assertion();
    expect((await grantByKey(tessera, text)).status).toBe(200);
    expect((await grantByKey(tessera, text)).status).toBe(200);
    for (const change of [{ iat: now() + 20 }, { exp: now() - 20 }, { nbf: now() + 20 }, { iat: now() - 3_500 }]) {
      expect((await grantByKey(tessera, assertion(change))).status, JSON.stringify(change)).toBe(200);
    }
  });

  it('is good for as long as its key, and the token is too', async () => {
    const short = await addKey(tessera, id, later(2_500));
    const { status, json } = await grantByKey(tessera, assertionOf(tessera, short));
    expect(status).toBe(200);
    expect(json.expires_in).toBeLessThanOrEqual(3);
    const headers = { authorization: `Bearer ${json.access_token}` };
    const read = async () => (await tessera.send('GET', `/v2/users/${id}`, { headers })).status;
    expect(await read()).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 2_600));
    expect(await read()).toBe(401);
    expectOAuthError(await grantByKey(tessera, assertionOf(tessera, short)), 400, 'invalid_grant');
  });
});

describe('client credentials', () => {
  it('that fit nobody give the same refusal', async () => {
    const without = await addMachine(tessera);
    const attempts: [string, string][] = [
      [id, 'wrong'],
      [id, secret.slice(0, -1)],
      [id, `${secret}x`],
      [other.userId, secret],
      [without, secret],
      [without, ''],
      ['nobody', secret],
      [END_USER.id, END_USER.password],
      ['end.user', END_USER.pat],
      ['x'.repeat(300), secret],
      ['', secret],
    ];
    for (const [clientId, clientSecret] of attempts) {
      const response = await grantBySecret(tessera, clientId, clientSecret);
      expectOAuthError(response, 401, 'invalid_client');
      expect(response.json).toEqual({ error: 'invalid_client' });
      const fields = { grant_type: 'client_credentials' };
      const byBasic = await form(tessera, '/oauth/v2/token', fields, basic(clientId, clientSecret));
      expectOAuthError(byBasic, 401, 'invalid_client');
      expect(byBasic.headers.get('www-authenticate')).toMatch(/^Basic /);
    }
  });

  it.each(['locked', 'inactive', 'suspended', 'deleted'] as const)(
    'of a machine that is %s are no good',
    async (state) => {
      const machine = await addMachine(tessera);
      const own = await addSecret(tessera, machine);
      const ownKey = await addKey(tessera, machine);
      expect((await grantBySecret(tessera, machine, own)).status).toBe(200);
      await setState(tessera, machine, state);
      expectOAuthError(await grantBySecret(tessera, machine, own), 401, 'invalid_client');
      expectOAuthError(await grantByKey(tessera, assertionOf(tessera, ownKey)), 400, 'invalid_grant');
    },
  );

  it('must come in one way', async () => {
    const fields = { grant_type: 'client_credentials', client_secret: secret };
    expectOAuthError(await form(tessera, '/oauth/v2/token', fields, basic(id, secret)), 400, 'invalid_request');
    const named = { grant_type: 'client_credentials', client_id: 'other' };
    expectOAuthError(await form(tessera, '/oauth/v2/token', named, basic(id, secret)), 400, 'invalid_request');
    const bare = { grant_type: 'client_credentials' };
    const withNul = `Basic ${Buffer.from(`a%00b:${secret}`).toString('base64')}`;
    for (const authorization of [withNul, 'Basic !', 'Basic OnNlY3JldA==', `Bearer ${ACME.adminPat}`, 'Basic']) {
      expectOAuthError(await form(tessera, '/oauth/v2/token', bare, { authorization }), 401, 'invalid_client');
    }
  });
});

describe('the request', () => {
  const send = (body: string, headers = {}) =>
    tessera.send('POST', '/oauth/v2/token', { headers: { ...FORM, ...headers }, body });

  it('names one grant that is known, with what it needs', async () => {
    expectOAuthError(await send(''), 400, 'invalid_request');
    expectOAuthError(await send('grant_type='), 400, 'invalid_request');
    expectOAuthError(await send('grant_type=password&username=a&password=b'), 400, 'unsupported_grant_type');
    expectOAuthError(await send(`grant_type=${JWT_BEARER}`), 400, 'invalid_request');
    expectOAuthError(await send('grant_type=client_credentials'), 401, 'invalid_client');
    expectOAuthError(await send('grant_type=a&grant_type=b'), 400, 'invalid_request');
    expectOAuthError(await send('grant_type=client_credentials&scope=a&scope=b'), 400, 'invalid_request');
    expectOAuthError(await send('{}', { 'content-type': 'application/json' }), 415, 'invalid_request');
    expectOAuthError(await send('%'), 400, 'invalid_request');
    expectOAuthError(await tessera.send('GET', '/oauth/v2/token'), 405, 'invalid_request');
    expectOAuthError(await tessera.send('GET', '/oauth/v2/other'), 404, 'invalid_request');
  });

  it('leaves no trace, whether it succeeds or not', async () => {
    const before = await rowCounts(tessera);
    expect((await grantBySecret(tessera, id, secret)).status).toBe(200);
    expect((await grantByKey(tessera, assertion())).status).toBe(200);
    expect((await grantBySecret(tessera, id, 'wrong')).status).toBe(401);
    expect(await rowCounts(tessera)).toEqual(before);
  });

  it('a personal access token is no client secret, and a secret no token', async () => {
    const { token } = await addPat(tessera, id);
    expectOAuthError(await grantBySecret(tessera, id, token), 401, 'invalid_client');
    const headers = { authorization: `Bearer ${secret}` };
    expect((await tessera.send('GET', `/v2/users/${id}`, { headers })).status).toBe(401);
  });
});
