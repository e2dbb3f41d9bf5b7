import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ACME, type TestSetup, testSetup } from '../support/setup.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

let tessera: Tessera;
afterEach(() => tessera?.stop());

const EDITOR = { code: 'EDITOR', name: 'Editor', permissions: ['USER.READ', 'BOOK.OPEN'] };
const PERSON = {
  id: '400000000000000077',
  username: 'eddie.editor',
  givenName: 'Ed',
  familyName: 'Itor',
  password: 'Edit-pass-1!',
  roles: ['EDITOR'],
};

type Brand = NonNullable<TestSetup['organizations'][0]['jframework']>;

/** A setup with a role and somebody who holds it. */
function setupWith(change: (brand: Brand, person: { roles: string[] }) => void = () => {}): TestSetup {
  return testSetup(({ organizations: [acme] }) => {
    const brand = acme.jframework as Brand;
    const person = { ...PERSON };
    brand.roles = [{ ...EDITOR }];
    change(brand, person);
    acme.users = [...(acme.users ?? []), person];
  });
}

async function restartWith(change: Parameters<typeof setupWith>[0]): Promise<void> {
  writeFileSync(join(tessera.dataDir, 'test-setup.json'), JSON.stringify(setupWith(change)));
  await tessera.restart();
}

const BRAND = { 'brand-url': ACME.brandUrl };

async function send(
  method: string,
  path: string,
  body?: unknown,
  as: readonly [string, string] = ['acme.admin', ACME.adminPassword],
) {
  const [username, password] = as;
  const signedIn = await tessera.send('POST', '/api/v1/users/auth', { headers: BRAND, body: { username, password } });
  const headers = { ...BRAND, 'auth-key': signedIn.json.data.authKey };
  const { json } = await tessera.send(method, `/api/v1${path}`, { headers, body });
  return json.data;
}
const roles = async (): Promise<{ id: string; code: string; name: string; permissions: string[] }[]> =>
  (await send('GET', '/roles?sortDataField=code&sortOrder=asc')).items;
const roleNamed = async (code: string) => (await roles()).find((role) => role.code === code);
const held = async () => (await send('GET', '/users/me', undefined, [PERSON.username, PERSON.password])).roles;
const packages = async () => (await send('GET', '/packages?sortDataField=code&sortOrder=asc')) as { code: string }[];

describe('a restart with the setup file', () => {
  it('changes nothing that it declares already, also after changes through the API', async () => {
    tessera = await startTessera(setupWith());
    await send('POST', '/roles', { code: 'MADE', name: 'Made' });
    await send('PUT', `/brands/${ACME.id}/setting`, { cdnFolder: 'f', domainWhiteListURLs: 'a.test' });
    const before = await tessera.store.configuration();
    await tessera.restart();
    expect(await tessera.store.configuration()).toEqual(before);
  });

  it('keeps the roles, packages and settings that an API made, changed and removed', async () => {
    tessera = await startTessera(setupWith());
    const made = await send('POST', '/roles', { code: 'MADE', name: 'Made' });
    const { id = '' } = (await roleNamed('EDITOR')) ?? {};
    await send('PUT', `/roles/${id}`, { code: 'WRITER', name: 'Writer' });
    const [standard] = await packages();
    await send('POST', '/packages', { code: 'GOLD', name: 'Gold', isDefault: true });
    await send('PUT', `/brands/${ACME.id}/setting`, { passwordPolicyLevel: 'High' });
    const [price] = (await send('GET', '/prices')) as { id: string }[];
    await send('DELETE', `/prices/${price?.id}`);
    await tessera.restart();
    expect(await roleNamed('MADE')).toEqual(made);
    expect(await roleNamed('WRITER')).toMatchObject({ id, name: 'Writer', permissions: EDITOR.permissions });
    expect(await roleNamed('EDITOR')).toBeUndefined();
    expect(await held()).toMatchObject([{ id, code: 'WRITER' }]);
    expect(await packages()).toMatchObject([
      { code: 'GOLD', isDefault: true },
      { ...standard, isDefault: false, prices: [] },
    ]);
    const brand = await send('GET', `/brands/${ACME.id}`);
    expect(brand.setting.passwordPolicyLevel).toBe('High');
  });

  it('applies what the file says differently, over what an API made of it', async () => {
    tessera = await startTessera(setupWith());
    const { id = '' } = (await roleNamed('EDITOR')) ?? {};
    await send('PUT', `/roles/${id}`, { code: 'WRITER', name: 'Writer' });
    await send('PUT', `/brands/${ACME.id}/setting`, { passwordPolicyLevel: 'High' });
    await restartWith((brand) => {
      brand.roles = [{ ...EDITOR, permissions: ['USER.READ'] }];
      brand.passwordPolicyLevel = 'Medium';
    });
    expect(await roleNamed('EDITOR')).toMatchObject({ id, name: 'Editor', permissions: ['USER.READ'] });
    expect(await roleNamed('WRITER')).toBeUndefined();
    expect(await held()).toMatchObject([{ id, code: 'EDITOR' }]);
    expect((await send('GET', `/brands/${ACME.id}`)).setting.passwordPolicyLevel).toBe('Medium');
  });

  it('does not give back what an API ended, but to those whom the file gives it anew', async () => {
    tessera = await startTessera(setupWith());
    const { id } = (await roleNamed('EDITOR')) ?? {};
    await send('POST', `/roles/${id}/users`, { userIds: [ACME.viewer.id] });
    await send('DELETE', `/roles/${id}`);
    await tessera.restart();
    expect([await roleNamed('EDITOR'), await held()]).toEqual([undefined, []]);
    await restartWith((brand) => {
      brand.roles = [{ ...EDITOR, name: 'Editor again' }];
    });
    const again = await roleNamed('EDITOR');
    expect(again?.id).not.toBe(id);
    expect(await held()).toMatchObject([{ id: again?.id }]);
    expect((await send('GET', `/users/${ACME.viewer.id}`)).roles).toEqual([]);
  });

  it('ends what left the file', async () => {
    tessera = await startTessera(setupWith());
    await send('POST', '/roles', { code: 'MADE', name: 'Made' });
    await restartWith((brand, person) => {
      brand.roles = [];
      brand.packages = [];
      person.roles = [];
    });
    expect((await roles()).map(({ code }) => code)).toEqual(['ADMIN', 'MADE', 'SUPER_ADMIN']);
    expect(await packages()).toEqual([]);
    expect(await held()).toEqual([]);
  });

  it('knows the permissions that roles of the file name', async () => {
    tessera = await startTessera(setupWith());
    const { items } = await send('GET', '/permissions?type=Custom');
    expect(items).toMatchObject([{ code: 'BOOK.OPEN', type: 'Custom' }]);
    const types = await send('GET', '/resource-types?code=BOOK');
    expect(types).toMatchObject([{ id: items[0].resourceTypeId, type: 'Custom' }]);
    await send('DELETE', `/permissions/${items[0].id}`);
    await tessera.restart();
    expect((await send('GET', '/permissions?type=Custom')).items).toEqual([]);
    expect((await roleNamed('EDITOR'))?.permissions).toEqual(['USER.READ']);
  });
});
