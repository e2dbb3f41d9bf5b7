import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForToken, basic, cookieOf, openLink, tokenFor } from '../../portal/support.ts';
import { ACME, GLOBEX, testSetup } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { setState, write } from '../zitadel/support.ts';
import { type Client, clientOf, isErrorInfo } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('POST /user/linktoken3 is answered 200', () => {
  it.each(['/user/linktoken3', '/preprod/user/linktoken3'])(
    'given a user, when %s is asked, then there is a token that opens its details',
    async (path) => {
      const userid = await client.create({ firstname: 'Lin' });
      const response = await askForToken(t, userid, ACME, { path });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.json).toEqual({ linktoken: expect.stringMatching(/^[0-9a-f]{64}$/) });
      expect((await openLink(t, response.json.linktoken)).status).toBe(200);
    },
  );

  it("given Tessera's own id, when it is named, then it is the same user", async () => {
    const { id } = await client.user(await client.create());
    expect((await askForToken(t, id)).status).toBe(200);
  });

  it('given unknown members, when they are sent, then they are ignored', async () => {
    const body = { userid: await client.create(), partnername: 'acme', more: { any: 'thing' } };
    expect((await askForToken(t, '', ACME, { body })).status).toBe(200);
  });

  it('given a creation that waits to be applied, when a token is asked for, then it is for that user', async () => {
    const info = client.userInfo();
    const accepted = await client.post('/user/account/create', info, { version: 'v1', 'idempotency-key': undefined });
    expect(accepted.status).toBe(200);
    expect((await askForToken(t, String(info.userid))).status).toBe(200);
  });

  it('given one user, when it is asked twice, then both tokens are good and the record has no event of it', async () => {
    const userid = await client.create();
    const before = await client.events(userid);
    const [first, second] = [await tokenFor(t, userid), await tokenFor(t, userid)];
    expect(first).not.toBe(second);
    expect([(await openLink(t, first)).status, (await openLink(t, second)).status]).toEqual([200, 200]);
    expect(await client.events(userid)).toEqual(before);
  });
});

describe('POST /user/linktoken3 is answered 401', () => {
  const { username, password } = ACME.avibra.linkToken;
  it.each<[string, Record<string, string | undefined>]>([
    ['no credentials', { authorization: undefined }],
    ['a wrong password', { authorization: basic(username, 'wrong') }],
    ['an unknown user name', { authorization: basic('nobody', password) }],
    ['a user name of a prototype', { authorization: basic('__proto__', password) }],
    ['an empty password', { authorization: basic(username, '') }],
    ["another partner's password", { authorization: basic(username, GLOBEX.avibra.linkToken.password) }],
    ["the client's own credentials", { authorization: basic(ACME.avibra.clientId, ACME.avibra.clientSecret) }],
    ['credentials that are no base64', { authorization: 'Basic *' }],
    ['another scheme', { authorization: `Bearer ${password}` }],
    ['no API key', { 'x-api-key': undefined }],
    ['a wrong API key', { 'x-api-key': 'wrong' }],
    ["another partner's API key", { 'x-api-key': GLOBEX.avibra.apiKey }],
  ])('given %s, when it is asked, then there is no token', async (_what, headers) => {
    const response = await askForToken(t, await client.create(), ACME, { headers });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(isErrorInfo(response)).toBe(true);
    expect(response.json.errorcode).toBe('unauthorized');
  });

  it('given the access token of the other calls, when it is used, then there is no token', async () => {
    const headers = { authorization: `Bearer ${client.token}` };
    expect((await askForToken(t, await client.create(), ACME, { headers })).status).toBe(401);
  });
});

describe('POST /user/linktoken3 is answered 400', () => {
  const partnername = 'acme';
  it.each<[string, unknown]>([
    ['no userid', { partnername }],
    ['an empty userid', { userid: '', partnername }],
    ['a userid that is no text', { userid: 1, partnername }],
    ['a userid too long', { userid: 'x'.repeat(201), partnername }],
    ['no partnername', { userid: 'u' }],
    ['a list', ['u']],
    ['broken JSON', '{"userid":'],
    ['nothing', ''],
  ])('given %s, when it is sent, then the request is invalid', async (_what, body) => {
    const response = await askForToken(t, '', ACME, { body });
    expect(response.status).toBe(400);
    expect(isErrorInfo(response)).toBe(true);
    expect(response.json.errorcode).toBe('invalid_request');
  });

  it.each<[string, () => Promise<[userid: string, partnername: string]>]>([
    ['an unknown userid', async () => ['nobody', 'acme']],
    ["another partner's name", async () => [await client.create(), 'globex']],
    ["another partner's user", async () => [await (await clientOf(t, GLOBEX)).create(), 'acme']],
    [
      "the id of another partner's user",
      async () => {
        const globex = await clientOf(t, GLOBEX);
        return [(await globex.user(await globex.create())).id, 'acme'];
      },
    ],
    [
      'a deleted user',
      async () => {
        const userid = await client.create();
        const { id } = await client.user(userid);
        await t.send('DELETE', `/v2/users/${id}`, { headers: { authorization: `Bearer ${ACME.adminPat}` } });
        return [userid, 'acme'];
      },
    ],
  ])('given %s, when it is asked, then there is no such user', async (_what, known) => {
    const [userid, partnername] = await known();
    const response = await askForToken(t, '', ACME, { body: { userid, partnername } });
    expect(response.status).toBe(400);
    expect(response.json).toEqual({ errorcode: 'record_not_found', errormessage: expect.any(String) });
  });

  it.each(['inactive', 'locked'] as const)(
    'given a user who is %s, when it is asked, then there is no token',
    async (state) => {
      const userid = await client.create();
      await setState(t, (await client.user(userid)).id, state);
      const response = await askForToken(t, userid);
      expect(response.status).toBe(400);
      expect(response.json.errorcode).toBe('invalid_state');
    },
  );
});

it('given a user who may do more than the partner, when a token is asked for, then it is refused with 403', async () => {
  const admin = t.send('GET', '/api/v1/users/me', { headers: await adminHeaders() });
  const { id } = (await admin).json.data;
  const response = await askForToken(t, id);
  expect(response.status).toBe(403);
  expect(response.json.errorcode).toBe('forbidden');
});

it('given a token, when its user is given a role that allows more, then it opens nothing and an open visit ends', async () => {
  const userid = await client.create();
  const { id } = await client.user(userid);
  const [unused, used] = [await tokenFor(t, userid), await tokenFor(t, userid)];
  const cookie = cookieOf(await openLink(t, used));
  expect((await t.send('GET', '/portal', { headers: { cookie } })).status).toBe(200);
  const user = await t.user(id);
  await write(t, { ...user, membership: { ...user.membership, roles: ['ADMIN'] } }, false);
  expect((await openLink(t, unused)).status).toBe(403);
  expect((await t.send('GET', '/portal', { headers: { cookie } })).status).toBe(403);
});

describe('the settings of a partner', () => {
  const odd = { username: 'a+b%41', password: 'p:ä%20+ß' };
  const setup = testSetup((own) => {
    const [acme, globex] = own.organizations;
    acme.avibra = { ...ACME.avibra, scope: 'users', linkToken: odd };
    const { linkToken: _none, ...withoutLinks } = GLOBEX.avibra;
    globex.avibra = { ...withoutLinks, scope: 'users' };
    own.instance.rateLimits = { token: { address: { burst: 3, perHour: 1 } } };
  });
  let other: Tessera;
  let userid: string;
  beforeAll(async () => {
    other = await startTessera(setup);
    userid = await (await clientOf(other)).create();
  });
  afterAll(() => other.stop());

  const ask = (username: string, password: string, about = userid) =>
    askForToken(other, about, ACME, { headers: { authorization: basic(username, password) } });

  it('given credentials with the characters of forms and of other scripts, when they are sent, then they are taken as they are', async () => {
    expect((await ask(odd.username, odd.password)).status).toBe(200);
    expect((await ask('a b%41', odd.password)).status).toBe(401);
  });

  it('given none, when any are used, then there is no token', async () => {
    expect((await askForToken(other, userid, GLOBEX)).status).toBe(401);
  });

  it('given another password, when there are tokens and visits already, then they end', async () => {
    const tokens = [await ask(odd.username, odd.password), await ask(odd.username, odd.password)];
    const [unused, used] = tokens.map(({ json }) => String(json.linktoken)) as [string, string];
    const cookie = cookieOf(await openLink(other, used));
    const status = async () => (await other.send('GET', '/portal', { headers: { cookie } })).status;
    expect(await status()).toBe(200);

    const path = join(other.dataDir, 'test-setup.json');
    const changed = JSON.parse(readFileSync(path, 'utf8'));
    changed.organizations[0].avibra.linkToken.password = 'another';
    writeFileSync(path, JSON.stringify(changed));
    await other.restart();

    expect(await status()).toBe(403);
    expect((await openLink(other, unused)).status).toBe(403);
  });

  it('given wrong credentials over and over, when they come from one address, then they are held back with 429', async () => {
    // What succeeds, and what is refused for another reason, costs nothing.
    for (let call = 0; call < 4; call += 1) expect((await ask(odd.username, 'another')).status).toBe(200);
    for (let call = 0; call < 4; call += 1) expect((await ask(odd.username, 'another', 'nobody')).status).toBe(400);
    const statuses: number[] = [];
    for (const password of ['a', 'b', 'c', 'd', 'another']) statuses.push((await ask(odd.username, password)).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });
});

async function adminHeaders(): Promise<Record<string, string>> {
  const brand = { 'brand-url': ACME.brandUrl };
  const body = { username: 'acme.admin', password: ACME.adminPassword };
  const { json } = await t.send('POST', '/api/v1/users/auth', { headers: brand, body });
  return { ...brand, 'auth-key': json.data.authKey };
}
