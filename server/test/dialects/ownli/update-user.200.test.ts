import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, fresh, freshPhone, outline, plant } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('PUT /api/users/:userId, 200', () => {
  it('changes every member, one event for each part of the record', async () => {
    const user = await client.create();
    const email = `all${fresh()}@mail.test`;
    const phone = freshPhone();
    const response = await client.put(user.id, {
      firstName: 'Ann',
      lastName: 'Lee',
      email,
      isEmailVerified: true,
      phone,
      isPhoneVerified: true,
      customField1: '1',
      customField2: '2',
      customField3: '3',
      customField4: '4',
      customField5: '5',
      address: { addressLine1: 'A', addressLine2: 'B', city: 'C', state: 'NY', country: 'US', zip: '10001' },
    });

    expect(response.status).toBe(200);
    expect(response.json).toEqual({
      id: user.id,
      firstName: 'Ann',
      lastName: 'Lee',
      email,
      phone,
      adminNote: null,
      customField1: '1',
      customField2: '2',
      customField3: '3',
      customField4: '4',
      customField5: '5',
      address: { addressLine1: 'A', addressLine2: 'B', city: 'C', state: 'NY', country: 'US', zip: '10001' },
      tosAnswer: 'None',
      partnerCode: null,
      dateRegistered: user.dateRegistered,
      updated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      emailVerified: true,
      phoneVerified: true,
      fraud: false,
    });
    const events = await t.events(user.id);
    expect(outline(events.slice(1))).toEqual([
      ['user.profile_changed', { 'profile.givenName': 'Ann', 'profile.familyName': 'Lee' }],
      ['user.email_changed', { 'email.value': email }],
      ['user.email_verified', { 'email.verified': true, 'email.verifiedAt': expect.any(Number) }],
      ['user.phone_changed', { 'phone.value': phone }],
      ['user.phone_verified', { 'phone.verified': true, 'phone.verifiedAt': expect.any(Number) }],
      [
        'user.address_changed',
        {
          'address.line1': 'A',
          'address.line2': 'B',
          'address.city': 'C',
          'address.state': 'NY',
          'address.postalCode': '10001',
        },
      ],
      [
        'user.extra_changed',
        {
          'extra.customField1': '1',
          'extra.customField2': '2',
          'extra.customField3': '3',
          'extra.customField4': '4',
          'extra.customField5': '5',
        },
      ],
    ]);
    expect(events[1]?.origin).toMatchObject({ actor: 'client:ownli:300000000000000001:acme-ownli', dialect: 'ownli' });
    expect(response.headers.get('etag')).toBe(`"${events.length}"`);
    expect((await client.get(user.id)).json).toEqual(response.json);
  });

  it('writes exactly one event for one custom field', async () => {
    const user = await client.create();
    const response = await client.put(user.id, { customField3: 'x' });
    expect(response.headers.get('etag')).toBe('"2"');
    const [, ...events] = await t.events(user.id);
    expect(events.map(({ type, changes }) => ({ type, changes }))).toEqual([
      { type: 'user.extra_changed', changes: { 'extra.customField3': { before: null, after: 'x' } } },
    ]);
  });

  it('writes nothing when every value is the one it shows', async () => {
    const user = await client.create({ customField1: 'x', isPhoneVerified: true });
    const before = await t.events(user.id);
    const response = await client.put(user.id, user);
    expect(response.status).toBe(200);
    expect(response.json).toEqual(user);
    expect(await t.events(user.id)).toEqual(before);
  });

  it('keeps what it cannot show', async () => {
    const user = await client.create();
    await plant(t, user.id, ({ profile, extra }) => ({
      profile: { ...profile, nickName: 'Joey' },
      extra: { ...extra, adminNote: 'seen', fraud: true, tosAnswer: 'Declined', partnerCode: 'P-1', tags: 'a' },
    }));
    const response = await client.put(user.id, { firstName: 'Other' });
    expect(response.json).toMatchObject({
      adminNote: 'seen',
      fraud: true,
      tosAnswer: 'Declined',
      partnerCode: 'P-1',
    });
    expect(await t.user(user.id)).toMatchObject({ profile: { nickName: 'Joey' }, extra: { tags: 'a' } });
  });

  it('ignores what is not settable', async () => {
    const user = await client.create();
    const response = await client.put(user.id, {
      id: '1',
      adminNote: 'x',
      fraud: true,
      tosAnswer: 'Accepted',
      partnerCode: 'x',
      emailVerified: true,
      phoneVerified: true,
      dateRegistered: 'x',
      roles: ['IAM_OWNER'],
      state: 'deleted',
      organizationId: '300000000000000002',
    });
    expect(response.json).toEqual(user);
    expect(await t.events(user.id)).toHaveLength(1);
  });

  it('sets and withdraws a verification without a new value', async () => {
    const user = await client.create();
    expect((await client.put(user.id, { isEmailVerified: true })).json.emailVerified).toBe(true);
    expect((await client.put(user.id, { isEmailVerified: true })).json.emailVerified).toBe(true);
    expect((await client.put(user.id, { isEmailVerified: false })).json.emailVerified).toBe(false);
    expect((await t.events(user.id)).slice(1).map(({ type }) => type)).toEqual([
      'user.email_verified',
      'user.email_changed',
    ]);
  });

  it.each([
    ['a first name of 100 characters beyond the basic plane', { firstName: '😀'.repeat(100) }],
    ['a custom field of 1000 characters beyond the basic plane', { customField5: '😀'.repeat(1000) }],
    ['a zip of 20 characters', { address: { state: 'CA', zip: 'x'.repeat(20) } }],
    ['an address line of 200 characters', { address: { state: 'CA', addressLine2: 'é'.repeat(200) } }],
    ['a phone number that is not assigned', { phone: '+15550000000' }],
    ['an e-mail address with letters of another script', { email: 'jörg@mail.test' }],
  ])('takes %s', async (_name, change) => {
    const user = await client.create();
    const response = await client.put(user.id, change);
    expect(response.status).toBe(200);
    expect(response.json).toMatchObject(change);
  });

  describe('takes back what it showed, though it would not take it anew', () => {
    it('texts that another API wrote', async () => {
      const user = await client.create();
      await plant(t, user.id, ({ profile, email, phone, address }) => ({
        profile: { ...profile, givenName: 'n'.repeat(200) },
        email: { ...email, value: '"Jo Doe"@mail.test', verified: true },
        phone: { ...phone, value: '+499' },
        address: { ...address, state: 'Bayern', country: 'DE', postalCode: 'z'.repeat(30) },
      }));
      const shown = (await client.get(user.id)).json;
      const response = await client.put(user.id, { ...shown, lastName: 'New' });
      expect(response.status).toBe(200);
      expect(response.json).toEqual({ ...shown, lastName: 'New', updated: response.json.updated });
      expect(outline((await t.events(user.id)).slice(1))).toEqual([
        ['user.profile_changed', { 'profile.familyName': 'New' }],
      ]);
    });

    it('an address of which nothing is set', async () => {
      const user = await client.create();
      const none = { line1: null, line2: null, city: null, state: null, country: null, postalCode: null };
      await plant(t, user.id, () => ({ address: none }));
      const shown = (await client.get(user.id)).json;
      expect((await client.put(user.id, { ...shown, customField1: 'x' })).status).toBe(200);
      expect((await t.user(user.id)).address).toEqual(none);
    });
  });
});
