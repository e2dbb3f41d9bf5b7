import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, codes, type Member, numbered, READER, startClient } from './support.ts';

let client: Client;
let key: string;
let member: Member;
beforeAll(async () => {
  client = await startClient();
  key = await client.keyOf(ADMIN.username, ADMIN.password);
  member = await client.member();
});
afterAll(() => client.tessera.stop());

const fresh = () => numbered('ROLE');
const create = (body: object, options: object = {}) => client.call('POST', '/roles', { key, body, ...options });
async function made(change: object = {}): Promise<{ id: string; code: string }> {
  const response = await create({ code: fresh(), name: 'A role', ...change });
  expect(response.status).toBe(201);
  return response.json.data;
}
const permissionId = async (code: string): Promise<string> =>
  (await client.call('GET', `/permissions?code=${code}`, { key })).json.data.items[0].id;
async function grant(id: string, ...granted: string[]): Promise<void> {
  const permissionIds = await Promise.all(granted.map(permissionId));
  expect((await client.call('POST', `/roles/${id}/permissions`, { key, body: { permissionIds } })).status).toBe(200);
}
const settings = async () =>
  (await client.tessera.store.configuration()).organizations.find(({ id }) => id === ACME.id);
const history = async () => JSON.parse((await settings())?.settings ?? '{}').history;

describe('POST /roles', () => {
  it('makes a role that allows nothing yet', async () => {
    const code = fresh();
    const response = await create({ code, name: 'Clerk', description: 'At the desk', tags: '#Clerk' });
    expect(response.status).toBe(201);
    expect(response.json.data).toEqual({
      id: expect.stringMatching(/^\d{18}$/),
      parentBrandId: ACME.id,
      guid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      code,
      name: 'Clerk',
      description: 'At the desk',
      tags: '#Clerk',
      type: 'Custom',
      permissions: [],
    });
  });

  it('is written to the history of the brand, with who asked', async () => {
    const before = await history();
    const response = await create({ code: fresh(), name: 'Noted' });
    const after = await history();
    expect(after.sequence).toBe(before.sequence + 1);
    expect(response.headers.get('etag')).toBe(`"${after.sequence}"`);
    const admin = (await client.call('GET', '/users/me', { key })).json.data.id;
    expect(after.changes.at(-1)).toEqual({
      at: after.changedAt,
      actor: `user:${admin}`,
      dialect: 'jframework',
      requestId: response.headers.get('x-request-id'),
      operation: 'create-role',
    });
  });

  it.each([
    [{}, ['CodeRequired', 'NameRequired']],
    [{ code: 'A', name: null }, ['NameRequired']],
    [{ code: '', name: 'A' }, ['CodeRequired']],
    [{ code: 1, name: 'A' }, ['InvalidCode']],
    [{ code: 'A', name: 'A', description: 7, tags: [] }, ['InvalidDescription', 'InvalidTags']],
    [{ code: 'x'.repeat(201), name: 'A' }, ['InvalidCode']],
  ])('refuses %j', async (body, expected) => {
    const before = await settings();
    const response = await create(body);
    expect([response.status, codes(response).sort()]).toEqual([400, expected]);
    expect(await settings()).toEqual(before);
  });

  it.each(['EDITOR', 'editor', 'SUPER_ADMIN', 'ORG_OWNER', 'org_owner', 'IAM_OWNER', 'PROJECT_OWNER'])(
    'refuses the code %s, which is taken',
    async (code) => {
      const response = await create({ code, name: 'Again' });
      expect([response.status, codes(response)]).toEqual([409, ['RoleAlreadyExists']]);
    },
  );

  it('makes one role for one key, also of two requests at once', async () => {
    const headers = { 'idempotency-key': 'role-once' };
    const body = { code: fresh(), name: 'Once' };
    const [one, two] = await Promise.all([create(body, { headers }), create(body, { headers })]);
    expect([one.status, two.status, two.json.data.id]).toEqual([201, 201, one.json.data.id]);
    const again = await create(body, { headers });
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([one.text, 'true']);
    const other = await create({ ...body, name: 'Other' }, { headers });
    expect([other.status, codes(other)]).toEqual([422, ['IdempotencyKeyReused']]);
  });

  it('keeps no answer to a refusal', async () => {
    const headers = { 'idempotency-key': 'role-refused' };
    const { id, code } = await made();
    const body = { code, name: 'Later' };
    expect((await create(body, { headers })).status).toBe(409);
    await client.call('DELETE', `/roles/${id}`, { key });
    expect((await create(body, { headers })).status).toBe(201);
  });

  it('many at once are all made', async () => {
    const all = await Promise.all(Array.from({ length: 25 }, () => create({ code: fresh(), name: 'Many' })));
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 201));
    expect(new Set(all.map(({ json }) => json.data.id)).size).toBe(25);
    const listed = (await client.call('GET', '/roles?name=many', { key })).json.data;
    expect(listed.totalItems).toBe(25);
  });
});

describe('PUT /roles/{id}', () => {
  it('changes what it carries, keeps what it leaves out, and clears what is null', async () => {
    const { id } = await made({ description: 'one', tags: '#one' });
    const code = fresh();
    const first = await client.call('PUT', `/roles/${id}`, { key, body: { code, name: 'B', description: 'two' } });
    expect(first.json.data).toMatchObject({ id, code, name: 'B', description: 'two', tags: '#one' });
    const second = await client.call('PUT', `/roles/${id}`, { key, body: { code, name: 'B', tags: null } });
    expect(second.json.data).toMatchObject({ description: 'two', tags: null });
    expect((await client.call('GET', `/roles/${id}`, { key })).json.data).toEqual(second.json.data);
  });

  it('changes nothing when nothing changes', async () => {
    const { id, code } = await made();
    const before = await settings();
    expect((await client.call('PUT', `/roles/${id}`, { key, body: { code, name: 'A role' } })).status).toBe(200);
    expect(await settings()).toEqual(before);
  });

  it('leaves the role with its holders when its code changes', async () => {
    const { id } = await made();
    await grant(id, 'USER.READ');
    const person = await client.member();
    expect((await client.call('POST', `/roles/${id}/users`, { key, body: { userIds: [person.id] } })).status).toBe(200);
    const code = fresh();
    await client.call('PUT', `/roles/${id}`, { key, body: { code, name: 'Renamed' } });
    expect((await client.get(person.id, person.key)).json.data.roles).toMatchObject([{ id, code }]);
    expect((await client.get(member.id, person.key)).status).toBe(200);
  });

  it('holds to If-Match', async () => {
    const { id, code } = await made();
    const read = await client.call('GET', `/roles/${id}`, { key });
    const tag = read.headers.get('etag') ?? '';
    const put = (value: string) =>
      client.call('PUT', `/roles/${id}`, { key, body: { code, name: 'Held' }, headers: { 'if-match': value } });
    const stale = await put('"1"');
    expect([stale.status, codes(stale)]).toEqual([412, ['VersionConflict']]);
    expect((await put(tag)).status).toBe(200);
    expect((await put(tag)).status).toBe(412);
    expect((await put('*')).status).toBe(200);
    const malformed = await put('abc');
    expect([malformed.status, codes(malformed)]).toEqual([400, ['InvalidIfMatch']]);
  });
});

describe('a built-in role', () => {
  it.each(['SUPER_ADMIN', 'ADMIN'])('%s is neither changed nor deleted', async (code) => {
    const id = await client.roleId(code);
    const before = await settings();
    const permissionIds = [await permissionId('USER.READ')];
    const refused = [
      await client.call('PUT', `/roles/${id}`, { key, body: { code, name: 'Mine' } }),
      await client.call('DELETE', `/roles/${id}`, { key }),
      await client.call('POST', `/roles/${id}/permissions`, { key, body: { permissionIds } }),
      await client.call('DELETE', `/roles/${id}/permissions`, { key, body: { permissionIds } }),
    ];
    expect(refused.map((response) => [response.status, codes(response)])).toEqual(
      refused.map(() => [403, ['AccessDenied']]),
    );
    expect(await settings()).toEqual(before);
  });
});

describe('DELETE /roles/{id}', () => {
  it('ends the role for all who hold it at once, without a change of their records', async () => {
    const { id } = await made();
    await grant(id, 'USER.READ');
    const people = await Promise.all([client.member(), client.member(), client.member()]);
    const userIds = people.map((person) => person.id);
    await client.call('POST', `/roles/${id}/users`, { key, body: { userIds } });
    for (const person of people) expect((await client.get(member.id, person.key)).status).toBe(200);
    const before = await Promise.all(userIds.map((one) => client.tessera.events(one)));
    expect((await client.call('DELETE', `/roles/${id}`, { key })).json.data).toBe(true);
    for (const person of people) {
      expect((await client.get(member.id, person.key)).status).toBe(403);
      expect((await client.get(person.id, person.key)).json.data.roles).toEqual([]);
      expect((await client.call('GET', `/users/${person.id}/permissions`, { key })).json.data).toEqual([]);
    }
    expect(await Promise.all(userIds.map((one) => client.tessera.events(one)))).toEqual(before);
    const gone = await client.call('GET', `/roles/${id}`, { key });
    expect([gone.status, codes(gone)]).toEqual([404, ['RoleNotFound']]);
    expect((await client.call('DELETE', `/roles/${id}`, { key })).status).toBe(404);
  });

  it('gives nobody the role that is made of the same code', async () => {
    const { id, code } = await made();
    const person = await client.member();
    await client.call('POST', `/roles/${id}/users`, { key, body: { userIds: [person.id] } });
    await client.call('DELETE', `/roles/${id}`, { key });
    const next = await made({ code });
    await grant(next.id, 'USER.READ');
    expect((await client.get(person.id, person.key)).json.data.roles).toEqual([]);
    expect((await client.get(member.id, person.key)).status).toBe(403);
  });
});

describe('GET /roles', () => {
  it('shows a page of what meets all filters', async () => {
    const [first, second] = [await made({ name: 'Findable one' }), await made({ name: 'FINDABLE two' })];
    const list = async (query: string) => (await client.call('GET', `/roles?${query}`, { key })).json.data;
    expect(await list('Name=findable')).toMatchObject({
      totalItems: 2,
      pageNumber: 0,
      pageSize: 200,
      items: [{ id: second.id }, { id: first.id }],
    });
    expect((await list('name=findable&sortOrder=asc')).items[0].id).toBe(first.id);
    expect(await list('name=findable&pageSize=1&pageNumber=1')).toMatchObject({
      totalItems: 2,
      items: [{ id: first.id }],
    });
    expect((await list(`ids=${first.id},${second.id}&code=${second.code.toLowerCase()}`)).items).toMatchObject([
      { id: second.id },
    ]);
    expect((await list(`keywords=${first.code}`)).items).toMatchObject([{ id: first.id }]);
    const builtIn = (await list('type=BuiltIn&sortDataField=code&sortOrder=asc')).items;
    expect(builtIn.map(({ code }: { code: string }) => code)).toEqual(['ADMIN', 'SUPER_ADMIN']);
    expect((await list('type=All')).totalItems).toBe((await list('')).totalItems);
  });

  it.each([
    ['sortDataField=password', 'InvalidSortDataField'],
    ['type=Other', 'InvalidType'],
    ['pageSize=0', 'InvalidPageSize'],
  ])('refuses ?%s', async (query, code) => {
    const response = await client.call('GET', `/roles?${query}`, { key });
    expect([response.status, codes(response)]).toEqual([400, [code]]);
  });
});

describe('POST /roles/{id}/users', () => {
  const assign = (id: string, userIds: readonly string[], options: object = {}) =>
    client.call('POST', `/roles/${id}/users`, { key, body: { userIds }, ...options });

  it('gives the role to those there are, and passes over the others', async () => {
    const { id } = await made();
    const [one, two] = [await client.member(), await client.member()];
    const stranger = await new Client(client.tessera, GLOBEX.brandUrl).member();
    const response = await assign(id, [one.id, '999999999999999999', stranger.id, two.id, one.id]);
    expect([response.status, response.json.data]).toEqual([200, true]);
    for (const { id: userId } of [one, two]) {
      const changes = { 'membership.roles': { before: [], after: [id] } };
      expect(await client.gained(userId, 2)).toEqual([['user.membership_changed', changes]]);
    }
    expect((await client.tessera.user(stranger.id)).membership.roles).toEqual([]);
    await assign(id, [one.id]);
    expect(await client.gained(one.id, 3)).toEqual([]);
  });

  it('is done once for one key', async () => {
    const { id } = await made();
    const person = await client.member();
    const headers = { 'idempotency-key': `users-of-${id}` };
    const first = await assign(id, [person.id], { headers });
    await client.call('DELETE', `/users/${person.id}/roles?roleIds=${id}`, { key });
    const again = await assign(id, [person.id], { headers });
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
    expect((await client.tessera.user(person.id)).membership.roles).toEqual([]);
    expect((await assign(id, [member.id], { headers })).status).toBe(422);
  });

  it('refuses an unknown role, no ids, and a stale version', async () => {
    const unknown = await assign('999999999999999999', [member.id]);
    expect([unknown.status, codes(unknown)]).toEqual([404, ['RoleNotFound']]);
    const { id } = await made();
    for (const body of [{}, { userIds: [] }, { userIds: 'a' }, { userIds: [1] }]) {
      const refused = await client.call('POST', `/roles/${id}/users`, { key, body });
      expect(refused.status).toBe(400);
      expect(codes(refused)[0]).toMatch(/^(UserIdsRequired|InvalidUserIds)$/);
    }
    expect((await assign(id, [member.id], { headers: { 'if-match': '"1"' } })).status).toBe(412);
    expect((await client.tessera.user(member.id)).membership.roles).toEqual([]);
  });
});

describe('who may', () => {
  it('look at roles needs ROLE.READ, and change them their own permissions', async () => {
    const { id, code } = await made();
    const attempts: [string, string, string, object?][] = [
      ['ROLE.READ', 'GET', '/roles'],
      ['ROLE.READ', 'GET', `/roles/${id}`],
      ['ROLE.READ', 'GET', `/roles/${id}/permissions`],
      ['ROLE.CREATE', 'POST', '/roles', { code: 'OWN_ONE', name: 'Own' }],
      ['ROLE.UPDATE', 'PUT', `/roles/${id}`, { code, name: 'Changed' }],
      ['ROLE.UPDATE', 'POST', `/roles/${id}/users`, { userIds: [member.id] }],
      ['ROLE.DELETE', 'DELETE', `/roles/${id}`],
    ];
    for (const [permission, method, path, body] of attempts) {
      const person = await client.member();
      const call = () => client.call(method, path, { key: person.key, body });
      expect([permission, path, (await call()).status]).toEqual([permission, path, 403]);
      const role = await made();
      await grant(role.id, permission);
      await client.call('POST', `/roles/${role.id}/users`, { key, body: { userIds: [person.id] } });
      expect([permission, path, (await call()).status]).toEqual([
        permission,
        path,
        path === '/roles' && body ? 201 : 200,
      ]);
    }
  });

  it('is nobody without a key, and nobody of another brand', async () => {
    const { id } = await made();
    for (const [method, path, body] of [
      ['GET', '/roles', undefined],
      ['POST', '/roles', { code: fresh(), name: 'X' }],
      ['GET', `/roles/${id}`, undefined],
      ['PUT', `/roles/${id}`, { code: fresh(), name: 'X' }],
      ['DELETE', `/roles/${id}`, undefined],
      ['POST', `/roles/${id}/users`, { userIds: [member.id] }],
    ] as const) {
      expect((await client.call(method, path, { body })).status).toBe(401);
      expect((await client.call(method, path, { body, key: 'garbage' })).status).toBe(401);
    }
    const globex = new Client(client.tessera, GLOBEX.brandUrl);
    const foreign = await globex.keyOf('globex.admin', GLOBEX.adminPassword);
    expect((await globex.call('GET', `/roles/${id}`, { key: foreign })).status).toBe(404);
    expect((await globex.call('DELETE', `/roles/${id}`, { key: foreign })).status).toBe(404);
    const listed = (await globex.call('GET', '/roles', { key: foreign })).json.data.items;
    expect(listed.map(({ code }: { code: string }) => code).sort()).toEqual(['ADMIN', 'SUPER_ADMIN']);
    expect((await client.call('GET', `/roles/${id}`, { key })).status).toBe(200);
  });

  it('grants nothing that it does not hold', async () => {
    const manager = await client.member();
    const managing = await made();
    await grant(managing.id, 'ROLE.UPDATE', 'ROLE.READ', 'ROLE.DELETE', 'USER.READ');
    await client.call('POST', `/roles/${managing.id}/users`, { key, body: { userIds: [manager.id] } });
    const as = { key: manager.key };
    const { id, code } = await made();
    const give = async (permission: string) =>
      client.call('POST', `/roles/${id}/permissions`, {
        ...as,
        body: { permissionIds: [await permissionId(permission)] },
      });
    expect((await give('USER.DELETE')).status).toBe(403);
    expect((await give('USER.READ')).status).toBe(200);
    // A role that allows more is not theirs to hand out, to change or to end.
    await grant(id, 'USER.DELETE');
    const more = [
      await client.call('POST', `/roles/${id}/users`, { ...as, body: { userIds: [member.id] } }),
      await client.call('PUT', `/roles/${id}`, { ...as, body: { code, name: 'Mine' } }),
      await client.call('DELETE', `/roles/${id}`, as),
      await client.call('POST', `/roles/${await client.roleId('SUPER_ADMIN')}/users`, {
        ...as,
        body: { userIds: [manager.id] },
      }),
    ];
    expect(more.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  });

  it('a reader of users is no reader of roles', async () => {
    const reader = await client.keyOf(READER.username, READER.password);
    const response = await client.call('GET', '/roles', { key: reader });
    expect([response.status, codes(response)]).toEqual([403, ['AccessDenied']]);
  });
});

it('a role made here lets its holder change users through another API, and its end stops that at once', async () => {
  const { id } = await made();
  await grant(id, 'USER.READ', 'USER.UPDATE');
  await client.call('POST', `/roles/${id}/users`, { key, body: { userIds: [ACME.viewer.id] } });
  const update = () =>
    client.tessera.send('PUT', `/v2/users/human/${member.id}`, {
      headers: { authorization: `Bearer ${ACME.viewer.pat}` },
      body: { profile: { givenName: 'By', familyName: fresh() } },
    });
  expect((await update()).status).toBe(200);
  await client.call('DELETE', `/roles/${id}`, { key });
  expect((await update()).status).toBe(403);
});
