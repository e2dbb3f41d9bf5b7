import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, CREATE, clientOf, outline } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('POST /user/account/create', () => {
  it('given a whole body, when it is sent, then the user exists with every value, known by the id of the partner', async () => {
    const info = client.userInfo({
      firstname: ' Jo ',
      address: {
        addressline1: '1 Main St',
        addressline2: 'Apt 2',
        city: 'Newark',
        state: 'nj',
        zip: '07102',
        country: 'us',
        county: 'Essex',
      },
      dateofbirth: '2000-01-01',
    });
    const userid = String(info.userid);
    const response = await client.post(CREATE, info);
    expect(response.status).toBe(200);
    expect(response.text).toBe('"Successful"');
    expect(response.headers.get('etag')).toBe('"1"');
    const user = await client.user(userid);
    expect(user).toMatchObject({
      organizationId: ACME.id,
      kind: 'human',
      state: 'active',
      username: null,
      profile: { givenName: 'Jo', familyName: 'Doe' },
      email: { value: info.email, verified: false, code: null },
      phone: { value: `+1${info.phone}`, verified: false, code: null },
      address: {
        line1: '1 Main St',
        line2: 'Apt 2',
        city: 'Newark',
        state: 'NJ',
        postalCode: '07102',
        country: 'US',
      },
      extra: { externalIds: { acme: userid } },
    });
    expect(user.id).toMatch(/^[0-9]{18}$/);
    expect(outline(await client.events(userid)).map(([type]) => type)).toEqual(['user.created']);
  });

  it.each([
    ['no address', undefined],
    ['no address by null', null],
    ['an empty address', {}],
    ['an address of nulls', { addressline1: null, state: null }],
  ])('given %s, when it is sent, then the address stays empty', async (_what, address) => {
    const userid = await client.create({ address });
    expect(Object.values((await client.user(userid)).address)).toEqual(Array(6).fill(null));
  });

  it('given another country, when its state is no US state, then it is taken as it is', async () => {
    const userid = await client.create({ address: { state: 'Zürich', country: 'CH' } });
    expect((await client.user(userid)).address).toMatchObject({ state: 'Zürich', country: 'CH' });
  });

  it('given a user who was deleted, when its userid, e-mail and phone are used again, then there is a new user', async () => {
    const info = client.userInfo();
    const userid = await client.create(info);
    const { id } = await client.user(userid);
    await t.send('DELETE', `/v2/users/${id}`, { headers: { authorization: `Bearer ${ACME.adminPat}` } });
    expect((await client.post(CREATE, info)).status).toBe(200);
    expect((await client.user(userid)).id).not.toBe(id);
  });

  it('given a user, when other dialects read it, then they show it', async () => {
    const userid = await client.create({ firstname: 'Shared' });
    const { id } = await client.user(userid);
    const response = await t.send('GET', `/v2/users/${id}`, { headers: { authorization: `Bearer ${ACME.adminPat}` } });
    expect(response.json.user.human.profile.givenName).toBe('Shared');
  });
});
