import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, codes, HIGH, READER, somebody, startClient } from './support.ts';

let client: Client;
let key: string;
beforeAll(async () => {
  client = await startClient();
  key = await client.keyOf(ADMIN.username, ADMIN.password);
});
afterAll(() => client.tessera.stop());

const show = async () => (await client.call('GET', `/brands/${ACME.id}`, { brand: null })).json.data;
const set = (body: unknown, options: object = {}) =>
  client.call('PUT', `/brands/${ACME.id}/setting`, { key, body, ...options });

describe('GET /brands', () => {
  it('by id shows a brand to everybody', async () => {
    expect(await show()).toMatchObject({
      id: ACME.id,
      name: 'Acme',
      status: 'Active',
      setting: { passwordPolicyLevel: 'Low', domainWhiteListURLs: null },
      profile: { slogan: null },
    });
    const unknown = await client.call('GET', '/brands/nothing', { brand: null });
    expect([unknown.status, codes(unknown)]).toEqual([404, ['BrandNotFound']]);
    // The built-in organization is no brand.
    expect((await client.call('GET', '/brands/100000000000000000', { brand: null })).status).toBe(404);
  });

  it('by-url shows the brand that a client calls', async () => {
    const byUrl = async (options: object, path = '/brands/by-url') =>
      (await client.call('GET', path, { brand: null, ...options })).json.data?.name;
    expect(await byUrl({ brand: 'https://ACME.test:443/app/' })).toBe('Acme');
    expect(await byUrl({ headers: { brandurl: HIGH } })).toBe('High');
    expect(await byUrl({ headers: { origin: `https://${GLOBEX.brandUrl}` } })).toBe('Globex');
    expect(await byUrl({}, `/brands/by-url/${HIGH}`)).toBe('High');
    for (const options of [{ brand: 'unknown.test' }, { brand: null }]) {
      const unknown = await client.call('GET', '/brands/by-url', options);
      expect([unknown.status, codes(unknown)]).toEqual([404, ['BrandNotFound']]);
    }
  });

  it('check-domain-exists tells whether a domain is a brand’s', async () => {
    const exists = async (domain: string) =>
      (await client.call('GET', `/brands/check-domain-exists/${domain}`, { brand: null })).json.data;
    expect([await exists('acme.test'), await exists('ACME.TEST'), await exists('other.test')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('PUT /brands/{id}/setting', () => {
  it('changes what it carries, keeps what it leaves out, and clears what is null', async () => {
    const first = await set({
      domainWhiteListURLs: 'https://app.acme.test, shop.acme.test',
      googleAnalyticsAccount: 'UA-1',
      reCaptchaKey: 'r',
      coinCurrencyCode: 'USD',
      cdnURL: 'https://cdn.test',
      cdnFolder: 'f',
    });
    expect([first.status, first.json.data]).toEqual([200, true]);
    await set({ reCaptchaKey: null, domainWhiteListURLs: ['one.test'] });
    expect((await show()).setting).toEqual({
      domainWhiteListURLs: 'one.test',
      googleAnalyticsAccount: 'UA-1',
      reCaptchaKey: null,
      currencyCode: 'USD',
      cdnURL: 'https://cdn.test',
      cdnFolder: 'f',
      passwordPolicyLevel: 'Low',
    });
    const { etag } = Object.fromEntries((await client.call('GET', `/brands/${ACME.id}`)).headers);
    const same = await set({ cdnFolder: 'f' });
    expect(same.headers.get('etag')).toBe(etag);
    await set({ domainWhiteListURLs: null });
    expect((await show()).setting.domainWhiteListURLs).toBeNull();
  });

  it.each([
    ['High', 'High'],
    [2, 'Medium'],
  ])('sets the level %s, which holds for the next registration', async (level, shown) => {
    await set({ passwordPolicyLevel: level });
    expect((await show()).setting.passwordPolicyLevel).toBe(shown);
    const weak = await client.register({ ...somebody(), password: 'passw' });
    expect([weak.status, codes(weak)]).toEqual([400, ['InvalidPassword']]);
    await set({ passwordPolicyLevel: 'Low' });
    expect((await client.register({ ...somebody(), password: 'passw' })).status).toBe(201);
  });

  it('says where links of mails may lead', async () => {
    const person = await client.member();
    const forgot = (host: string) =>
      client.call('POST', '/users/forgot-password', {
        body: { emailAddress: person.emailAddress, resetPasswordLink: `https://${host}/reset` },
      });
    expect((await forgot('pages.test')).status).toBe(400);
    await set({ domainWhiteListURLs: 'https://pages.test/any' });
    expect((await forgot('pages.test')).status).toBe(200);
    await set({ domainWhiteListURLs: null });
    expect((await forgot('pages.test')).status).toBe(400);
  });

  it.each([
    [{ passwordPolicyLevel: 4 }, ['InvalidPasswordPolicyLevel']],
    [{ domainWhiteListURLs: 7 }, ['InvalidDomainWhiteListURLs']],
    [{ domainWhiteListURLs: 'fine.test, https://' }, ['InvalidDomainWhiteListURLs']],
    [{ cdnURL: 'ftp://x', coinCurrencyCode: 'usd' }, ['InvalidCdnURL', 'InvalidCoinCurrencyCode']],
  ])('refuses %j', async (body, expected) => {
    const before = await show();
    const response = await set(body);
    expect([response.status, codes(response).sort()]).toEqual([400, expected]);
    expect(await show()).toEqual(before);
  });
});

describe('PUT /brands/{id}/profile', () => {
  it('needs a slogan and colours of three or six digits', async () => {
    const put = (body: object) => client.call('PUT', `/brands/${ACME.id}/profile`, { key, body });
    expect(codes(await put({}))).toEqual(['SloganRequired']);
    const bad = await put({ slogan: 's', primaryColor: 'red', logoURL: 'logo' });
    expect([bad.status, codes(bad).sort()]).toEqual([400, ['InvalidLogoURL', 'InvalidPrimaryColor']]);
    const good = await put({
      slogan: 'Ahead',
      primaryColor: '#a1B2c3',
      secondaryColor: 'fff',
      logoUrl: 'https://x.test/l.png',
    });
    expect(good.json.data).toBe(true);
    expect((await show()).profile).toEqual({
      slogan: 'Ahead',
      logoURL: 'https://x.test/l.png',
      faviconURL: null,
      primaryColor: '#a1B2c3',
      primaryColorHover: null,
      secondaryColor: 'fff',
      tertiaryColor: null,
    });
  });
});

describe('who may change a brand', () => {
  it.each(['setting', 'profile'])('its %s: only its owners, and those whom they let', async (part) => {
    const body = part === 'setting' ? { cdnFolder: part } : { slogan: part };
    const put = (as: Client, by: string | undefined, id: string = ACME.id) =>
      as.call('PUT', `/brands/${id}/${part}`, { ...(by && { key: by }), body });
    expect((await put(client, undefined)).status).toBe(401);
    const globex = new Client(client.tessera, GLOBEX.brandUrl);
    const foreign = await globex.keyOf('globex.admin', GLOBEX.adminPassword);
    expect((await put(globex, foreign)).status).toBe(404);
    expect((await put(client, foreign)).status).toBe(401);
    expect((await put(client, key, GLOBEX.id)).status).toBe(404);
    expect((await put(client, await client.keyOf(READER.username, READER.password))).status).toBe(403);
    const person = await client.member();
    await client.grant(person.id, 'ADMIN', key);
    expect((await put(client, person.key)).status).toBe(403);
    await client.grant(person.id, 'SUPER_ADMIN', key);
    expect((await put(client, person.key)).status).toBe(200);
    expect((await put(client, person.key)).status).toBe(200);
  });
});
