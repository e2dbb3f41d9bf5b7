import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, CREATE, clientOf, fresh, SOON } from './support.ts';

let t: Tessera;
let client: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
});
afterAll(() => t.stop());

describe('If-Match under v2', () => {
  it.each(['"1"', 'W/"1"', '*', '"7", "1"'])(
    'given the version of the record, when it is %s, then the update goes through',
    async (tag) => {
      const userid = await client.create();
      const response = await client.update({ userid, firstname: 'Match' }, { 'if-match': tag });
      expect(response.status).toBe(200);
      expect(response.headers.get('etag')).toBe('"2"');
    },
  );

  it.each(['"2"', '"0"', '"other"', 'W/"12"'])(
    'given another version, when it is %s, then nothing is written',
    async (tag) => {
      const userid = await client.create();
      const before = await client.events(userid);
      const response = await client.update({ userid, firstname: 'Stale' }, { 'if-match': tag });
      expect(response.status).toBe(412);
      expect(response.json).toEqual({
        errorcode: 'version_conflict',
        errormessage: 'The record has another version.',
      });
      expect(await client.events(userid)).toEqual(before);
    },
  );

  it('given twenty updates with one version, when they meet, then one goes through', async () => {
    const userid = await client.create();
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, n) => client.update({ userid, firstname: `Try ${n}` }, { 'if-match': '"1"' })),
    );
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(responses.filter(({ status }) => status === 412)).toHaveLength(19);
    expect(await client.events(userid)).toHaveLength(2);
  });

  it('given the key of an earlier call, when it is repeated with a stale version, then the first answer comes back', async () => {
    const userid = await client.create();
    const headers = { 'idempotency-key': fresh(), 'if-match': '"1"' };
    const first = await client.update({ userid, firstname: 'Once' }, headers);
    const second = await client.update({ userid, firstname: 'Once' }, headers);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.headers.get('etag')).toBe('"2"');
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it('given a user who is not there, when it is created on condition, then the condition fails', async () => {
    const info = client.userInfo();
    const response = await client.post(CREATE, info, { 'if-match': '*' });
    expect(response.status).toBe(412);
    expect(await client.find(String(info.userid))).toBeNull();
  });
});

it.each(['v1', undefined])(
  'given If-Match under version %s, when it is stale or malformed, then it is ignored',
  async (version) => {
    const userid = await client.create();
    for (const [tag, firstname] of [
      ['"77"', 'Stale'],
      ['junk', 'Junk'],
    ] as const) {
      expect((await client.update({ userid, firstname }, { version, 'if-match': tag })).status).toBe(200);
      await expect.poll(async () => (await client.user(userid)).profile.givenName, SOON).toBe(firstname);
    }
  },
);
