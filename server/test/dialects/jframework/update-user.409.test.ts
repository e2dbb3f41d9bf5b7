import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, codes, type Member, required, SHARED_CONTACTS, startClient } from './support.ts';

let client: Client;
let member: Member;
let other: Member;
beforeAll(async () => {
  client = await startClient();
  member = await client.member();
  other = await client.member({ phoneNumber: '+41790000001' });
});
afterAll(() => client.tessera.stop());

async function expectTaken(change: object, code: string): Promise<void> {
  const before = await client.tessera.events(member.id);
  const response = await client.put(member, { ...required(member), bio: 'not written', ...change });
  expect(response.status).toBe(409);
  expect(codes(response)).toEqual([code]);
  expect(await client.tessera.events(member.id)).toEqual(before);
}

describe('PUT /users/{id} 409', () => {
  it('the username is taken, in any letter case', () =>
    expectTaken({ username: other.username.toUpperCase() }, 'UsernameAlreadyExists'));
  it('the e-mail address is taken, in any letter case', () =>
    expectTaken({ emailAddress: other.emailAddress.toUpperCase() }, 'EmailAddressAlreadyExists'));
  it('the phone number is taken, however it is written', () =>
    expectTaken({ phoneNumber: '+41 79 000 00 01' }, 'PhoneNumberAlreadyExists'));

  it('an address may be shared where the organization allows it', async () => {
    const shared = new Client(client.tessera, SHARED_CONTACTS);
    const first = await shared.member({ phoneNumber: '+41790000002' });
    const second = await shared.member({ emailAddress: first.emailAddress, phoneNumber: '+41790000002' });
    const response = await shared.put(second, { ...required(second), emailAddress: first.emailAddress });
    expect(response.status).toBe(200);
  });

  it('of two who want one address at once, one gets it', async () => {
    const [first, second] = [await client.member(), await client.member()];
    const emailAddress = 'wanted.by.two@example.com';
    const answers = await Promise.all(
      [first, second].map((who) => client.put(who, { ...required(who), emailAddress })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('a username that ends in another organization’s domain is not valid', async () => {
    const response = await client.put(member, { ...required(member), username: 'me@globex.test' });
    expect(response.status).toBe(400);
    expect(codes(response)).toEqual(['InvalidUsername']);
  });
});
