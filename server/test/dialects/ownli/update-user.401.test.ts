import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, expectRefused, type Headers } from './support.ts';

let t: Tessera;
let client: Client;
let id: string;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
  id = (await client.create()).id;
});
afterAll(() => t.stop());

const { partnerId, clientId, clientSecret } = ACME.ownli;
const put = (headers: Headers) => t.send('PUT', `/api/users/${id}`, { headers, body: { firstName: 'X' } });

describe('PUT /api/users/:userId, 401', () => {
  const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.e30.`;
  it.each<[string, Headers]>([
    ['no credentials', {}],
    ['an empty header', { authorization: '' }],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['no token', { authorization: 'Bearer ' }],
    ['two tokens', { authorization: 'Bearer a b' }],
    ['a token of nobody', { authorization: 'Bearer abc' }],
    ['an unsigned token', { authorization: `Bearer ${unsigned}` }],
    ['a personal access token', { authorization: `Bearer ${ACME.adminPat}` }],
    ['two of the three legacy headers', { partnerid: partnerId, clientid: clientId }],
    ['a wrong secret in the legacy headers', { partnerid: partnerId, clientid: clientId, clientsecret: 'x' }],
    [
      'the legacy headers of two partners',
      { partnerid: GLOBEX.ownli.partnerId, clientid: clientId, clientsecret: clientSecret },
    ],
    [
      'a bad token beside good legacy headers',
      { authorization: 'Bearer abc', partnerid: partnerId, clientid: clientId, clientsecret: clientSecret },
    ],
  ])('refuses %s', async (_name, headers) => {
    const response = await expectRefused(t, id, () => put(headers), 401, 'ERROR_UNAUTHORIZED');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('refuses a token that was tampered with', async () => {
    const [head, payload, signature] = (client.headers.authorization ?? '').split('.');
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 9999 })).toString('base64url');
    const call = () => put({ authorization: `${head}.${forged}.${signature}` });
    await expectRefused(t, id, call, 401, 'ERROR_UNAUTHORIZED');
  });

  it('refuses the token of another API', async () => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: ACME.avibra.clientId,
      client_secret: ACME.avibra.clientSecret,
      scope: 'users',
    });
    const granted = await t.send('POST', '/oauth2/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    expect(granted.status).toBe(200);
    const call = () => put({ authorization: `Bearer ${granted.json.access_token}` });
    await expectRefused(t, id, call, 401, 'ERROR_UNAUTHORIZED');
  });

  it('lets the token decide, whatever the legacy headers say', async () => {
    const legacy = { partnerid: partnerId, clientid: clientId, clientsecret: clientSecret };
    const user = await clientOf(t, ACME, 'user');
    await expectRefused(t, id, () => put({ ...user.headers, ...legacy }), 401, 'ERROR_UNAUTHORIZED');
    const globex = await clientOf(t, GLOBEX);
    await expectRefused(t, id, () => put({ ...globex.headers, ...legacy }), 404, 'ERROR_USER_NOT_FOUND');
  });

  it('asks for credentials before it looks at anything else', async () => {
    const call = () => t.send('PUT', `/api/users/${id}`, { body: '{' });
    await expectRefused(t, id, call, 401, 'ERROR_UNAUTHORIZED');
  });

  it('takes the scheme in any letter case', async () => {
    const token = (client.headers.authorization ?? '').slice('Bearer '.length);
    expect((await put({ authorization: `bearer ${token}` })).status).toBe(200);
  });
});
