import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, codes, type Member, required, somebody, startClient } from './support.ts';

let client: Client;
let member: Member;
beforeAll(async () => {
  client = await startClient();
  member = await client.member();
});
afterAll(() => client.tessera.stop());

const put = (ifMatch: string, bio: string) =>
  client.put(member, { ...required(member), bio }, { headers: { 'if-match': ifMatch } });
const tag = async () => (await client.get(member.id, member.key)).headers.get('etag') ?? '';

describe('If-Match', () => {
  it('lets an update pass at the version that was read, and answers the new one', async () => {
    const read = await tag();
    const response = await put(read, 'first');
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).not.toBe(read);
    expect(response.headers.get('etag')).toBe(await tag());
  });

  it.each([
    ['weak', (etag: string) => `W/${etag}`],
    ['one of several', (etag: string) => `"1", ${etag}`],
    ['any', () => '*'],
  ])('takes a tag that is %s', async (name, spell) => {
    expect((await put(spell(await tag()), name)).status).toBe(200);
  });

  it.each(['"1"', '"999"', '"abc"', '""'])('refuses %s with 412 and writes nothing', async (stale) => {
    const before = await client.tessera.events(member.id);
    const response = await put(stale, 'not written');
    expect(response.status).toBe(412);
    expect(codes(response)).toEqual(['VersionConflict']);
    expect(await client.tessera.events(member.id)).toEqual(before);
  });

  it.each(['abc', '"1', '1', 'W/1'])('refuses %s as malformed', async (header) => {
    const response = await put(header, 'not written');
    expect(response.status).toBe(400);
    expect(codes(response)).toEqual(['InvalidIfMatch']);
  });

  it('is not broken by failed sign-ins', async () => {
    const read = await tag();
    await client.signIn(member.username, 'wrong password');
    expect((await put(read, 'after a failed sign-in')).status).toBe(200);
  });

  it('is never met by a registration, whose record does not exist yet', async () => {
    const body = somebody();
    expect((await client.register(body, { 'if-match': '*' })).status).toBe(412);
    expect((await client.signIn(body.username, body.password)).status).toBe(401);
  });
});
