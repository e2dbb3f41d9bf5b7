import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, codes, type Member, READER, startClient } from './support.ts';

let client: Client;
let key: string;
let editor: string;
let reader: string;
let admin: string;
let superAdmin: string;
beforeAll(async () => {
  client = await startClient();
  key = await client.keyOf(ADMIN.username, ADMIN.password);
  [editor, reader, admin, superAdmin] = (await Promise.all(
    ['EDITOR', 'READER', 'ADMIN', 'SUPER_ADMIN'].map((code) => client.roleId(code)),
  )) as [string, string, string, string];
});
afterAll(() => client.tessera.stop());

const rolesOf = async (id: string, as = key): Promise<string[]> =>
  (await client.call('GET', `/users/${id}/roles`, { key: as })).json.data.map(({ code }: { code: string }) => code);
const change = (method: string, id: string, query: string, options: object = {}) =>
  client.call(method, `/users/${id}/roles${query}`, { key, ...options });

describe('roles of a user', () => {
  it.each(['POST', 'PATCH'])('%s adds to those the user holds, as one event', async (method) => {
    const member = await client.member();
    expect(await rolesOf(member.id)).toEqual([]);
    const first = await change(method, member.id, `?roleIds=${reader}`);
    expect([first.status, first.json.data]).toEqual([200, true]);
    expect((await change(method, member.id, `?roleIds=${editor}`)).status).toBe(200);
    expect(await rolesOf(member.id)).toEqual(['READER', 'EDITOR']);
    const { roles } = (await client.get(member.id, member.key)).json.data;
    expect((await client.call('GET', `/users/${member.id}/roles`, { key })).json.data).toEqual(roles);
    expect(await client.gained(member.id, 2)).toEqual([
      ['user.membership_changed', { 'membership.roles': { before: [], after: ['READER'] } }],
      ['user.membership_changed', { 'membership.roles': { before: ['READER'], after: ['READER', 'EDITOR'] } }],
    ]);
  });

  it('DELETE takes away', async () => {
    const member = await client.member();
    await change('POST', member.id, `?roleIds=${reader},${editor}`);
    expect((await change('DELETE', member.id, `?roleIds=${reader}`)).json.data).toBe(true);
    expect(await rolesOf(member.id)).toEqual(['EDITOR']);
  });

  it.each([
    (a: string, b: string) => [`?roleIds=${a}&roleIds=${b}`],
    (a: string, b: string) => [`?roleIds%5B%5D=${a}&roleIds%5B%5D=${b}`],
    (a: string, b: string) => [`?roleIds%5B0%5D=${a}&roleIds%5B1%5D=${b}`],
    (a: string, b: string) => [`?RoleIds=${a},${b}`],
    (a: string, b: string) => ['', { roleIds: [a, b] }],
  ])('are named in each of the spellings (%#)', async (spelling) => {
    const member = await client.member();
    const [query = '', body] = spelling(reader, editor) as [string, object?];
    expect((await change('POST', member.id, query, { body })).status).toBe(200);
    expect(await rolesOf(member.id)).toEqual(['READER', 'EDITOR']);
    expect((await change('DELETE', member.id, query, { body })).status).toBe(200);
    expect(await rolesOf(member.id)).toEqual([]);
  });

  it('change nothing where they are held already, or not held', async () => {
    const member = await client.member();
    await change('POST', member.id, `?roleIds=${reader}`);
    const before = await client.tessera.events(member.id);
    expect((await change('POST', member.id, `?roleIds=${reader}`)).status).toBe(200);
    expect((await change('DELETE', member.id, `?roleIds=${editor}`)).status).toBe(200);
    expect(await client.tessera.events(member.id)).toEqual(before);
  });

  it('are all assigned, or none: an unknown one is 404', async () => {
    const member = await client.member();
    const foreign = await new Client(client.tessera, GLOBEX.brandUrl).roleId('ADMIN');
    for (const unknown of ['nothing', foreign]) {
      for (const method of ['POST', 'PATCH', 'DELETE']) {
        const refused = await change(method, member.id, `?roleIds=${reader},${unknown}`);
        expect([refused.status, codes(refused)]).toEqual([404, ['RoleNotFound']]);
      }
    }
    expect(await client.tessera.events(member.id)).toHaveLength(2);
  });

  it.each([
    ['nothing', '', undefined, 'RoleIdsRequired'],
    ['an empty parameter', '?roleIds=', undefined, 'RoleIdsRequired'],
    ['a body without ids', '', {}, 'RoleIdsRequired'],
    ['ids that are no texts', '', { roleIds: [1] }, 'InvalidRoleIds'],
    ['ids that are no list', '', { roleIds: 'one' }, 'InvalidRoleIds'],
  ])('400 for %s', async (_what, query, body, code) => {
    const member = await client.member();
    const refused = await change('POST', member.id, query, { body });
    expect([refused.status, codes(refused)]).toEqual([400, [code]]);
  });

  it('roles of other APIs are not shown, and stay', async () => {
    const owner = (await client.signIn(ADMIN.username, ADMIN.password)).json.data.id;
    const held = (await client.tessera.user(owner)).membership.roles;
    expect(held).toContain('ORG_OWNER');
    expect(await rolesOf(owner)).toEqual(['SUPER_ADMIN']);
    expect((await change('POST', owner, `?roleIds=${reader}`)).status).toBe(200);
    expect((await change('DELETE', owner, `?roleIds=${reader}`)).status).toBe(200);
    expect((await client.tessera.user(owner)).membership.roles).toEqual(held);
  });

  it('404 for nobody, and for somebody of another brand', async () => {
    const stranger = await new Client(client.tessera, GLOBEX.brandUrl).member();
    for (const id of ['999999999999999999', stranger.id]) {
      for (const method of ['GET', 'POST', 'PATCH', 'DELETE']) {
        const refused = await change(method, id, `?roleIds=${reader}`);
        expect([refused.status, codes(refused)]).toEqual([404, ['UserNotFound']]);
      }
    }
  });

  it('only who may give roles gives them, and only such as it holds itself', async () => {
    const member = await client.member();
    const manager = await client.member();
    await client.grant(manager.id, 'ADMIN', key);
    const readers = await client.keyOf(READER.username, READER.password);
    for (const as of [member.key, manager.key, readers]) {
      for (const method of ['POST', 'PATCH', 'DELETE']) {
        const refused = await change(method, member.id, `?roleIds=${reader}`, { key: as });
        expect([refused.status, codes(refused)]).toEqual([403, ['AccessDenied']]);
      }
    }
    expect((await client.call('POST', `/users/${member.id}/roles?roleIds=${reader}`)).status).toBe(401);
    expect(await rolesOf(member.id)).toEqual([]);
    expect((await client.call('GET', `/users/${member.id}/roles`, { key: manager.key })).status).toBe(200);
    expect((await client.call('GET', `/users/${manager.id}/roles`, { key: member.key })).status).toBe(403);
    expect(await rolesOf(member.id, member.key)).toEqual([]);
  });

  it('a super admin makes another one', async () => {
    const member = await client.member();
    expect((await change('POST', member.id, `?roleIds=${superAdmin}`)).status).toBe(200);
    const other = await client.member();
    expect((await change('POST', other.id, `?roleIds=${admin}`, { key: member.key })).status).toBe(200);
  });

  it('a retry with the same key gets the same answer; another request with it is 422; a precondition holds', async () => {
    const member = await client.member();
    const headers = { 'idempotency-key': `roles-${member.id}` };
    const first = await change('POST', member.id, `?roleIds=${reader}`, { headers });
    const again = await change('POST', member.id, `?roleIds=${reader}`, { headers });
    expect([again.status, again.text, again.headers.get('idempotent-replayed')]).toEqual([200, first.text, 'true']);
    expect((await change('POST', member.id, `?roleIds=${editor}`, { headers })).status).toBe(422);
    expect((await change('POST', member.id, `?roleIds=${editor}`, { headers: { 'if-match': '"1"' } })).status).toBe(
      412,
    );
    expect(await rolesOf(member.id)).toEqual(['READER']);
  });
});

describe('GET /users/{id}/permissions', () => {
  const permissions = (id: string, as: string) => client.call('GET', `/users/${id}/permissions`, { key: as });

  it('tells the codes that the roles of the user allow', async () => {
    const member = await client.member();
    expect((await permissions(member.id, member.key)).json.data).toEqual([]);
    await change('POST', member.id, `?roleIds=${reader},${editor}`);
    expect((await permissions(member.id, member.key)).json.data).toEqual(['USER.READ', 'USER.UPDATE']);
    await change('POST', member.id, `?roleIds=${admin}`);
    const all = ['USER.CREATE', 'USER.DELETE', 'USER.READ', 'USER.UPDATE'];
    expect((await permissions(member.id, key)).json.data).toEqual(expect.arrayContaining(all));
  });

  it('404, 403 and 401 like the user itself', async () => {
    const [member, other] = [await client.member(), await client.member()];
    expect((await permissions('1', key)).status).toBe(404);
    expect((await permissions(other.id, member.key)).status).toBe(403);
    expect((await client.call('GET', `/users/${member.id}/permissions`)).status).toBe(401);
  });
});

describe('a role of the brand', () => {
  it('decides what its holder may do through other APIs, and ends there at once when it is revoked', async () => {
    // Given: somebody who calls with a token of the other API, and holds nothing
    const pat = { authorization: `Bearer ${ACME.viewer.pat}` };
    const { viewer } = ACME;
    const held = (await client.tessera.user(viewer.id)).membership.roles;
    const member = await client.member();
    const rename = (nickName: string) =>
      client.tessera.send('PUT', `/v2/users/human/${member.id}`, {
        headers: pat,
        body: { profile: { givenName: 'Given', familyName: 'Family', nickName } },
      });
    const move = () => client.tessera.send('POST', `/v2/users/${member.id}/lock`, { headers: pat, body: {} });
    expect((await rename('before')).status).toBe(403);
    // When it gets a role here
    await client.grant(viewer.id, 'EDITOR', key);
    // Then it may there what the role allows, and no more
    expect((await rename('granted')).status).toBe(200);
    expect((await move()).status).toBe(403);
    expect((await client.get(member.id, key)).json.data.nickName).toBe('granted');
    // When it is revoked, the very next call is refused
    expect((await change('DELETE', viewer.id, `?roleIds=${editor}`)).status).toBe(200);
    const before: Member['id'][] = (await client.tessera.events(member.id)).map(({ type }) => type);
    expect((await rename('revoked')).status).toBe(403);
    expect((await client.tessera.events(member.id)).map(({ type }) => type)).toEqual(before);
    expect((await client.tessera.user(viewer.id)).membership.roles).toEqual(held);
  });
});
