import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX, ROOT } from '../../support/setup.ts';
import { startTessera, type Tessera } from '../../support/tessera.ts';
import { type Client, clientOf } from './support.ts';

let t: Tessera;
let client: Client;
let other: Client;
beforeAll(async () => {
  t = await startTessera();
  client = await clientOf(t);
  other = await clientOf(t, GLOBEX);
});
afterAll(() => t.stop());

const NOT_FOUND = { errorcode: 'record_not_found', errormessage: 'There is no such user.' };

describe.each(['v1', 'v2'])('an update under %s of a user that is not there', (version) => {
  it.each([
    ['an unknown userid', 'nobody'],
    ["an instance administrator's id", ROOT.id],
    ['a name like a part of a prototype', '__proto__'],
  ])('given %s, when it is sent, then it is not found', async (_what, userid) => {
    const response = await client.update({ userid, firstname: 'Bad' }, { version });
    expect(response.status).toBe(404);
    expect(response.json).toEqual(NOT_FOUND);
    expect(await t.store.deferredWork()).toEqual([]);
  });

  it('given a deleted user, when it is updated, then it is not found', async () => {
    const userid = await client.create();
    const { id } = await client.user(userid);
    const admin = { authorization: `Bearer ${ACME.adminPat}` };
    expect((await t.send('DELETE', `/v2/users/${id}`, { headers: admin })).status).toBe(200);
    const before = await t.events(id);
    expect((await client.update({ userid, firstname: 'Bad' }, { version })).status).toBe(404);
    expect((await client.update({ userid: id, firstname: 'Bad' }, { version })).status).toBe(404);
    expect(await t.events(id)).toEqual(before);
  });

  it("given another partner's user, when it is updated by either id, then it is not found", async () => {
    const userid = await other.create();
    const before = await other.events(userid);
    const { id } = await other.user(userid);
    for (const name of [userid, id]) {
      const response = await client.update({ userid: name, firstname: 'Bad' }, { version });
      expect(response.status).toBe(404);
      expect(response.json).toEqual(NOT_FOUND);
    }
    expect(await other.events(userid)).toEqual(before);
  });

  it("given the other partner's name besides, when it is updated, then it is not found", async () => {
    const userid = await other.create();
    const before = await other.events(userid);
    const response = await client.update({ userid, partnername: 'globex', firstname: 'Bad' }, { version });
    expect(response.status).toBe(404);
    expect(response.json).toEqual(NOT_FOUND);
    expect(await other.events(userid)).toEqual(before);
  });
});
