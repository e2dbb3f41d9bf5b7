import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../http/raw.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { requestToken } from './support.ts';

const { clientId, clientSecret } = ACME.avibra;
const FORM = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: 'users' };
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(FORM).filter(([name]) => !names.includes(name)));
const basic = (id: string, secret: string) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });

let t: Tessera;
beforeAll(async () => {
  t = await startTessera();
});
afterAll(() => t.stop());

describe('POST /oauth2/token is answered 200', () => {
  it('given the client credentials, when they are right, then there is a bearer token for an hour, not to be cached', async () => {
    const response = await requestToken(t, FORM);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('pragma')).toBe('no-cache');
    expect(response.json).toEqual({ access_token: expect.any(String), expires_in: 3600, token_type: 'Bearer' });
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['HTTP Basic', without('client_id', 'client_secret'), basic(clientId, clientSecret)],
    ['HTTP Basic with escapes', without('client_id', 'client_secret'), basic('acme%2Davibra', 'avibra%2Dsecret')],
    ['HTTP Basic beside the same client id', without('client_secret'), basic(clientId, clientSecret)],
    ['a scope with spaces around it', { ...FORM, scope: ' users ' }, {}],
    ['unknown parameters', { ...FORM, audience: 'x' }, {}],
  ])('given %s, when it is right, then there is a token', async (_what, form, headers) => {
    expect((await requestToken(t, form, headers)).status).toBe(200);
  });
});

describe('POST /oauth2/token is answered 400', () => {
  const invalidClient = { error: 'invalid_client' };
  it.each<[string, Record<string, string> | string, Record<string, string>, object]>([
    ['an unknown client', { ...FORM, client_id: 'nobody' }, {}, invalidClient],
    ['a client id like a part of a prototype', { ...FORM, client_id: '__proto__' }, {}, invalidClient],
    ['a wrong secret', { ...FORM, client_secret: 'wrong' }, {}, invalidClient],
    ["another client's secret", { ...FORM, client_secret: GLOBEX.avibra.clientSecret }, {}, invalidClient],
    ['no client id', without('client_id'), {}, invalidClient],
    ['no secret', without('client_secret'), {}, invalidClient],
    ['an empty secret', { ...FORM, client_secret: '' }, {}, invalidClient],
    ['a wrong secret in HTTP Basic', without('client_id', 'client_secret'), basic(clientId, 'no'), invalidClient],
    [
      'HTTP Basic without a colon',
      without('client_id', 'client_secret'),
      { authorization: `Basic ${btoa('a')}` },
      invalidClient,
    ],
    [
      'HTTP Basic that is no base64',
      without('client_id', 'client_secret'),
      { authorization: 'Basic *' },
      invalidClient,
    ],
    ['HTTP Basic with a broken escape', without('client_id', 'client_secret'), basic('%zz', 'x'), invalidClient],
    [
      'HTTP Basic that is no UTF-8',
      without('client_id', 'client_secret'),
      { authorization: 'Basic //86YQ==' },
      invalidClient,
    ],
    ['another scheme', without('client_id', 'client_secret'), { authorization: 'Bearer x' }, invalidClient],
    ['two ways to authenticate', FORM, basic(clientId, clientSecret), { error: 'invalid_request' }],
    [
      'two client ids',
      { ...without('client_secret'), client_id: 'b' },
      basic(clientId, clientSecret),
      { error: 'invalid_request' },
    ],
    ['no scope', without('scope'), {}, { error: 'invalid_scope' }],
    ['an empty scope', { ...FORM, scope: '' }, {}, { error: 'invalid_scope' }],
    ['another scope', { ...FORM, scope: 'admin' }, {}, { error: 'invalid_scope' }],
    ['a wider scope', { ...FORM, scope: 'users admin' }, {}, { error: 'invalid_scope' }],
    ['another grant', { ...FORM, grant_type: 'password' }, {}, { error: 'unsupported_grant_type' }],
    ['no grant', without('grant_type'), {}, { error: 'invalid_request', error_description: 'grant_type is required.' }],
    ['nothing', '', {}, { error: 'invalid_request', error_description: 'grant_type is required.' }],
  ])('given %s, when it is sent, then there is no token', async (_what, form, headers, error) => {
    const response = await requestToken(t, form, headers);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.json).toEqual(error);
  });

  const form = new URLSearchParams(FORM).toString();
  it.each<[string, string | Uint8Array, string[]]>([
    ['a repeated parameter', `${form}&scope=users`, []],
    ['a broken escape', `${form}&x=%f`, []],
    ['a NUL', `${form}&x=%00`, []],
    ['escapes that are no UTF-8', `${form}&x=%ff`, []],
    ['bytes that are no UTF-8', Buffer.concat([Buffer.from(`${form}&x=`), Buffer.from([0xff])]), []],
    ['more than 1000 fields', `${form}${'&x=1'.repeat(1000)}`, []],
    ['two authorizations', form, ['Authorization: Basic YQ==', 'Authorization: Basic YQ==']],
  ])('given %s, when it is sent, then the request is invalid', async (_what, body, headers) => {
    const type = 'Content-Type: application/x-www-form-urlencoded';
    const answer = await call(Number(new URL(t.url).port), 'POST', '/oauth2/token', [type, ...headers], body);
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({ error: 'invalid_request', error_description: expect.any(String) });
  });

  it('given JSON, when it is sent, then the request is invalid', async () => {
    const response = await t.send('POST', '/oauth2/token', { body: FORM });
    expect(response.status).toBe(400);
    expect(response.json.error).toBe('invalid_request');
  });

  it('given 2 MB, when they are sent, then the request is too large', async () => {
    const response = await requestToken(t, `${form}&x=${'a'.repeat(2 * 1024 * 1024)}`);
    expect(response.status).toBe(413);
    expect(response.json.error).toBe('invalid_request');
  });

  it('given another method, when it is used, then the answer names the right one', async () => {
    const response = await t.send('GET', '/oauth2/token');
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(response.json.error).toBe('invalid_request');
  });
});
