import * as jfw from 'jfw-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { ADMIN, type Client, numbered, somebody, startClient } from './support.ts';

/** The vendor's client of an older age, as it comes: its address is all that is redirected. */
let client: Client;
beforeAll(async () => {
  client = await startClient();
});
afterAll(() => client.tessera.stop());

/**
 * Its calls as somebody.
 *
 * @param isBelowUsers its calls below `/users/{id}` name no version, where another API has the path: there it is told an
 *   address with one
 */
function as(authKey: string, isBelowUsers = false): typeof jfw {
  jfw.API_DOMAIN.production = `${client.tessera.url}/api/${isBelowUsers ? 'v1/' : ''}`;
  const auth = new jfw.AuthClient({ brandUrl: `https://${ACME.brandUrl}/`, mode: 'production' });
  auth.setAuthKey(authKey);
  return jfw;
}

async function signIn({ username, password }: { username: string; password: string }): Promise<string> {
  return (await as('').signInUsingUsernameAPI({ username, password })).authKey;
}

/** A person as the client registers one. */
async function register() {
  const { username, emailAddress: email, password } = somebody();
  const user = await as('').signUpAPI({ username, email, password });
  return { id: user.id as string, username, email, password };
}

describe('jfw-js 3.10.6', () => {
  it('registers, signs in, reads and updates', async () => {
    const person = await register();
    const key = await signIn(person);
    const me = await as(key).getUserInfoAPI();
    expect(me).toMatchObject({
      id: person.id,
      username: person.username,
      emailAddress: person.email,
      status: 'Active',
    });
    expect(me.package).toMatchObject({ code: 'STANDARD', features: [{ code: 'SEATS', quantity: 10 }] });
    const payload = {
      username: person.username,
      emailAddress: person.email,
      firstName: 'Ann',
      phoneNumber1: '+41790000001',
      languageCode: 'de-CH',
    };
    const updated = await as(key, true).updateUserAPI({ id: person.id }, payload);
    expect(updated).toMatchObject({ firstName: 'Ann', languageCode: 'de-CH' });
    expect(await as(key, true).getUserInfoByIdAPI({ id: person.id })).toEqual(updated);
    expect(await as(key).getUserInfoByUsernameAPI({ username: person.username })).toEqual(updated);
  });

  it('is refused with a status', async () => {
    await expect(as('garbage').getUserInfoAPI()).rejects.toMatchObject({ response: { status: 401 } });
    const { username, email, password } = await register();
    const again = as('').signUpAPI({ username, email, password });
    await expect(again).rejects.toMatchObject({ response: { status: 409 } });
  });

  it('changes the password by a path without a version', async () => {
    const person = await register();
    const key = await signIn(person);
    const change = { oldPassword: person.password, newPassword: 'passw0rd-2', confirmPassword: 'passw0rd-2' };
    expect(await as(key).changePasswordAPI(change)).toBe(true);
    expect(await signIn({ ...person, password: 'passw0rd-2' })).not.toBe(key);
  });

  it('may run in a browser, in pages of any address', async () => {
    const origin = 'https://app.acme.test';
    const asked = 'brandurl,authkey,content-type';
    const send = (method: string, headers: Readonly<Record<string, string>>) =>
      client.tessera.send(method, '/api/v1/users/me', { headers });
    const asking = { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': asked };
    const preflight = await send('OPTIONS', asking);
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([204, asked]);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
    const refused = await send('GET', { origin, brandurl: ACME.brandUrl });
    expect(refused.status).toBe(401);
    for (const { headers } of [preflight, refused]) {
      expect(headers.get('access-control-allow-origin')).toBe('*');
      expect(headers.get('access-control-expose-headers')).toContain('Retry-After');
    }
    expect((await send('GET', { brandurl: ACME.brandUrl })).headers.get('access-control-allow-origin')).toBeNull();
    expect((await client.tessera.send('OPTIONS', '/api/v1/nothing', { headers: asking })).status).toBe(404);
  });

  it('assigns roles by PATCH, and takes them away', async () => {
    const person = await register();
    const admin = await signIn(ADMIN);
    const roleId = await client.roleId('EDITOR');
    expect(await as(admin).assignRolesToUserAPI({ id: person.id }, `roleIds=${roleId}`)).toBe(true);
    const key = await signIn(person);
    expect((await as(key).getUserInfoAPI()).roles).toMatchObject([{ code: 'EDITOR' }]);
    expect(await as(admin).deleteRolesFromUserAPI({ id: person.id }, `roleIds=${roleId}`)).toBe(true);
    expect((await as(key).getUserInfoAPI()).roles).toEqual([]);
  });

  it('lists users and roles, and changes what roles consist of by PATCH', async () => {
    const person = await register();
    const admin = await signIn(ADMIN);
    const listed = await as(admin).getListUsersAPI({ username: person.username });
    expect(listed).toMatchObject({ items: [{ id: person.id }], pagination: { totalItems: 1, pageNumber: 0 } });
    const roleId = await client.roleId('READER');
    expect(await as(admin).getRoleDetailsAPI({ id: roleId })).toMatchObject({
      code: 'READER',
      permissions: ['USER.READ'],
    });
    const { items } = await as(admin).getListPermissionsAPI({ name: 'USER.CREATE' });
    const permissionId = items[0]?.id as string;
    await as(admin).assignPermissionsToRoleAPI({ id: roleId }, `permissionIds=${permissionId}`);
    const { permissions } = await as(admin).getRoleDetailsAPI({ id: roleId });
    expect(permissions).toEqual(['USER.READ', 'USER.CREATE']);
    await as(admin).deletePermissionsFromRoleAPI({ id: roleId }, `permissionIds=${permissionId}`);
    expect((await as(admin).getRoleDetailsAPI({ id: roleId })).permissions).toEqual(['USER.READ']);
  });

  it('manages packages and features by paths without a version', async () => {
    const admin = as(await signIn(ADMIN));
    const pack = await admin.addPackageAPI({ code: numbered('PACK'), name: 'Old', status: 1 });
    const feature = await admin.addFeatureAPI({ code: numbered('FEAT'), name: 'F', status: 1 });
    expect(await admin.addFeaturesToPackageAPI({ id: pack.id }, [{ featureId: feature.id, value: 3 }])).toBe(true);
    const shown = await admin.getPackageByIdAPI({ id: pack.id });
    expect(shown).toMatchObject({ name: 'Old', status: 'Active', features: [{ id: feature.id, quantity: 3 }] });
    const edited = await admin.editFeatureAPI({ id: feature.id }, { code: feature.code, name: 'G', status: 0 });
    expect(edited).toMatchObject({ name: 'G', status: 'Inactive' });
    expect(await admin.deleteFeaturesFromPackageAPI({ id: pack.id }, `featureIds=${feature.id}`)).toBe(true);
    expect(await admin.deletePackageAPI({ id: pack.id })).toBe(true);
    expect((await admin.getListPackagesAPI()).map(({ code }) => code)).toEqual(['STANDARD']);
  });

  it('finds its brand by its address', async () => {
    const brand = await as('').getBrandByUrlAPI({ brandUrl: ACME.brandUrl });
    expect(brand).toMatchObject({ id: ACME.id, name: 'Acme' });
    expect(await as('').getBrandDetailAPI({ id: ACME.id })).toEqual(brand);
  });
});
