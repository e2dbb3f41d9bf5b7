import { createPublicKey, verify } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { EMPTY_USER } from '../../../src/core/user/user.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import {
  addKey,
  addMachine,
  addPat,
  addSecret,
  assertionOf,
  basic,
  form,
  grantByKey,
  grantBySecret,
  JWT_BEARER,
  post,
  SCOPE,
} from './machine-support.ts';
import { ADMIN, bearer, expectRefusal, setState, write, zitadelSetup } from './support.ts';

const tessera = await startTessera(zitadelSetup());
afterAll(() => tessera.stop());

const get = (path: string, headers = {}) => tessera.send('GET', path, { headers });
const me = (id: string, token: string) => get(`/v2/users/${id}`, bearer(token));
const BAD_TOKEN = 'Errors.Token.Invalid (AUTH-7fs1e)';
const jwtMachine = () => addMachine(tessera, { credentials: { ...EMPTY_USER.credentials, accessTokenType: 'jwt' } });

describe('discovery', () => {
  it('tells the endpoints under the public address, whatever the request says', async () => {
    const plain = await get('/.well-known/openid-configuration');
    expect(plain.status).toBe(200);
    expect(plain.json).toMatchObject({
      issuer: tessera.url,
      token_endpoint: `${tessera.url}/oauth/v2/token`,
      introspection_endpoint: `${tessera.url}/oauth/v2/introspect`,
      jwks_uri: `${tessera.url}/oauth/v2/keys`,
      grant_types_supported: ['client_credentials', JWT_BEARER],
    });
    const forged = await get('/.well-known/openid-configuration', {
      'x-forwarded-host': 'evil.test',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.test',
      'x-zitadel-instance-host': 'evil.test',
      'x-zitadel-public-host': 'evil.test',
    });
    expect(forged.text).toBe(plain.text);
  });

  it('is all there is under /.well-known', async () => {
    expect((await get('/.well-known/other')).status).toBe(404);
    expect((await get('/.well-known/openid-configuration/x')).status).toBe(404);
  });

  it('gives public keys only', async () => {
    const { json } = await get('/oauth/v2/keys');
    expect(json.keys).toHaveLength(1);
    expect(Object.keys(json.keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });
});

describe('what clients of the vendor send', () => {
  it('zitadel-go: a key file, discovery, an assertion without type', async () => {
    const id = await addMachine(tessera);
    const key = await addKey(tessera, id);
    const { json: discovered } = await get('/.well-known/openid-configuration');
    const response = await tessera.send('POST', new URL(discovered.token_endpoint).pathname, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `assertion=${assertionOf(tessera, key)}&grant_type=${encodeURIComponent(JWT_BEARER)}&scope=${encodeURIComponent(SCOPE)}`,
    });
    expect(response.status, response.text).toBe(200);
    expect(response.json).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('pragma')).toBe('no-cache');
    expect((await me(id, response.json.access_token)).json.user.userId).toBe(id);
  });

  it('Python and Java: a typed assertion for the base address, with and without a slash, also as text', async () => {
    const id = await addMachine(tessera);
    const key = await addKey(tessera, id);
    for (const aud of [tessera.url, `${tessera.url}/`, [tessera.url], ['x', `${tessera.url}/`]]) {
      const { status } = await grantByKey(tessera, assertionOf(tessera, key, { aud }, { typ: 'JWT' }));
      expect(status, JSON.stringify(aud)).toBe(200);
    }
  });

  it('client credentials by HTTP Basic and in the form, by user name and by id', async () => {
    const id = await addMachine(tessera);
    const secret = await addSecret(tessera, id);
    const named = await tessera.user(id);
    const byBasic = await form(
      tessera,
      '/oauth/v2/token',
      { grant_type: 'client_credentials', scope: SCOPE },
      basic(id, secret),
    );
    expect(byBasic.status, byBasic.text).toBe(200);
    expect(byBasic.json).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 });
    expect((await grantBySecret(tessera, id, secret)).status).toBe(200);
    expect(named.kind).toBe('machine');
    expect((await me(id, byBasic.json.access_token)).status).toBe(200);
  });
});

describe('a machine that was created through the API', () => {
  const create = async (username: string, accessTokenType: string) => {
    const body = { organizationId: ACME.id, username, machine: { name: 'Robot', accessTokenType } };
    const response = await post(tessera, '/v2/users/new', body);
    expect(response.status, response.text).toBe(200);
    return String(response.json.id);
  };

  it('is known to the token endpoint by its user name, in any case, and gets tokens of its type', async () => {
    const id = await create('Robot.One', 'ACCESS_TOKEN_TYPE_JWT');
    const secret = await addSecret(tessera, id);
    for (const name of ['Robot.One', 'robot.ONE', id]) {
      const { status, json } = await grantBySecret(tessera, name, secret);
      expect({ name, status }).toEqual({ name, status: 200 });
      expect(json.access_token.split('.')).toHaveLength(3);
      expect((await me(id, json.access_token)).json.user.machine.hasSecret).toBe(true);
    }
  });

  it('whose name is the id of another is told from it by its secret', async () => {
    const first = await create('robot.two', 'ACCESS_TOKEN_TYPE_BEARER');
    const second = await create(first, 'ACCESS_TOKEN_TYPE_BEARER');
    for (const id of [first, second]) {
      const { json } = await grantBySecret(tessera, first, await addSecret(tessera, id));
      expect((await me(id, json.access_token)).status).toBe(200);
    }
  });
});

describe('an access token', () => {
  it('is opaque unless the machine wants JWTs, which the published keys verify', async () => {
    const id = await jwtMachine();
    const key = await addKey(tessera, id);
    const { json } = await grantByKey(tessera, assertionOf(tessera, key));
    const [head = '', body = '', signature = ''] = json.access_token.split('.');
    const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
    const { keys } = (await get('/oauth/v2/keys')).json;
    const { kid } = read(head);
    expect(read(head)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: keys[0].kid });
    const jwk = keys.find((candidate: { kid: string }) => candidate.kid === kid);
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    expect(verify('sha256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
    const claims = read(body);
    expect(claims).toMatchObject({
      iss: tessera.url,
      aud: tessera.url,
      sub: id,
      client_id: id,
      jti: expect.any(String),
    });
    expect(claims.exp - claims.iat).toBe(3600);
    expect((await me(id, json.access_token)).status).toBe(200);

    const opaque = await addMachine(tessera);
    const secret = await addSecret(tessera, opaque);
    expect((await grantBySecret(tessera, opaque, secret)).json.access_token).toMatch(/^tessera_at_[\w-]+$/);
  });

  it('gives what the machine may do at that moment, and stands in the history with its kind', async () => {
    const id = await addMachine(tessera, { membership: { ...EMPTY_USER.membership, roles: ['ORG_OWNER'] } });
    const secret = await addSecret(tessera, id);
    const token = (await grantBySecret(tessera, id, secret)).json.access_token;
    const added = await post(
      tessera,
      `/v2/users/${id}/pats`,
      { expirationDate: '2999-01-01T00:00:00Z' },
      bearer(token),
    );
    expect(added.status, added.text).toBe(200);
    expect((await tessera.events(id)).at(-1)?.origin).toMatchObject({ actor: `user:${id}`, client: 'secret' });
    expect((await me(ACME.viewer.id, token)).status).toBe(200);
    const user = await tessera.user(id);
    await write(tessera, { ...user, membership: EMPTY_USER.membership }, false);
    expect((await me(ACME.viewer.id, token)).status).toBe(404);
  });

  it('is as good on the other transports', async () => {
    const id = await jwtMachine();
    const { access_token: token } = (await grantBySecret(tessera, id, await addSecret(tessera, id))).json;
    const path = '/zitadel.user.v2.UserService/GetUserByID';
    const ask = (value: string) => post(tessera, path, { userId: id }, bearer(value));
    expect((await ask(token)).json.user.userId).toBe(id);
    expect((await ask(`${token}x`)).status).toBe(401);
    await setState(tessera, id, 'locked');
    expect((await ask(token)).status).toBe(401);
  });

  it('ends with the secret, the key, the machine, and its standing', async () => {
    const ended = async (token: string, id: string) => expectRefusal(await me(id, token), 401, 16, BAD_TOKEN);
    for (const make of [() => addMachine(tessera), jwtMachine]) {
      const id = await make();
      const key = await addKey(tessera, id);
      const byKey = (await grantByKey(tessera, assertionOf(tessera, key))).json.access_token;
      const first = (await grantBySecret(tessera, id, await addSecret(tessera, id))).json.access_token;
      const again = (await grantBySecret(tessera, id, await addSecret(tessera, id))).json.access_token;
      await ended(first, id);
      expect((await me(id, again)).status).toBe(200);
      expect((await tessera.send('DELETE', `/v2/users/${id}/secret`, { headers: ADMIN })).status).toBe(200);
      await ended(again, id);
      expect((await me(id, byKey)).status).toBe(200);
      await setState(tessera, id, 'locked');
      await ended(byKey, id);
      await setState(tessera, id, 'active');
      expect((await me(id, byKey)).status).toBe(200);
      expect((await tessera.send('DELETE', `/v2/users/${id}/keys/${key.keyId}`, { headers: ADMIN })).status).toBe(200);
      await ended(byKey, id);
      const last = (await grantBySecret(tessera, id, await addSecret(tessera, id))).json.access_token;
      expect((await tessera.send('DELETE', `/v2/users/${id}`, { headers: ADMIN })).status).toBe(200);
      await ended(last, id);
    }
  });

  it('is refused when a character is changed, cut off or added', async () => {
    for (const make of [() => addMachine(tessera), jwtMachine]) {
      const id = await make();
      const { access_token: token } = (await grantBySecret(tessera, id, await addSecret(tessera, id))).json;
      const other = (char: string) => (char === 'A' ? 'B' : 'A');
      const places = [...token].map((_, at) => at).filter((at) => at % 7 === 0 || at > token.length - 6);
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      // The last character has bits that mean nothing.
      const respelled = token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) ?? '') ^ 1];
      const forged = [
        respelled,
        ...places.map((at) => token.slice(0, at) + other(token[at] ?? '') + token.slice(at + 1)),
        ...[1, 2, 5, 40].map((cut) => token.slice(0, -cut)),
        `${token}A`,
        `${token}=`,
        `${token}.`,
        token.toLowerCase(),
        `${token}${'A'.repeat(5000)}`,
      ];
      const statuses = await Promise.all(forged.map(async (text) => (await me(id, text)).status));
      expect(statuses).toEqual(forged.map(() => 401));
      expect((await me(id, token)).status).toBe(200);
    }
  });

  it('survives a restart, as the keys are in the database', async () => {
    const id = await jwtMachine();
    const { access_token: token } = (await grantBySecret(tessera, id, await addSecret(tessera, id))).json;
    const before = (await get('/oauth/v2/keys')).json.keys[0].kid;
    await tessera.restart();
    expect((await get('/oauth/v2/keys')).json.keys[0].kid).toBe(before);
    // On a free port the public address is another, and with it the issuer.
    expect((await me(id, token)).status).toBe(401);
  });
});

describe('introspection', () => {
  it('tells a machine what a token is, whatever kind', async () => {
    const client = await addMachine(tessera);
    const auth = basic(client, await addSecret(tessera, client));
    const id = await jwtMachine();
    const { access_token: token } = (await grantBySecret(tessera, id, await addSecret(tessera, id))).json;
    const introspect = (value: string) => form(tessera, '/oauth/v2/introspect', { token: value }, auth);
    const { json } = await introspect(token);
    expect(json).toMatchObject({ active: true, sub: id, client_id: id, iss: tessera.url, token_type: 'Bearer' });
    expect(json.exp - json.iat).toBe(3600);
    const pat = await addPat(tessera, id, '2999-01-01T00:00:00Z');
    expect((await introspect(pat.token)).json).toMatchObject({ active: true, sub: id, jti: pat.tokenId });
    expect((await introspect(ACME.adminPat)).json).toMatchObject({ active: true, username: 'acme.admin' });
    for (const unknown of ['unknown', `${token}x`, GLOBEX.adminPat]) {
      expect((await introspect(unknown)).json).toEqual({ active: false });
    }
    await setState(tessera, id, 'inactive');
    for (const ended of [token, pat.token]) expect((await introspect(ended)).json).toEqual({ active: false });
  });

  it('is for machines that prove themselves, by key too', async () => {
    const id = await addMachine(tessera);
    const key = await addKey(tessera, id);
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    const by = (fields: Record<string, string>, headers = {}) =>
      form(tessera, '/oauth/v2/introspect', { token: ACME.adminPat, ...fields }, headers);
    const proven = { client_assertion_type: type, client_assertion: assertionOf(tessera, key) };
    expect((await by(proven)).json.active).toBe(true);
    expect((await by({})).status).toBe(401);
    expect((await by({}, bearer(ACME.adminPat))).status).toBe(401);
    expect((await by({ ...proven, client_assertion_type: 'x' })).status).toBe(401);
    expect((await by({ ...proven, client_assertion: 'x' })).status).toBe(401);
    expect((await by(proven, basic(id, 'x'))).status).toBe(400);
    expect((await form(tessera, '/oauth/v2/introspect', proven)).json).toMatchObject({ error: 'invalid_request' });
  });
});
