import { afterAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { startTessera } from '../../support/tessera.ts';
import { addMachine, later, post } from './machine-support.ts';
import { addUser, bearer, type Headers, newPerson, zitadelSetup } from './support.ts';

const INSTANCE = ['IAM_OWNER', 'IAM_ORG_MANAGER', 'IAM_USER_MANAGER', 'IAM_LOGIN_CLIENT', 'IAM_OWNER_VIEWER'] as const;
const ORGANIZATION = [
  'ORG_OWNER',
  'ORG_USER_MANAGER',
  'ORG_OWNER_VIEWER',
  'ORG_USER_PERMISSION_EDITOR',
  'ORG_PROJECT_PERMISSION_EDITOR',
  'PROJECT_OWNER',
  'PROJECT_OWNER_VIEWER',
  'PROJECT_GRANT_OWNER',
  'PROJECT_GRANT_OWNER_VIEWER',
  'ORG_USER_SELF_MANAGER',
  'SELF_MANAGEMENT_GLOBAL',
] as const;
type Role = (typeof INSTANCE | typeof ORGANIZATION)[number];

const patOf = (role: Role): string => `${role.toLowerCase()}-pat-000`;
const idOf = (role: Role): string => `holder-of-${role}`;
const holder = (role: Role) => ({
  id: idOf(role),
  username: role.toLowerCase(),
  givenName: 'Ho',
  familyName: 'Lder',
  roles: [role],
  personalAccessToken: patOf(role),
});

const tessera = await startTessera(
  zitadelSetup((setup) => {
    setup.instance.users = INSTANCE.map(holder);
    const [acme] = setup.organizations;
    acme.users = [...(acme.users ?? []), ...ORGANIZATION.map(holder)];
  }),
);
afterAll(() => tessera.stop());

/** One call for each permission, on somebody of the organization that holds nothing. */
const CALLS = {
  'user.read': async (headers: Headers, organizationId: string) => {
    const id = await target(organizationId);
    return tessera.send('GET', `/v2/users/${id}`, { headers });
  },
  'user.write': async (headers: Headers, organizationId: string) => {
    const id = await target(organizationId);
    const body = { profile: { givenName: 'New', familyName: 'Name' } };
    return tessera.send('PUT', `/v2/users/human/${id}`, { headers, body });
  },
  'user.write, on a new user': (headers: Headers, organizationId: string) =>
    tessera.send('POST', '/v2/users/human', {
      headers,
      body: newPerson({ organization: { orgId: organizationId } }),
    }),
  'user.write, on keys': async (headers: Headers, organizationId: string) => {
    const id = await addMachine(tessera, { organizationId });
    return post(tessera, `/v2/users/${id}/pats`, { expirationDate: later() }, headers);
  },
  'user.credential.write': async (headers: Headers, organizationId: string) => {
    const id = await target(organizationId);
    return tessera.send('POST', `/v2/users/${id}/u2f`, { headers, body: { domain: 'localhost' } });
  },
  'user.passkey.write': async (headers: Headers, organizationId: string) => {
    const id = await target(organizationId);
    return post(tessera, `/v2/users/${id}/passkeys/registration_link`, { returnCode: {} }, headers);
  },
  'user.delete': async (headers: Headers, organizationId: string) => {
    const id = await target(organizationId);
    return tessera.send('DELETE', `/v2/users/${id}`, { headers });
  },
} as const;
type CallName = keyof typeof CALLS;

function target(organizationId: string): Promise<string> {
  const headers = organizationId === ACME.id ? bearer(ACME.adminPat) : bearer(GLOBEX.adminPat);
  return addUser(tessera, { organization: { orgId: organizationId } }, headers);
}

const READ: CallName[] = ['user.read'];
const WRITE: CallName[] = [
  ...READ,
  'user.write',
  'user.write, on a new user',
  'user.write, on keys',
  'user.passkey.write',
];
const MANAGE: CallName[] = [...WRITE, 'user.delete'];
const ALL: CallName[] = [...MANAGE, 'user.credential.write'];
const MAY: Readonly<Record<Role, readonly CallName[]>> = {
  IAM_OWNER: ALL,
  IAM_ORG_MANAGER: ALL,
  IAM_USER_MANAGER: MANAGE,
  IAM_LOGIN_CLIENT: [...WRITE, 'user.credential.write'],
  IAM_OWNER_VIEWER: READ,
  ORG_OWNER: ALL,
  ORG_USER_MANAGER: MANAGE,
  ORG_OWNER_VIEWER: READ,
  ORG_USER_PERMISSION_EDITOR: READ,
  ORG_PROJECT_PERMISSION_EDITOR: READ,
  PROJECT_OWNER: READ,
  PROJECT_OWNER_VIEWER: READ,
  PROJECT_GRANT_OWNER: READ,
  PROJECT_GRANT_OWNER_VIEWER: READ,
  ORG_USER_SELF_MANAGER: [],
  SELF_MANAGEMENT_GLOBAL: [],
};

describe.each(Object.entries(MAY) as [Role, readonly CallName[]][])('%s', (role, may) => {
  const isOfInstance = role.startsWith('IAM_');

  it.each(Object.entries(CALLS) as [CallName, (typeof CALLS)[CallName]][])('%s', async (name, call) => {
    const inside = await call(bearer(patOf(role)), ACME.id);
    expect(inside.status === 200, inside.text).toBe(may.includes(name));
    const elsewhere = await call(bearer(patOf(role)), GLOBEX.id);
    expect(elsewhere.status === 200, elsewhere.text).toBe(isOfInstance && may.includes(name));
  });
});

it('deletes oneself by the roles for it alone', async () => {
  for (const role of [...INSTANCE, ...ORGANIZATION]) {
    const headers = bearer(patOf(role));
    const { status } = await tessera.send('DELETE', `/v2/users/${idOf(role)}`, { headers });
    const may = MAY[role].includes('user.delete') || /SELF/.test(role);
    expect({ role, status: status === 200 }).toEqual({ role, status: may });
  }
});
