import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, codes, EDITOR, startClient } from './support.ts';

let client: Client;
let key: string;
beforeAll(async () => {
  client = await startClient();
  key = await client.keyOf(ADMIN.username, ADMIN.password);
});
afterAll(() => client.tessera.stop());

describe('DELETE /users/{id}', () => {
  const remove = (id: string, as: string | null = key, headers = {}) =>
    client.call('DELETE', `/users/${id}`, { ...(as !== null && { key: as }), headers });

  it('keeps the record, as a deleted one that nothing is left of elsewhere', async () => {
    const member = await client.member();
    const response = await remove(member.id);
    expect([response.status, response.json.data]).toEqual([200, true]);
    const [last] = (await client.gained(member.id, 2)).map(([type]) => type);
    expect(last).toBe('user.deleted');
    expect((await client.tessera.user(member.id)).state).toBe('deleted');
    expect((await client.get(member.id, key)).status).toBe(404);
    expect((await client.get(member.id, member.key)).status).toBe(401);
    expect((await client.signIn(member.username, member.password)).status).toBe(401);
    const elsewhere = await client.tessera.send('GET', `/v2/users/${member.id}`, {
      headers: { authorization: `Bearer ${ACME.adminPat}` },
    });
    expect(elsewhere.status).toBe(404);
    // Name and address are free again.
    expect((await client.register(member)).status).toBe(201);
  });

  it('404 for nobody, for somebody of another brand and the second time', async () => {
    const stranger = await new Client(client.tessera, GLOBEX.brandUrl).member();
    const gone = await client.member();
    await remove(gone.id);
    for (const id of ['999999999999999999', stranger.id, gone.id]) {
      const refused = await remove(id);
      expect([refused.status, codes(refused)]).toEqual([404, ['UserNotFound']]);
    }
    expect((await client.tessera.user(stranger.id)).state).toBe('active');
  });

  it('403 without USER.DELETE, also for oneself; 401 without a key', async () => {
    const [member, other] = [await client.member(), await client.member()];
    const editor = await client.keyOf(EDITOR.username, EDITOR.password);
    for (const as of [member.key, other.key, editor]) {
      const refused = await remove(member.id, as);
      expect([refused.status, codes(refused)]).toEqual([403, ['AccessDenied']]);
    }
    expect((await remove(member.id, null)).status).toBe(401);
    expect((await client.tessera.user(member.id)).state).toBe('active');
  });

  it('a retry with the same key gets the same answer; a precondition holds', async () => {
    const member = await client.member();
    expect((await remove(member.id, key, { 'if-match': '"7"' })).status).toBe(412);
    const headers = { 'idempotency-key': `delete-${member.id}` };
    const first = await remove(member.id, key, headers);
    const again = await remove(member.id, key, headers);
    expect([first.status, again.status, again.text]).toEqual([200, 200, first.text]);
  });
});

describe('PUT /users/{id}/type/{type}', () => {
  const setType = (id: string, type: string, options: object = {}) =>
    client.call('PUT', `/users/${id}/type/${type}`, { key, ...options });

  it('is for super admins, and takes whatever body', async () => {
    const member = await client.member();
    const body = { headers: { Accept: 'application/json' } };
    const response = await setType(member.id, 'Partner', { body });
    expect([response.status, response.json.data]).toEqual([200, true]);
    expect((await client.get(member.id, member.key)).json.data.type).toBe('Partner');
    expect(await client.gained(member.id, 2)).toEqual([
      ['user.membership_changed', { 'membership.type': { before: 'EndUser', after: 'Partner' } }],
    ]);
    expect((await setType(member.id, 'superadmin')).status).toBe(200);
    expect((await client.get(member.id, member.key)).json.data.type).toBe('SuperAdmin');
    // The word allows nothing.
    const other = await client.member();
    expect((await client.get(other.id, member.key)).status).toBe(403);
  });

  it('changes nothing the second time', async () => {
    const member = await client.member();
    await setType(member.id, 'Admin');
    const before = await client.tessera.events(member.id);
    expect((await setType(member.id, 'Admin')).status).toBe(200);
    expect(await client.tessera.events(member.id)).toEqual(before);
  });

  it('403 for oneself, for others, for admins; 401 without a key', async () => {
    const [member, manager] = [await client.member(), await client.member()];
    await client.grant(manager.id, 'ADMIN', key);
    for (const as of [member.key, manager.key]) {
      const refused = await setType(member.id, 'Admin', { key: as });
      expect([refused.status, codes(refused)]).toEqual([403, ['AccessDenied']]);
    }
    expect((await client.call('PUT', `/users/${member.id}/type/Admin`)).status).toBe(401);
  });

  it('400 for no type, 404 for nobody and for somebody of another brand', async () => {
    const member = await client.member();
    const stranger = await new Client(client.tessera, GLOBEX.brandUrl).member();
    const refused = await setType(member.id, 'God');
    expect([refused.status, codes(refused)]).toEqual([400, ['InvalidType']]);
    for (const id of ['999999999999999999', stranger.id]) expect((await setType(id, 'Admin')).status).toBe(404);
    expect((await client.tessera.user(stranger.id)).membership.type).toBe('EndUser');
  });

  it('a retry with the same key gets the same answer; a precondition holds', async () => {
    const member = await client.member();
    expect((await setType(member.id, 'Admin', { headers: { 'if-match': '"7"' } })).status).toBe(412);
    const headers = { 'idempotency-key': `type-${member.id}` };
    const first = await setType(member.id, 'Admin', { headers });
    await setType(member.id, 'EndUser');
    const again = await setType(member.id, 'Admin', { headers });
    expect(again.text).toBe(first.text);
    expect((await client.get(member.id, key)).json.data.type).toBe('EndUser');
    expect((await setType(member.id, 'Partner', { headers })).status).toBe(422);
  });
});
