import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, type Client, codes, EDITOR, type Member, READER, required, startClient } from './support.ts';

let client: Client;
let member: Member;
beforeAll(async () => {
  client = await startClient();
  member = await client.member();
});
afterAll(() => client.tessera.stop());

async function expectDenied(id: string, key: string, body: object): Promise<void> {
  const before = await client.tessera.events(id);
  const response = await client.put({ id, key }, body);
  expect(response.status).toBe(403);
  expect(codes(response)).toEqual(['AccessDenied']);
  expect(await client.tessera.events(id)).toEqual(before);
}

describe('PUT /users/{id} 403', () => {
  it('denies the record of another to a user without a role', async () => {
    const other = await client.member();
    await expectDenied(other.id, member.key, { ...required(other), bio: 'x' });
  });

  it('denies it to a role that may only read', async () => {
    const key = await client.keyOf(READER.username, READER.password);
    expect((await client.get(member.id, key)).status).toBe(200);
    await expectDenied(member.id, key, { ...required(member), bio: 'x' });
  });

  it('denies an update that would change nothing all the same', async () => {
    const other = await client.member();
    await expectDenied(other.id, member.key, required(other));
  });

  it('denies a role with USER.UPDATE the contacts of somebody who may do more', async () => {
    const key = await client.keyOf(EDITOR.username, EDITOR.password);
    const admin = (await client.signIn(ADMIN.username, ADMIN.password)).json.data;
    await expectDenied(admin.id, key, { username: ADMIN.username, emailAddress: 'taken.over@example.com' });
    // Nor does the answer tell that an address was guessed right.
    await expectDenied(admin.id, key, { username: ADMIN.username, emailAddress: admin.emailAddress });
  });

  it('says nothing about the body to those who may not write', async () => {
    const other = await client.member();
    await expectDenied(other.id, member.key, { username: 'x', emailAddress: 'x' });
  });
});

describe('GET /users/{id} 403', () => {
  it('denies the record of another to a user without a role', async () => {
    const other = await client.member();
    const response = await client.get(other.id, member.key);
    expect(response.status).toBe(403);
    expect(response.text).not.toContain(other.emailAddress);
  });
});
