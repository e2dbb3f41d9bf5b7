import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userCode } from '../../../src/app/ports/user-code.ts';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, codes, type Member, READER, required, startClient } from './support.ts';

let client: Client;
let key: string;
let readerId: string;
/** Anna, Hanna and Bert; no other name of the setup has these parts. */
let anna: Member;
let hanna: Member;
let bert: Member;
beforeAll(async () => {
  client = await startClient();
  key = await client.keyOf(ADMIN.username, ADMIN.password);
  readerId = (await client.signIn(READER.username, READER.password)).json.data.id;
  anna = await client.member({ username: 'zz.Annabel', firstName: 'Anna', lastName: 'Straße', nickName: 'Quokka' });
  const referralCode = (await client.get(anna.id, anna.key)).json.data.referralCode;
  hanna = await client.member({ firstName: 'HANNA', lastName: 'Strasse', phoneNumber: '+41791230001', referralCode });
  bert = await client.member({ username: 'zz.bertram', firstName: 'Bert', lastName: 'Ok' });
  const body = { ...required(bert), languageCode: 'de-CH', timeZoneId: 'zone7', avatar: 'https://a.test/bert.png' };
  expect((await client.put({ id: bert.id, key }, body)).status).toBe(200);
});
afterAll(() => client.tessera.stop());

const list = (query: string, as = key) => client.call('GET', `/users${query}`, { key: as });
const idsOf = async (query: string, as = key): Promise<string[]> => {
  const { status, text, json } = await list(query, as);
  expect(status, text).toBe(200);
  return json.data.items.map(({ id }: { id: string }) => id);
};
const among = async (query: string): Promise<string[]> => {
  const names = new Map([anna, hanna, bert].map(({ id, firstName }) => [id, String(firstName)]));
  return (await idsOf(query)).flatMap((id) => names.get(id) ?? []).sort();
};

describe('GET /users', () => {
  it('shows the people of the brand in full, the latest ids first, as one page', async () => {
    const { data } = (await list('')).json;
    const ids: string[] = data.items.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(ids.toSorted().reverse());
    expect(data).toMatchObject({ totalItems: ids.length, pageNumber: 0, pageSize: 200 });
    expect(new Set(data.items.map(({ brandId }: { brandId: string }) => brandId))).toEqual(new Set([ACME.id]));
    const shown = data.items.find(({ id }: { id: string }) => id === bert.id);
    expect(shown).toEqual((await client.get(bert.id, key)).json.data);
  });

  it('shows the referrer of each', async () => {
    const shown = (await list(`?ids=${hanna.id}`)).json.data.items[0];
    expect(shown.parentUser).toMatchObject({ id: anna.id, emailAddress: anna.emailAddress });
  });

  it.each([
    ['firstName=anna', ['Anna', 'HANNA']],
    ['FirstName=ANNA', ['Anna', 'HANNA']],
    ['lastName=strasse', ['Anna', 'HANNA']],
    ['lastname=strasse&firstname=hann', ['HANNA']],
    ['NickName=quok', ['Anna']],
    ['username=ANNAB', ['Anna']],
    ['phoneNumber=%2B41%2079%20123%2000%2001', ['HANNA']],
    ['phoneNumber=+4179123', ['HANNA']],
    ['languageCode=de-CH', ['Bert']],
    ['timeZoneId=zone7', ['Bert']],
    ['avatar=https%3A%2F%2Fa.test%2Fbert.png', ['Bert']],
    ['avatar=bert.png', []],
    ['keywords=quokka', ['Anna']],
    ['keywords=%20STRASSE%20', ['Anna', 'HANNA']],
    ['keywords=4179123000', ['HANNA']],
    ['keywords=zz.', ['Anna', 'Bert']],
    ['keywords=nobody-has-this', []],
    ['userType=partner', []],
    ['userType=EndUser&firstName=bert', ['Bert']],
    ['isEmailAddressVerified=true&firstName=a', []],
    ['isEmailAddressVerified=false&firstName=bert', ['Bert']],
    ['isUserVerified=false&firstName=bert', ['Bert']],
    ['isUserVerified=true&firstName=bert', []],
    ['testMode=true', []],
    ['isSystem=true', []],
    ['testMode=false&isSystem=False&firstName=bert', ['Bert']],
    ['trackingLevel=3&firstName=bert', ['Bert']],
    ['status=Inactive', []],
    ['status=active&firstName=bert', ['Bert']],
    ['firstName=&lastName=ok', ['Bert']],
    ['roleId=unknown', []],
    ['packageId=unknown', []],
  ])('finds by %s', async (query, expected) => {
    expect(await among(`?${query}`)).toEqual(expected);
  });

  it('finds by what was generated: e-mail address, code, referral code, ids, role and package', async () => {
    const { code, referralCode, packageId } = (await client.get(anna.id, key)).json.data;
    expect(code).toBe(userCode(anna.id));
    expect(await among(`?emailAddress=${anna.emailAddress.slice(1, -4).toUpperCase()}`)).toEqual(['Anna']);
    expect(await idsOf(`?code=${code.toLowerCase()}`)).toEqual([anna.id]);
    expect(await idsOf(`?code=${code.slice(1)}`)).toEqual([]);
    expect(await among(`?keywords=${code.slice(2, 14).toLowerCase()}`)).toEqual(['Anna']);
    expect(await idsOf(`?referralCode=${referralCode.toLowerCase()}`)).toEqual([anna.id]);
    for (const ids of [
      `ids=${anna.id}&ids=${bert.id}`,
      `Ids=${anna.id},${bert.id}`,
      `ids[0]=${anna.id}&ids[1]=${bert.id}`,
    ]) {
      expect(await among(`?${ids}`)).toEqual(['Anna', 'Bert']);
    }
    expect(await among(`?packageId=${packageId}`)).toEqual(['Anna', 'Bert', 'HANNA']);
    const [role] = (await client.get(readerId, key)).json.data.roles;
    expect(await idsOf(`?roleId=${role.id}`)).toEqual([readerId]);
  });

  it('finds by the language that is shown, where there is none or no country as well', async () => {
    const stored = async (preferredLanguage: string) => {
      const user = await client.member();
      const sent = await client.tessera.send('PUT', `/v2/users/human/${user.id}`, {
        headers: { authorization: `Bearer ${ACME.adminPat}` },
        body: { profile: { givenName: 'L', familyName: 'L', preferredLanguage } },
      });
      expect(sent.status).toBe(200);
      return user.id;
    };
    const ids = { fr: await stored('fr'), hant: await stored('zh-Hant') };
    expect(await idsOf('?languageCode=fr-FR')).toEqual([ids.fr]);
    expect(await idsOf('?languageCode=zh-TW')).toEqual([ids.hant]);
    expect(await among('?languageCode=en-US')).toEqual(['Anna', 'HANNA']);
    expect(await idsOf('?languageCode=fr')).toEqual([]);
  });

  it('finds who has no username by the id that is shown in its place', async () => {
    const { data } = (await client.register({ emailAddress: 'nameless@example.com', password: 'passw0rd' })).json;
    expect(data.username).toBe(data.id);
    expect(await idsOf(`?username=${data.id}`)).toEqual([data.id]);
    expect(await idsOf(`?username=${data.id.slice(1)}`)).toEqual([]);
    expect(await idsOf(`?username=${anna.id}`)).toEqual([]);
  });

  it('pages, and tells the total of all pages', async () => {
    const all = await idsOf('?sortDataField=id&sortOrder=asc');
    expect(all).toEqual(all.toSorted());
    const pages: string[] = [];
    for (let pageNumber = 0; pages.length < all.length; pageNumber += 1) {
      const { data } = (await list(`?PageNumber=${pageNumber}&PageSize=3&SortOrder=Ascending`)).json;
      expect(data).toMatchObject({ totalItems: all.length, pageNumber, pageSize: 3 });
      pages.push(...data.items.map(({ id }: { id: string }) => id));
    }
    expect(pages).toEqual(all);
    const behind = (await list('?pageNumber=1000')).json.data;
    expect(behind).toEqual({ items: [], totalItems: all.length, pageNumber: 1000, pageSize: 200 });
  });

  it.each(['createdDate', 'CODE', 'username', 'Status'])('sorts by %s, both ways', async (field) => {
    const value = (user: Record<string, string>) => (user[field] ?? user[field.toLowerCase()] ?? '').toLowerCase();
    const { data } = (await list(`?ids=${anna.id},${bert.id}&sortDataField=${field}&sortOrder=asc`)).json;
    const shown: string[] = data.items.map(value);
    expect(shown).toEqual(shown.toSorted());
    const other = await idsOf(`?ids=${anna.id},${bert.id}&sortDataField=${field}&sortOrder=desc`);
    expect(other).toEqual(data.items.map(({ id }: { id: string }) => id).reverse());
  });

  it('hides who was deleted, unless deleted users are asked for', async () => {
    const gone = await client.member({ firstName: 'Gone' });
    expect((await client.call('DELETE', `/users/${gone.id}`, { key })).status).toBe(200);
    expect(await idsOf('?firstName=gone')).toEqual([]);
    expect(await idsOf(`?ids=${gone.id}`)).toEqual([]);
    const { items } = (await list('?firstName=gone&Status=Deleted')).json.data;
    expect(items).toMatchObject([{ id: gone.id, status: 'Deleted' }]);
  });

  it('shows those who are not initialised as inactive ones', async () => {
    const user = await client.member();
    expect((await client.call('POST', `/users/${user.id}/deactivate`, { key })).status).toBe(200);
    expect(await idsOf('?status=Inactive')).toEqual([user.id]);
  });

  it('shows no machines', async () => {
    const sent = await client.tessera.send('POST', '/v2/users/new', {
      headers: { authorization: `Bearer ${ACME.adminPat}` },
      body: { organizationId: ACME.id, username: 'zz.machine', machine: { name: 'Machine' } },
    });
    expect(sent.status).toBe(200);
    expect(await idsOf('?username=zz.machine')).toEqual([]);
    expect(await idsOf(`?ids=${sent.json.id}`)).toEqual([]);
  });

  it('shows a user without a role nobody but itself', async () => {
    expect(await idsOf('', bert.key)).toEqual([bert.id]);
    expect((await list('', bert.key)).json.data.totalItems).toBe(1);
    expect(await idsOf('?firstName=anna', bert.key)).toEqual([]);
    expect(await idsOf(`?ids=${anna.id}`, bert.key)).toEqual([]);
  });

  it('shows a reader everybody of the brand, and nobody of another', async () => {
    const reader = await client.keyOf(READER.username, READER.password);
    const globex = new Client(client.tessera, GLOBEX.brandUrl);
    const stranger = await globex.member({ firstName: 'Annabelle' });
    expect(await among('?firstName=anna')).toEqual(['Anna', 'HANNA']);
    expect(await idsOf(`?ids=${stranger.id}`, reader)).toEqual([]);
    expect((await idsOf('', reader)).length).toBe((await idsOf('')).length);
  });

  it.each([
    ['PageNumber=-1', 'InvalidPageNumber'],
    ['PageSize=0', 'InvalidPageSize'],
    ['PageSize=201', 'InvalidPageSize'],
    ['PageSize=ten', 'InvalidPageSize'],
    ['SortDataField=password', 'InvalidSortDataField'],
    ['SortOrder=up', 'InvalidSortOrder'],
    ['Status=Gone', 'InvalidStatus'],
    ['UserType=God', 'InvalidUserType'],
    ['IsSystem=1', 'InvalidIsSystem'],
    ['TrackingLevel=x', 'InvalidTrackingLevel'],
    ['Username=a&username=b', 'InvalidUsername'],
  ])('400 for %s', async (query, code) => {
    const response = await list(`?${query}`);
    expect(response.status).toBe(400);
    expect(codes(response)).toEqual([code]);
  });

  it.each(['?firstName=%zz', '?firstName=%00', '?firstName=%ED%A0%80'])('400 for a malformed %s', async (query) => {
    expect((await list(query)).status).toBe(400);
  });

  it('401 without a key, and with one of another brand', async () => {
    expect((await client.call('GET', '/users')).status).toBe(401);
    expect((await client.call('GET', '/users', { key, brand: GLOBEX.brandUrl })).status).toBe(401);
  });
});

describe('GET /users/by-list-id', () => {
  const byIds = (query: string, as = key) => client.call('GET', `/users/by-list-id?${query}`, { key: as });
  const shown = async (query: string, as = key) =>
    (await byIds(query, as)).json.data.items.map(({ id }: { id: string }) => id);

  it('shows the users in the order they were asked for', async () => {
    const ids = [bert.id, anna.id, hanna.id];
    for (const query of [
      ids.map((id) => `ids=${id}`).join('&'),
      ids.map((id) => `ids%5B%5D=${id}`).join('&'),
      ids.map((id, n) => `ids%5B${n}%5D=${id}`).join('&'),
      `Ids=${ids.join(',')}`,
    ]) {
      expect(await shown(query)).toEqual(ids);
    }
    const { data } = (await byIds(`ids=${bert.id},nobody,${bert.id}`)).json;
    expect(data).toMatchObject({ items: [{ id: bert.id }], totalItems: 1, pageNumber: null, pageSize: null });
  });

  it('leaves out who is unknown, deleted, of another brand, or not the caller to read', async () => {
    const gone = await client.member();
    await client.call('DELETE', `/users/${gone.id}`, { key });
    const stranger = await new Client(client.tessera, GLOBEX.brandUrl).member();
    expect(await shown(`ids=${gone.id},${stranger.id},1`)).toEqual([]);
    expect(await shown(`ids=${anna.id},${bert.id}`, bert.key)).toEqual([bert.id]);
    expect(await shown('')).toEqual([]);
  });

  it('takes a hundred ids and no more', async () => {
    const ids = (count: number) => Array.from({ length: count }, (_, n) => `ids=${n}`).join('&');
    expect((await byIds(ids(100))).status).toBe(200);
    const refused = await byIds(ids(101));
    expect(refused.status).toBe(400);
    expect(codes(refused)).toEqual(['InvalidIds']);
  });

  it('401 without a key', async () => {
    expect((await client.call('GET', '/users/by-list-id')).status).toBe(401);
  });
});

describe('GET /users/by-username/{username}', () => {
  const named = (name: string, as = key) => client.call('GET', `/users/by-username/${name}`, { key: as });

  it('shows the user of that name, in any letter case', async () => {
    const response = await named('ZZ.annabel');
    expect(response.json.data).toEqual((await client.get(anna.id, key)).json.data);
    expect(response.headers.get('etag')).toBe((await client.get(anna.id, key)).headers.get('etag'));
    expect((await named(bert.username, bert.key)).json.data.id).toBe(bert.id);
  });

  it('shows by its id who has no other name', async () => {
    const { data } = (await client.register({ emailAddress: 'nameless2@example.com', password: 'passw0rd' })).json;
    expect((await named(data.id)).json.data.id).toBe(data.id);
    expect((await named(anna.id)).status).toBe(404);
  });

  it('404 for nobody, for somebody of another brand and for a deleted one', async () => {
    const gone = await client.member({ username: 'zz.gone' });
    await client.call('DELETE', `/users/${gone.id}`, { key });
    for (const name of ['zz.gone', 'globex.admin', 'nobody-here']) {
      const response = await named(name);
      expect(response.status).toBe(404);
      expect(codes(response)).toEqual(['UserNotFound']);
    }
  });

  it('403 for somebody else, 401 without a key', async () => {
    expect((await named(anna.username, bert.key)).status).toBe(403);
    expect((await client.call('GET', `/users/by-username/${anna.username}`)).status).toBe(401);
  });
});
