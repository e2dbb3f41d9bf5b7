import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf, fresh, freshPhone, outline } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('POST /user/account/update', () => {
  it('given all four fields, when they change, then the answer is the documented string and each part has its event', async () => {
    const userid = await client.create();
    const phone = freshPhone();
    const email = `${fresh('new')}@mail.test`;
    const response = await client.update({ userid, firstname: 'jane', lastname: 'roe', email, phone });
    expect(response.status).toBe(200);
    expect(response.text).toBe('"Successful"');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('etag')).toBe('"4"');
    expect(outline(await client.events(userid)).slice(1)).toEqual([
      ['user.profile_changed', ['profile.givenName', 'profile.familyName']],
      ['user.email_changed', ['email.value']],
      ['user.phone_changed', ['phone.value']],
    ]);
    const user = await client.user(userid);
    expect(user.profile).toMatchObject({ givenName: 'jane', familyName: 'roe' });
    expect(user.email).toMatchObject({ value: email, verified: false });
    expect(user.phone).toMatchObject({ value: `+1${phone}`, verified: false });
    expect(user.version).toBe(4);
  });

  it('given the history, when it is read, then it names the partner, the dialect, the request and the values', async () => {
    const userid = await client.create({ firstname: 'Before' });
    const response = await client.update({ userid, firstname: 'After' });
    const event = (await client.events(userid)).at(-1);
    expect(event?.changes).toEqual({ 'profile.givenName': { before: 'Before', after: 'After' } });
    expect(event?.origin).toEqual({
      actor: 'client:avibra:300000000000000001:acme-avibra',
      dialect: 'avibra',
      client: 'client',
      requestId: response.headers.get('x-request-id'),
    });
  });

  it("given Tessera's own id, when the partner has none for the user, then it is accepted", async () => {
    const response = await client.update({ userid: ACME.viewer.id, firstname: 'Viola' });
    expect(response.status).toBe(200);
    expect((await t.user(ACME.viewer.id)).profile.givenName).toBe('Viola');
  });

  it('given the values the record has, when they are sent again, then nothing is written and the version stays', async () => {
    const phone = freshPhone();
    const userid = await client.create({ firstname: 'Same', phone });
    const before = await client.events(userid);
    const response = await client.update({
      userid,
      firstname: ' Same ',
      phone: `+1 (${phone.slice(0, 3)}) ${phone.slice(3)}`,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(await client.events(userid)).toEqual(before);
  });

  it('given verified contacts, when the same values are sent, then they stay verified; another value drops it', async () => {
    const userid = await client.create();
    const { id, email, phone } = await client.user(userid);
    const admin = { authorization: `Bearer ${ACME.adminPat}` };
    const verified = {
      email: { email: email.value, isVerified: true },
      phone: { phone: phone.value, isVerified: true },
    };
    expect((await t.send('PUT', `/v2/users/human/${id}`, { headers: admin, body: verified })).status).toBe(200);
    await client.update({ userid, email: email.value, phone: phone.value?.slice(2) });
    expect((await t.user(id)).email.verified).toBe(true);
    expect((await t.user(id)).phone.verified).toBe(true);
    await client.update({ userid, phone: freshPhone() });
    expect((await t.user(id)).email.verified).toBe(true);
    expect((await t.user(id)).phone).toMatchObject({ verified: false, verifiedAt: null });
  });

  it('given names of 100 code points beyond the basic plane, when they are sent, then they are taken', async () => {
    const userid = await client.create();
    expect((await client.update({ userid, firstname: '😀'.repeat(100) })).status).toBe(200);
    expect((await client.user(userid)).profile.givenName).toBe('😀'.repeat(100));
  });

  it('given members like parts of a prototype, when they are sent, then they are unknown members like others', async () => {
    const userid = await client.create();
    const body = `{"userid":"${userid}","partnername":"acme","firstname":"Proto","__proto__":{"lastname":"Evil"},"constructor":1}`;
    expect((await client.post('/user/account/update', body)).status).toBe(200);
    expect((await client.user(userid)).profile).toMatchObject({ givenName: 'Proto', familyName: 'Doe' });
    expect(({} as Record<string, unknown>).lastname).toBeUndefined();
  });
});
