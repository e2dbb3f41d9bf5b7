import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, type Client, codes, numbered, startClient } from './support.ts';

let client: Client;
let key: string;
beforeAll(async () => {
  client = await startClient();
  key = await client.keyOf(ADMIN.username, ADMIN.password);
});
afterAll(() => client.tessera.stop());

const send = (method: string, path: string, body?: object) => client.call(method, path, { key, body });
async function made(path: string, body: object) {
  const response = await send('POST', path, body);
  expect(response.status).toBe(201);
  return response.json.data;
}
const resourceType = () => made('/resource-types', { code: numbered('BOOK'), name: 'Book', description: 'Books' });
const role = () => made('/roles', { code: numbered('ROLE'), name: 'Role' });
async function permission(code = numbered('BOOK.OPEN')) {
  return made('/permissions', { resourceTypeId: 'USER', code, name: 'Open books' });
}
const codesOf = async (roleId: string) => (await send('GET', `/roles/${roleId}`)).json.data.permissions;

describe('resource types', () => {
  it('are there for the built-in permissions', async () => {
    const shown = (await send('GET', '/resource-types?type=BuiltIn&sortDataField=code&sortOrder=asc')).json.data;
    expect(shown.map(({ code }: { code: string }) => code)).toEqual(['BRAND', 'PACKAGE', 'ROLE', 'USER']);
  });

  it('are made, changed and removed', async () => {
    const { id, code } = await resourceType();
    const changed = await send('PUT', `/resource-types/${id}`, {
      code,
      name: 'Tome',
      description: 'Tomes',
      tags: '#t',
    });
    expect(changed.json.data).toMatchObject({ id, name: 'Tome', tags: '#t', type: 'Custom' });
    expect((await send('GET', `/resource-types/${id}`)).json.data).toEqual(changed.json.data);
    expect((await send('DELETE', `/resource-types/${id}`)).json.data).toBe(true);
    const gone = await send('GET', `/resource-types/${id}`);
    expect([gone.status, codes(gone)]).toEqual([404, ['ResourceTypeNotFound']]);
  });

  it('need a code that nothing else has, a name and a description', async () => {
    const missing = await send('POST', '/resource-types', {});
    expect([missing.status, codes(missing).sort()]).toEqual([
      400,
      ['CodeRequired', 'DescriptionRequired', 'NameRequired'],
    ]);
    const { code } = await resourceType();
    const taken = await send('POST', '/resource-types', { code, name: 'B', description: 'B' });
    expect([taken.status, codes(taken)]).toEqual([409, ['ResourceTypeAlreadyExists']]);
  });

  it('stay while permissions are about them, and when they are built in', async () => {
    const { id } = await resourceType();
    const about = await made('/permissions', { resourceTypeId: id, code: numbered('BOOK.READ'), name: 'Read' });
    const used = await send('DELETE', `/resource-types/${id}`);
    expect([used.status, codes(used)]).toEqual([409, ['ResourceTypeInUse']]);
    await send('DELETE', `/permissions/${about.id}`);
    expect((await send('DELETE', `/resource-types/${id}`)).status).toBe(200);
    const [builtIn] = (await send('GET', '/resource-types?code=USER')).json.data;
    expect((await send('DELETE', `/resource-types/${builtIn.id}`)).status).toBe(403);
  });
});

describe('permissions', () => {
  it('are listed by pages, built-in ones too', async () => {
    const shown = (await send('GET', '/permissions?type=BuiltIn&sortDataField=code&sortOrder=asc&pageSize=3')).json
      .data;
    expect(shown).toMatchObject({ totalItems: 13, pageNumber: 0, pageSize: 3 });
    expect(shown.items.map(({ code }: { code: string }) => code)).toEqual([
      'BRAND.UPDATE',
      'PACKAGE.CREATE',
      'PACKAGE.DELETE',
    ]);
  });

  it('are those of the roles of the setup file too', async () => {
    expect((await send('GET', '/permissions?code=USER.UPDATE')).json.data.items).toHaveLength(1);
  });

  it('are made for a resource type, by its id or its code', async () => {
    const { id } = await resourceType();
    const body = { code: numbered('BOOK.CLOSE'), name: 'Close', description: 'd', tags: '#c' };
    const byId = await made('/permissions', { ...body, resourceTypeId: id });
    expect(byId).toMatchObject({ ...body, resourceTypeId: id, type: 'Custom' });
    expect((await permission()).resourceTypeId).not.toBe(id);
    const unknown = await send('POST', '/permissions', { ...body, resourceTypeId: 'NOTHING' });
    expect([unknown.status, codes(unknown)]).toEqual([404, ['ResourceTypeNotFound']]);
    const taken = await send('POST', '/permissions', { ...body, resourceTypeId: id });
    expect([taken.status, codes(taken)]).toEqual([409, ['PermissionAlreadyExists']]);
    const builtIn = await send('POST', '/permissions', { ...body, code: 'user.update', resourceTypeId: id });
    expect(builtIn.status).toBe(409);
    const missing = await send('POST', '/permissions', {});
    expect([missing.status, codes(missing).sort()]).toEqual([
      400,
      ['CodeRequired', 'NameRequired', 'ResourceTypeIdRequired'],
    ]);
  });

  it('take their new code into the roles that have them, and leave them when they end', async () => {
    const [{ id, code }, { id: roleId }] = [await permission(), await role()];
    await send('POST', `/permissions/${id}/roles`, { roleIds: [roleId] });
    expect(await codesOf(roleId)).toEqual([code]);
    const renamed = numbered('BOOK.TEAR');
    const changed = await send('PUT', `/permissions/${id}`, { resourceTypeId: 'USER', code: renamed, name: 'Tear' });
    expect(changed.json.data).toMatchObject({ id, code: renamed });
    expect(await codesOf(roleId)).toEqual([renamed]);
    expect((await send('DELETE', `/permissions/${id}`)).json.data).toBe(true);
    expect(await codesOf(roleId)).toEqual([]);
    const gone = await send('GET', `/permissions/${id}`);
    expect([gone.status, codes(gone)]).toEqual([404, ['PermissionNotFound']]);
  });

  it('are not to be changed when they are built in', async () => {
    const [{ id }] = (await send('GET', '/permissions?code=USER.DELETE')).json.data.items;
    const body = { resourceTypeId: 'USER', code: 'USER.REMOVE', name: 'Remove' };
    for (const refused of [await send('PUT', `/permissions/${id}`, body), await send('DELETE', `/permissions/${id}`)]) {
      expect([refused.status, codes(refused)]).toEqual([403, ['AccessDenied']]);
    }
  });
});

describe('permissions of a role', () => {
  it.each(['POST', 'PATCH'])('are added by %s, in the body or in the query', async (method) => {
    const [one, two, { id }] = [await permission(), await permission(), await role()];
    const body = { permissionIds: [one.id, one.id] };
    expect((await send(method, `/roles/${id}/permissions`, body)).json.data).toBe(true);
    expect((await send(method, `/roles/${id}/permissions?permissionIds[0]=${two.id}`)).status).toBe(200);
    expect(await codesOf(id)).toEqual([one.code, two.code]);
    const shown = (await send('GET', `/roles/${id}/permissions`)).json.data;
    expect(shown).toEqual([one, two]);
    expect((await send('GET', `/permissions/${two.id}/roles`)).json.data).toMatchObject([{ id }]);
  });

  it('are taken away by DELETE with a body, or with a query', async () => {
    const [one, two, { id }] = [await permission(), await permission(), await role()];
    await send('POST', `/roles/${id}/permissions`, { permissionIds: [one.id, two.id] });
    expect((await send('DELETE', `/roles/${id}/permissions`, { permissionIds: [one.id] })).json.data).toBe(true);
    expect(await codesOf(id)).toEqual([two.code]);
    await send('DELETE', `/roles/${id}/permissions?permissionIds=${two.id}`);
    expect(await codesOf(id)).toEqual([]);
  });

  it('are changed from the side of the permission too', async () => {
    const [{ id, code }, one, two] = [await permission(), await role(), await role()];
    await send('POST', `/permissions/${id}/roles`, { roleIds: [one.id, two.id] });
    expect([await codesOf(one.id), await codesOf(two.id)]).toEqual([[code], [code]]);
    await send('DELETE', `/permissions/${id}/roles`, { roleIds: [one.id] });
    expect([await codesOf(one.id), await codesOf(two.id)]).toEqual([[], [code]]);
  });

  it('are added all or none', async () => {
    const [one, { id }] = [await permission(), await role()];
    const unknown = await send('POST', `/roles/${id}/permissions`, { permissionIds: [one.id, 'nothing'] });
    expect([unknown.status, codes(unknown)]).toEqual([404, ['PermissionNotFound']]);
    expect(await codesOf(id)).toEqual([]);
    const roleUnknown = await send('POST', `/permissions/${one.id}/roles`, { roleIds: [id, 'nothing'] });
    expect([roleUnknown.status, codes(roleUnknown)]).toEqual([404, ['RoleNotFound']]);
    expect(await codesOf(id)).toEqual([]);
  });

  it('are not added again by a repetition of the request, also of one that changed nothing', async () => {
    const [one, { id }] = [await permission(), await role()];
    const body = { permissionIds: [one.id] };
    await send('POST', `/roles/${id}/permissions`, body);
    const headers = { 'idempotency-key': `again-${id}` };
    const add = () => client.call('POST', `/roles/${id}/permissions`, { key, body, headers });
    const first = await add();
    await send('DELETE', `/roles/${id}/permissions`, body);
    const again = await add();
    expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true']);
    expect(await codesOf(id)).toEqual([]);
  });

  it('for applications are handed on only by who holds them', async () => {
    const [one, other, managing] = [await permission(), await permission(), await role()];
    const manager = await client.member();
    const needed = (await send('GET', '/permissions?keywords=ROLE.')).json.data.items;
    const permissionIds = [one.id, ...needed.map(({ id }: { id: string }) => id)];
    expect((await send('POST', `/roles/${managing.id}/permissions`, { permissionIds })).status).toBe(200);
    await send('POST', `/roles/${managing.id}/users`, { userIds: [manager.id] });
    const { id } = await role();
    const as = (permissionId: string) =>
      client.call('POST', `/roles/${id}/permissions`, { key: manager.key, body: { permissionIds: [permissionId] } });
    expect((await as(other.id)).status).toBe(403);
    expect((await as(one.id)).status).toBe(200);
    expect(await codesOf(id)).toEqual([one.code]);
    const rename = { resourceTypeId: 'USER', code: numbered('BOOK.OTHER'), name: 'Other' };
    const renamed = await client.call('PUT', `/permissions/${one.id}`, { key: manager.key, body: rename });
    expect(renamed.status).toBe(403);
  });
});
