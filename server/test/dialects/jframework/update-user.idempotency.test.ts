import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { type Client, codes, type Member, required, startClient } from './support.ts';

let client: Client;
let member: Member;
beforeAll(async () => {
  client = await startClient();
  member = await client.member();
});
afterAll(() => client.tessera.stop());

const KEY = { 'idempotency-key': 'the-same' };

let keys = 0;
const freshKey = () => {
  keys += 1;
  return { 'idempotency-key': `update-${keys}` };
};

describe('PUT /users/{id} with an Idempotency-Key', () => {
  it('gives a repeated request its first answer and changes nothing more', async () => {
    const headers = freshKey();
    const body = { ...required(member), bio: 'once' };
    const first = await client.put(member, body, { headers });
    await client.put(member, { ...required(member), bio: 'meanwhile' });
    const before = await client.tessera.events(member.id);
    const again = await client.put(member, body, { headers });
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(await client.tessera.events(member.id)).toEqual(before);
  });

  it.each([
    ['another body', (body: object) => client.put(member, { ...body, bio: 'other' }, { headers: KEY })],
    [
      'another query',
      (body: object) => client.call('PUT', `/users/${member.id}?a=1`, { key: member.key, body, headers: KEY }),
    ],
  ])('refuses the key for %s with 422', async (_name, repeat) => {
    const body = { ...required(member), bio: 'first' };
    await client.put(member, body, { headers: KEY });
    const before = await client.tessera.events(member.id);
    const response = await repeat(body);
    expect(response.status).toBe(422);
    expect(codes(response)).toEqual(['IdempotencyKeyReused']);
    expect(await client.tessera.events(member.id)).toEqual(before);
  });

  it('stores no refusal', async () => {
    const headers = freshKey();
    const other = await client.member();
    const body = { ...required(member), emailAddress: other.emailAddress };
    expect((await client.put(member, body, { headers })).status).toBe(409);
    await client.put(other, { ...required(other), emailAddress: 'moved.away@example.com' });
    expect((await client.put(member, body, { headers })).status).toBe(200);
    await client.put(member, required(member));
  });

  it('looks for the first answer before the precondition', async () => {
    const headers = { ...freshKey(), 'if-match': `"${(await client.tessera.user(member.id)).version}"` };
    const body = { ...required(member), bio: 'conditional' };
    const first = await client.put(member, body, { headers });
    expect(first.status).toBe(200);
    expect((await client.put(member, body, { headers })).text).toBe(first.text);
  });

  it('gives the first answer even where the value could not be sent anew', async () => {
    const person = await client.member();
    const rename = (username: string) =>
      client.tessera.send('PUT', `/v2/users/human/${person.id}`, {
        headers: { authorization: `Bearer ${ACME.adminPat}` },
        body: { username },
      });
    expect((await rename('ab')).status).toBe(200);
    const headers = freshKey();
    const body = { ...required(person), username: 'ab', bio: 'short name' };
    const first = await client.put(person, body, { headers });
    expect(first.status).toBe(200);
    await rename('abcdef');
    expect((await client.put(person, body, { headers })).text).toBe(first.text);
    expect((await client.put(person, body)).status).toBe(400);
  });

  it('does the work of twenty at once a single time', async () => {
    const headers = freshKey();
    const { sequence } = await client.tessera.user(member.id);
    const body = { ...required(member), bio: 'storm' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.put(member, body, { headers })));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await client.gained(member.id, sequence)).toHaveLength(1);
  });

  it('keeps the keys of two callers apart', async () => {
    const headers = freshKey();
    const other = await client.member();
    await client.put(member, { ...required(member), bio: 'mine' }, { headers });
    expect((await client.put(other, { ...required(other), bio: 'theirs' }, { headers })).json.data.bio).toBe('theirs');
  });

  it('asks for permission again', async () => {
    const person = await client.member();
    const headers = freshKey();
    const body = { ...required(person), bio: 'before the lock' };
    await client.put(person, body, { headers });
    for (let attempt = 0; attempt < 10; attempt += 1) await client.signIn(person.username, 'wrong password');
    expect((await client.put(person, body, { headers })).status).toBe(401);
  });

  it.each(['', ' ', 'a'.repeat(256), 'a b'])('takes %j for no key or a malformed one', async (key) => {
    const response = await client.put(member, required(member), { headers: { 'idempotency-key': key } });
    expect(response.status).toBe(key.trim() === '' ? 200 : 400);
    if (response.status === 400) expect(codes(response)).toEqual(['InvalidIdempotencyKey']);
  });
});
