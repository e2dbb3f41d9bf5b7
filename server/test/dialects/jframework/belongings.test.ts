import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, EVERYWHERE_IDP, GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, codes, type Member, READER, startClient } from './support.ts';

let client: Client;
beforeAll(async () => {
  client = await startClient();
});
afterAll(() => client.tessera.stop());

const get = (path: string, key?: string) => client.call('GET', path, key === undefined ? {} : { key });
const post = (path: string, key: string, headers = {}) => client.call('POST', path, { key, headers });

/** Who reads what of somebody, and with what status. */
const READERS: readonly (readonly [string, (who: Member) => Promise<string | undefined> | string, number])[] = [
  ['nobody', async () => undefined, 401],
  ['itself', ({ key }) => key, 200],
  ['another user', async () => (await client.member()).key, 403],
  ['who may read', () => client.keyOf(READER.username, READER.password), 200],
  ['an administrator', () => client.keyOf(ADMIN.username, ADMIN.password), 200],
  [
    'an administrator of another brand',
    () => new Client(client.tessera, GLOBEX.brandUrl).keyOf('globex.admin', GLOBEX.adminPassword),
    401,
  ],
];

describe.each(['identities', 'connections', 'notifications'])('GET /users/{id}/%s', (name) => {
  it.each(READERS)('by %s', async (_name, keyOf, status) => {
    const who = await client.member();
    expect((await get(`/users/${who.id}/${name}`, await keyOf(who))).status).toBe(status);
  });

  it('given there is no such user, then it says so', async () => {
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    const response = await get(`/users/1/${name}`, key);
    expect([response.status, codes(response)]).toEqual([404, ['UserNotFound']]);
  });
});

describe('GET /users/{id}/identities', () => {
  it('shows links that were made through another API', async () => {
    const who = await client.member();
    expect((await get(`/users/${who.id}/identities`, who.key)).json.data).toEqual([]);
    for (const [idpId, userId] of [
      [EVERYWHERE_IDP.id, who.id],
      [ACME.idp.id, `acme ${who.id}`],
    ]) {
      const linked = await client.tessera.send('POST', `/v2/users/${who.id}/links`, {
        headers: { authorization: `Bearer ${ACME.adminPat}` },
        body: { idpLink: { idpId, userId, userName: 'zoe' } },
      });
      expect(linked.status).toBe(200);
    }
    const identities = (await get(`/users/${who.id}/identities`, who.key)).json.data;
    expect(identities).toMatchObject([
      {
        userId: who.id,
        appIntegration: { id: EVERYWHERE_IDP.id, name: EVERYWHERE_IDP.name, type: 'Authentication', status: 'Active' },
        metadata: JSON.stringify({ userId: who.id, userName: 'zoe' }),
        lastLoginAt: null,
      },
      { userId: who.id, appIntegration: { id: ACME.idp.id, name: ACME.idp.name } },
    ]);
    expect(new Set(identities.map(({ id }: { id: string }) => id)).size).toBe(2);
  });
});

it('GET /users/{id}/connections shows the brand of the user', async () => {
  const who = await client.member();
  const user = await client.tessera.user(who.id);
  expect((await get(`/users/${who.id}/connections`, who.key)).json.data).toMatchObject({
    status: 'Connected',
    createdDate: new Date(user.createdAt).toISOString(),
    brand: { id: ACME.id, name: 'Acme', status: 'Active' },
  });
});

describe('notifications', () => {
  it('there are none', async () => {
    const who = await client.member();
    const page = await get(`/users/${who.id}/notifications?PageSize=5&PageNumber=2&Status=unread`, who.key);
    expect(page.json.data).toEqual({ items: [], totalItems: 0, pageNumber: 2, pageSize: 5, unreadCount: 0 });
    for (const response of [
      await get(`/users/${who.id}/notifications/1`, who.key),
      await post(`/users/${who.id}/notifications/1/read`, who.key),
    ]) {
      expect([response.status, codes(response)]).toEqual([404, ['NotificationNotFound']]);
    }
  });

  it.each(['Status=none', 'PageSize=0', 'SortDataField=x'])('given the query %s, then it is refused', async (query) => {
    const who = await client.member();
    expect((await get(`/users/${who.id}/notifications?${query}`, who.key)).status).toBe(400);
  });

  it('are marked as read by who may, which changes nothing', async () => {
    const [who, other] = [await client.member(), await client.member()];
    const { sequence } = await client.tessera.user(who.id);
    const path = `/users/${who.id}/notifications`;
    const marked = await post(`${path}/mark-all-as-read`, who.key);
    expect([marked.status, marked.json.data]).toEqual([200, true]);
    expect((await post(`${path}/mark-all-as-read`, who.key, { 'if-match': '"9999"' })).status).toBe(412);
    for (const action of ['mark-all-as-read', '1/read']) {
      expect((await post(`${path}/${action}`, other.key)).status).toBe(403);
      const missing = await post(`/users/1/notifications/${action}`, who.key);
      expect([missing.status, codes(missing)]).toEqual([404, ['UserNotFound']]);
    }
    expect(await client.gained(who.id, sequence)).toEqual([]);
  });
});

it('GET /mfa lists the kinds of second factors, to who is signed in', async () => {
  const who = await client.member();
  const { data } = (await get('/mfa', who.key)).json;
  expect(data.map(({ code }: { code: string }) => code)).toEqual(['TOTP', 'SMS', 'EMAIL', 'U2F', 'RECOVERY_CODE']);
  expect((await get('/mfa')).status).toBe(401);
});

describe('sign-in through other providers', () => {
  it.each([
    ['GET', '/users/auth/integrations/google/authenticate-url'],
    ['POST', '/users/auth/integrations/apple/authenticate-url'],
    ['GET', '/users/auth/app-integration/authenticate-urls'],
  ])('%s %s says that it is not configured', async (method, path) => {
    const query = new URLSearchParams({
      CallbackURL: `https://${ACME.brandUrl}/`,
      ReturnURL: `https://${ACME.brandUrl}/`,
    });
    const response = await client.call(method, `${path}?${query}`);
    expect([response.status, codes(response)]).toEqual([409, ['BrandNotConfiguredApp']]);
    expect(response.json.message).toContain('configured');
    expect(codes(await client.call(method, path))).toEqual(['CallbackURLRequired']);
    expect((await client.call(method, `${path}?${query}`, { brand: 'nobody.test' })).status).toBe(404);
  });
});
