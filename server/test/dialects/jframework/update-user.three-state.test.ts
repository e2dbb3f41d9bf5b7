import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { ADMIN, Client, codes, LATER, type Member, required, startClient } from './support.ts';

const FULL = {
  nickName: 'Nick',
  firstName: 'First',
  lastName: 'Last',
  languageCode: 'de-CH',
  countryCode: 'CH',
  timeZoneId: 'Europe/Zurich',
  phoneNumber: '+41790000010',
  avatar: 'https://example.com/a.png',
  bio: 'Bio',
  website: 'https://example.com/',
};
type Name = keyof typeof FULL;
const NAMES = Object.keys(FULL) as Name[];

let client: Client;
let member: Member;
beforeAll(async () => {
  client = await startClient();
  member = await client.member();
});
afterAll(() => client.tessera.stop());

async function expectUnchanged(who: Member, body: object, of = client): Promise<void> {
  const before = await of.tessera.events(who.id);
  expect((await of.put(who, body)).status).toBe(200);
  expect(await of.tessera.events(who.id)).toEqual(before);
}

describe('a member that is left out, null or given', () => {
  beforeEach(async () => {
    expect((await client.put(member, { ...required(member), ...FULL })).status).toBe(200);
  });

  it('left out keeps', () => expectUnchanged(member, required(member)));

  it.each(NAMES)('null clears %s, and nothing else', async (name) => {
    const before = (await client.get(member.id, member.key)).json.data;
    const { sequence } = await client.tessera.user(member.id);
    const response = await client.put(member, { ...required(member), [name]: null });
    expect(response.status).toBe(200);
    const cleared = name === 'languageCode' ? 'en-US' : null;
    expect(response.json.data).toEqual({ ...before, [name]: cleared });
    expect(await client.gained(member.id, sequence)).toHaveLength(1);
  });

  it.each(['nickName', 'firstName', 'lastName', 'bio'])('the empty text clears %s', async (name) => {
    const response = await client.put(member, { ...required(member), [name]: '' });
    expect(response.json.data[name]).toBeNull();
  });
});

describe('where nothing is required', () => {
  let later: Client;
  let person: Member;
  beforeAll(async () => {
    later = new Client(client.tessera, LATER);
    person = await later.member({ password: 'Passw0rd!' });
  });

  it('null and absence keep username and e-mail address', async () => {
    await expectUnchanged(person, {}, later);
    await expectUnchanged(person, { username: null, emailAddress: null }, later);
  });

  it('one member alone changes one field', async () => {
    const { sequence } = await later.tessera.user(person.id);
    expect((await later.put(person, { bio: 'alone' })).json.data.bio).toBe('alone');
    expect(await later.gained(person.id, sequence)).toEqual([
      ['user.profile_changed', { 'profile.bio': { before: null, after: 'alone' } }],
    ]);
  });

  it('shows null for a username that is not there', async () => {
    const body = { emailAddress: 'no.name@example.com', password: 'Passw0rd!' };
    expect((await later.register(body)).json.data.username).toBeNull();
  });
});

describe('a value that the last read has shown', () => {
  /** Sets what this dialect would not accept, through one that does. */
  async function through(id: string, body: object): Promise<void> {
    const headers = { authorization: `Bearer ${ACME.adminPat}` };
    const response = await client.tessera.send('PUT', `/v2/users/human/${id}`, { headers, body });
    expect(response.status).toBe(200);
  }

  it('keeps a language that is shown with a country', async () => {
    const person = await client.member();
    await through(person.id, { profile: { givenName: 'G', familyName: 'F', preferredLanguage: 'de' } });
    expect((await client.get(person.id, person.key)).json.data.languageCode).toBe('de-DE');
    await expectUnchanged(person, { ...required(person), languageCode: 'de-DE' });
    expect((await client.tessera.user(person.id)).profile.preferredLanguage).toBe('de');
  });

  it('keeps no language where the default is shown', async () => {
    const person = await client.member();
    expect((await client.get(person.id, person.key)).json.data.languageCode).toBe('en-US');
    await expectUnchanged(person, { ...required(person), languageCode: 'en-US' });
  });

  it('keeps no username where the id is shown', async () => {
    const body = { emailAddress: 'nameless@example.com', password: 'passw0rd' };
    const { id, username } = (await client.register(body)).json.data;
    expect(username).toBe(id);
    const key = await client.keyOf(body.emailAddress, body.password);
    const before = await client.tessera.events(id);
    const response = await client.put({ id, key }, { username: id, emailAddress: body.emailAddress });
    expect(response.status).toBe(200);
    expect(await client.tessera.events(id)).toEqual(before);
    expect((await client.tessera.user(id)).username).toBeNull();
  });

  it('keeps a username, a name and an address that could not be set here', async () => {
    const person = await client.member();
    const odd = { username: 'ä b', emailAddress: '<odd.ann@example.com>', firstName: 'x'.repeat(150) };
    await through(person.id, {
      username: odd.username,
      email: { email: odd.emailAddress },
      profile: { givenName: odd.firstName, familyName: 'F' },
    });
    await expectUnchanged(person, odd);
    const response = await client.put(person, { ...odd, firstName: `${odd.firstName}x` });
    expect(codes(response)).toEqual(['InvalidFirstName']);
  });

  it('comes back unchanged as a whole', async () => {
    const key = await client.keyOf(ADMIN.username, ADMIN.password);
    const shown = (await client.get(ACME.viewer.id, key)).json.data;
    const before = await client.tessera.events(ACME.viewer.id);
    const response = await client.put({ id: ACME.viewer.id, key }, shown);
    expect(response.json.data).toEqual(shown);
    expect(await client.tessera.events(ACME.viewer.id)).toEqual(before);
  });
});
