import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, type Client, EDITOR, type Member, required, startClient } from './support.ts';

let client: Client;
let member: Member;
beforeAll(async () => {
  client = await startClient();
  member = await client.member();
});
afterAll(() => client.tessera.stop());

describe('PUT /users/{id} 200', () => {
  it('changes every field, with one event for each part of the record', async () => {
    const before = await client.tessera.user(member.id);
    const response = await client.put(member, {
      username: 'someone.else',
      emailAddress: 'someone.else@example.com',
      nickName: 'Johnny',
      firstName: 'John',
      lastName: 'Doe',
      languageCode: 'de-CH',
      countryCode: 'CH',
      timeZoneId: 'Europe/Zurich',
      phoneNumber: '+41 79 123 45 67',
      avatar: 'https://example.com/a.png',
      bio: 'Likes mice.',
      website: 'http://example.com',
    });

    expect(response.status).toBe(200);
    expect(response.json.data).toMatchObject({
      id: member.id,
      username: 'someone.else',
      emailAddress: 'someone.else@example.com',
      isEmailAddressVerified: false,
      nickName: 'Johnny',
      firstName: 'John',
      lastName: 'Doe',
      languageCode: 'de-CH',
      countryCode: 'CH',
      timeZoneId: 'Europe/Zurich',
      phoneNumber: '+41791234567',
      avatar: 'https://example.com/a.png',
      bio: 'Likes mice.',
      website: 'http://example.com',
    });
    const gained = await client.gained(member.id, before.sequence);
    expect(gained.map(([type]) => type)).toEqual([
      'user.username_changed',
      'user.profile_changed',
      'user.email_changed',
      'user.phone_changed',
    ]);
    expect(gained[0]?.[1]).toEqual({ username: { before: member.username, after: 'someone.else' } });
    expect(gained[1]?.[1]).toMatchObject({ 'profile.countryCode': { before: null, after: 'CH' } });
    const { origin } = (await client.tessera.events(member.id)).at(-1) ?? {};
    expect(origin).toMatchObject({ actor: `user:${member.id}`, dialect: 'jframework', client: 'session' });
    expect(origin?.requestId).toBe(response.headers.get('x-request-id'));
    expect(response.headers.get('etag')).toBe(`"${(await client.tessera.user(member.id)).version}"`);
    expect((await client.get(member.id, member.key)).json.data).toEqual(response.json.data);
  });

  it('writes nothing when nothing would change', async () => {
    const shown = (await client.get(member.id, member.key)).json.data;
    const before = await client.tessera.events(member.id);
    const response = await client.put(member, shown);
    expect(response.status).toBe(200);
    expect(response.json.data).toEqual(shown);
    expect(await client.tessera.events(member.id)).toEqual(before);
  });

  it('is open to those whose role holds USER.UPDATE, for the record of another', async () => {
    const key = await client.keyOf(EDITOR.username, EDITOR.password);
    const other = await client.member();
    const { sequence } = await client.tessera.user(other.id);
    const response = await client.put({ id: other.id, key }, { ...required(other), firstName: 'Edited' });
    expect(response.status).toBe(200);
    expect(await client.gained(other.id, sequence)).toEqual([
      ['user.profile_changed', { 'profile.givenName': { before: null, after: 'Edited' } }],
    ]);
  });

  it('is open to administrators of the brand, and shows their roles', async () => {
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    const me = (await client.call('GET', '/users/me', { key })).json.data;
    expect(me.roles.map(({ code }: { code: string }) => code)).toEqual(['SUPER_ADMIN']);
    expect(me).toMatchObject({ type: 'SuperAdmin', brandId: (await client.tessera.user(me.id)).organizationId });
    const other = await client.member();
    const response = await client.put({ id: other.id, key }, { ...required(other), lastName: 'Managed' });
    expect(response.json.data.lastName).toBe('Managed');
  });
});
