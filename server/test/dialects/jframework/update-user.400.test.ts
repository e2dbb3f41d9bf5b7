import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, codes, LATER, type Member, required, startClient } from './support.ts';

let client: Client;
let member: Member;
beforeAll(async () => {
  client = await startClient();
  member = await client.member();
});
afterAll(() => client.tessera.stop());

async function expectRefused(body: object, expected: readonly string[]): Promise<void> {
  const before = await client.tessera.events(member.id);
  const response = await client.put(member, body);
  expect(response.status).toBe(400);
  expect(codes(response)).toEqual(expected);
  expect(await client.tessera.events(member.id)).toEqual(before);
}

const MOUSE = '\u{1F42D}';

describe('PUT /users/{id} 400', () => {
  it.each([
    ['no username', { emailAddress: 'a@example.com' }, ['UsernameRequired']],
    ['no e-mail address', { username: 'some.body' }, ['EmailAddressRequired']],
    ['neither', {}, ['UsernameRequired', 'EmailAddressRequired']],
    ['both null', { username: null, emailAddress: null }, ['UsernameRequired', 'EmailAddressRequired']],
    ['both empty', { username: '', emailAddress: '' }, ['UsernameRequired', 'EmailAddressRequired']],
  ])('required members: %s', (_name, body, expected) => expectRefused(body, expected));

  it.each([
    ['username', 'four', 'InvalidUsername'],
    ['username', 'with space', 'InvalidUsername'],
    ['username', 'a'.repeat(65), 'InvalidUsername'],
    ['username', 'ümlaut', 'InvalidUsername'],
    ['emailAddress', 'nobody', 'InvalidEmailAddress'],
    ['emailAddress', 'Name <a@example.com>', 'InvalidEmailAddress'],
    [
      'emailAddress',
      `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.ch`,
      'InvalidEmailAddress',
    ],
    ['phoneNumber', '12345', 'InvalidPhoneNumber'],
    ['phoneNumber', '', 'InvalidPhoneNumber'],
    ['phoneNumber', 'call +41791234567', 'InvalidPhoneNumber'],
    ['languageCode', 'de', 'InvalidLanguageCode'],
    ['languageCode', 'de_CH', 'InvalidLanguageCode'],
    ['languageCode', 'DE-ch', 'InvalidLanguageCode'],
    ['countryCode', 'XX', 'InvalidCountryCode'],
    ['countryCode', 'Switzerland', 'InvalidCountryCode'],
    ['timeZoneId', 'Europe Zurich', 'InvalidTimeZoneId'],
    ['timeZoneId', 'z'.repeat(65), 'InvalidTimeZoneId'],
    ['avatar', 'picture.png', 'InvalidAvatar'],
    ['avatar', 'javascript:alert(1)', 'InvalidAvatar'],
    ['website', 'ftp://example.com', 'InvalidWebsite'],
    ['website', `https://example.com/${'a'.repeat(2048)}`, 'InvalidWebsite'],
    ['firstName', MOUSE.repeat(101), 'InvalidFirstName'],
    ['lastName', 'a'.repeat(101), 'InvalidLastName'],
    ['nickName', 'a'.repeat(101), 'InvalidNickName'],
    ['bio', 'a'.repeat(501), 'InvalidBio'],
  ])('values: %s %j', (name, value, code) => expectRefused({ ...required(member), [name]: value }, [code]));

  it('counts lengths in code points', async () => {
    const body = { ...required(member), firstName: MOUSE.repeat(100), bio: MOUSE.repeat(500) };
    const response = await client.put(member, body);
    expect(response.status).toBe(200);
    expect(response.json.data.firstName).toBe(MOUSE.repeat(100));
  });

  it('names every member that is wrong, each in an error of its own', () =>
    expectRefused({ emailAddress: 'nobody', phoneNumber: 'x', avatar: 'x', languageCode: 'x' }, [
      'UsernameRequired',
      'InvalidEmailAddress',
      'InvalidLanguageCode',
      'InvalidPhoneNumber',
      'InvalidAvatar',
    ]));

  it.each([
    ['a number', 1],
    ['a list', ['a']],
    ['an object', {}],
    ['a flag', true],
  ])('types: %s is no text', (_name, value) =>
    expectRefused({ ...required(member), firstName: value, bio: value }, ['InvalidFirstName', 'InvalidBio']),
  );

  it('refuses a required member of the wrong type by its type', () =>
    expectRefused({ username: 5, emailAddress: ['a@example.com'] }, ['InvalidUsername', 'InvalidEmailAddress']));

  it('refuses an empty username and address where neither is required', async () => {
    const later = new Client(client.tessera, LATER);
    const person = await later.member({ password: 'Passw0rd!' });
    const response = await later.put(person, { username: '', emailAddress: '' });
    expect(response.status).toBe(400);
    expect(codes(response)).toEqual(['InvalidUsername', 'InvalidEmailAddress']);
  });
});
