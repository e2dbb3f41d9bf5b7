import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, type Headers, requestToken } from './support.ts';

let now = Date.now();
let t: Tessera;
let client: Client;
let userid: string;
beforeAll(async () => {
  t = await startTessera(undefined, { clock: () => now });
  client = await clientOf(t);
  userid = await client.create();
});
afterAll(() => t.stop());

async function expectUnauthorized(headers: Headers, body: object = { userid, firstname: 'Bad' }): Promise<void> {
  const before = await client.events(userid);
  const response = await client.update(body, headers);
  expect(response.status).toBe(401);
  expect(response.json).toEqual({
    errorcode: 'unauthorized',
    errormessage: 'The access token or API key is not valid.',
  });
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
  expect(await client.events(userid)).toEqual(before);
}

describe('an update without a good token and key', () => {
  it.each<[string, Headers]>([
    ['no token', { authorization: undefined }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic YWNtZS1hdmlicmE6YXZpYnJhLXNlY3JldA==' }],
    ['junk for a token', { authorization: 'Bearer junk' }],
    ["an administrator's token", { authorization: `Bearer ${ACME.adminPat}` }],
    ['no API key', { 'x-api-key': undefined }],
    ['an empty API key', { 'x-api-key': '' }],
    ['a wrong API key', { 'x-api-key': 'avibra-kez' }],
    ["another partner's API key", { 'x-api-key': GLOBEX.avibra.apiKey }],
  ])('given %s, when it is sent, then it is refused and nothing is written', (_what, headers) =>
    expectUnauthorized(headers),
  );

  it('given a token whose signature was changed, when it is sent, then it is refused', async () => {
    const [head, claims] = client.token.split('.');
    await expectUnauthorized({ authorization: `Bearer ${head}.${claims}.${'A'.repeat(43)}` });
    await expectUnauthorized({ authorization: `Bearer ${btoa('{"alg":"none","typ":"at+jwt"}')}.${claims}.` });
  });

  it('given a token of another dialect, when it is sent, then it is refused', async () => {
    const { partnerId, clientId, clientSecret } = ACME.ownli;
    const body = { partnerId, clientId, clientSecret, scope: 'admin' };
    const response = await t.send('POST', '/api/auth/token', { body });
    expect(response.status).toBe(200);
    await expectUnauthorized({ authorization: `Bearer ${response.json.access_token}` });
  });

  it('given bad headers and a bad body besides, when they are sent, then the answer is still 401', () =>
    expectUnauthorized({ 'x-api-key': undefined, version: 'v9', 'idempotency-key': undefined }, { userid: 7 }));

  it('given a token one hour old, when it is sent, then it is refused', async () => {
    const { clientId, clientSecret } = ACME.avibra;
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: 'users' };
    const { json } = await requestToken(t, form);
    const authorization = `Bearer ${json.access_token}`;
    now += 3_599_000;
    expect((await client.update({ userid, firstname: 'Late' }, { authorization })).status).toBe(200);
    now += 1_000;
    await expectUnauthorized({ authorization });
  });
});
