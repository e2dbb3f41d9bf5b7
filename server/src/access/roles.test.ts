import { describe, expect, it } from 'vitest';
import { createUser, given, ORG, OTHER_ORG, organization } from '../../test/support/given.ts';
import { CAPABILITIES, type Capability } from '../core/user/fields.ts';
import type { User } from '../core/user/user.ts';
import { BUILT_IN_ORGANIZATION } from '../core/values/built-in.ts';
import { BUILT_IN_PERMISSIONS, grantsOf, grantsOfRoles, mayDeleteSelf, permissionsOfBrandRole } from './roles.ts';

const withRoles = (...roles: string[]) => given(createUser({ membership: { roles } })).user as User;
const role = (code: string, ...permissions: string[]) => ({
  id: '1',
  guid: '1',
  code,
  name: code,
  description: null,
  tags: null,
  builtIn: false,
  permissions,
});

/** The permissions of the user service, and what this server asks for in their place. */
const PERMISSIONS = {
  'user.read': ['read'],
  'user.write': [
    'create',
    'profile',
    'contact',
    'assert_verified',
    'policy',
    'credential',
    'keys',
    'factor',
    'state',
    'metadata',
    'benefits',
  ],
  'user.passkey.write': ['passkey_link'],
  'user.credential.write': ['enrolment'],
  'user.delete': ['delete'],
  membership: ['role', 'user_type'],
  'settings.read': ['role_read', 'package_read'],
  'org.settings': [
    'role_create',
    'role_update',
    'role_delete',
    'package_create',
    'package_update',
    'package_delete',
    'settings',
    'any_permission',
  ],
  'org.create': ['found'],
} as const satisfies Record<string, readonly Capability[]>;
type Permission = keyof typeof PERMISSIONS;

const EVERY = Object.keys(PERMISSIONS) as Permission[];
const IN_ORGANIZATION = EVERY.filter((permission) => permission !== 'org.create');
const MANAGER: Permission[] = ['user.read', 'user.write', 'user.passkey.write', 'user.delete', 'settings.read'];
const VIEWER: Permission[] = ['user.read'];

const ROLE_PERMISSIONS: Readonly<Record<string, readonly Permission[]>> = {
  IAM_OWNER: EVERY,
  IAM_ORG_MANAGER: [...MANAGER, 'user.credential.write', 'org.create'],
  IAM_USER_MANAGER: MANAGER,
  IAM_LOGIN_CLIENT: ['user.read', 'user.write', 'user.passkey.write', 'user.credential.write'],
  IAM_OWNER_VIEWER: VIEWER,
  ORG_OWNER: IN_ORGANIZATION,
  ORG_USER_MANAGER: MANAGER,
  ORG_OWNER_VIEWER: VIEWER,
  ORG_USER_PERMISSION_EDITOR: VIEWER,
  ORG_PROJECT_PERMISSION_EDITOR: VIEWER,
  PROJECT_OWNER: VIEWER,
  PROJECT_OWNER_VIEWER: VIEWER,
  PROJECT_GRANT_OWNER: VIEWER,
  PROJECT_GRANT_OWNER_VIEWER: VIEWER,
  ORG_USER_SELF_MANAGER: [],
  SELF_MANAGEMENT_GLOBAL: [],
};

describe('the permissions of a role', () => {
  it('stand for every capability, each in one of them', () => {
    expect(Object.values(PERMISSIONS).flat().sort()).toEqual([...CAPABILITIES].sort());
  });

  it.each(Object.entries(ROLE_PERMISSIONS))('%s', (role, permissions) => {
    const isOfInstance = role.startsWith('IAM_');
    const organizationId = isOfInstance ? BUILT_IN_ORGANIZATION.id : ORG;
    const held = new Set(grantsOfRoles([role], organizationId, undefined).flatMap((grant) => [...grant.capabilities]));
    for (const permission of EVERY) {
      const capabilities: readonly Capability[] = PERMISSIONS[permission];
      expect(capabilities.map((capability) => [permission, held.has(capability)])).toEqual(
        capabilities.map(() => [permission, permissions.includes(permission)]),
      );
    }
    // Each reaches as far as its name says.
    for (const grant of grantsOfRoles([role], organizationId, undefined)) {
      expect(grant.organizationId).toBe(isOfInstance ? '*' : ORG);
    }
  });
});

describe('what roles allow', () => {
  it('reaches over the instance from the built-in organization only', () => {
    expect(grantsOfRoles(['IAM_OWNER'], BUILT_IN_ORGANIZATION.id, undefined)).toMatchObject([{ organizationId: '*' }]);
    expect(grantsOfRoles(['IAM_OWNER'], ORG, undefined)).toEqual([]);
    const impostor = organization(ORG, { roles: [role('IAM_OWNER', 'USER.DELETE')] });
    expect(grantsOf(withRoles('IAM_OWNER'), impostor)).toEqual([]);
  });

  it('stays within the organization of the holder', () => {
    for (const name of ['ORG_OWNER', 'ORG_USER_MANAGER', 'SUPER_ADMIN', 'ADMIN']) {
      expect(grantsOf(withRoles(name), undefined)).toMatchObject([{ organizationId: ORG }]);
    }
  });

  it('is also what is held in other organizations, by the roles that all of them know', () => {
    const elsewhere = [
      { organizationId: OTHER_ORG, roles: ['ORG_USER_MANAGER', 'SUPER_ADMIN', 'IAM_OWNER', 'CLERK'] },
      { organizationId: 'org-c', roles: ['ORG_OWNER_VIEWER', 'ORG_USER_SELF_MANAGER'] },
    ];
    const acme = organization(ORG, { roles: [role('CLERK', 'USER.READ')] });
    const user = given(createUser({ membership: { roles: ['CLERK'], elsewhere } })).user as User;
    const [clerk, manager, ...viewer] = grantsOf(user, acme);
    expect(clerk).toEqual({ organizationId: ORG, capabilities: new Set(['read']) });
    expect(manager).toEqual({ ...grantsOfRoles(['ORG_USER_MANAGER'], OTHER_ORG, undefined)[0] });
    expect(viewer).toEqual([
      { organizationId: 'org-c', capabilities: new Set(['read']) },
      { organizationId: 'org-c', capabilities: new Set() },
    ]);
    expect(mayDeleteSelf(user)).toBe(false);
  });

  it('follows from the permissions of a custom role', () => {
    const acme = organization(ORG, { roles: [role('CLERK', 'USER.READ', 'USER.UPDATE', 'INVOICE.READ')] });
    expect(grantsOf(withRoles('CLERK'), acme)).toEqual([
      {
        organizationId: ORG,
        capabilities: new Set(['read', 'profile', 'contact']),
        others: new Set(['INVOICE.READ']),
      },
    ]);
  });

  it('is held by the name in the record, whatever the code of the role is now', () => {
    const renamed = { ...role('CLERK', 'USER.READ'), heldAs: 'FORMER' };
    const acme = organization(ORG, { roles: [renamed, { ...role('FORMER', 'USER.DELETE'), heldAs: 'later' }] });
    expect(grantsOf(withRoles('FORMER'), acme)).toEqual([{ organizationId: ORG, capabilities: new Set(['read']) }]);
    expect(grantsOf(withRoles('CLERK'), acme)).toEqual([]);
  });

  it('is nothing for unknown roles, also those named like what every object has', () => {
    const acme = organization(ORG, { roles: [role('toString', 'constructor', 'valueOf')] });
    expect(grantsOf(withRoles('constructor', '__proto__', 'hasOwnProperty', 'NONE'), acme)).toEqual([]);
    expect(grantsOf(withRoles('toString'), acme)).toMatchObject([{ organizationId: ORG, capabilities: new Set() }]);
  });
});

it('some roles let their holder delete itself, and nothing more', () => {
  for (const name of ['SELF_MANAGEMENT_GLOBAL', 'ORG_USER_SELF_MANAGER']) {
    expect(mayDeleteSelf(withRoles(name))).toBe(true);
    expect(grantsOf(withRoles(name), undefined).flatMap(({ capabilities }) => [...capabilities])).toEqual([]);
  }
  expect(mayDeleteSelf(withRoles('ORG_OWNER'))).toBe(false);
});

it('what clients are shown of a built-in role of brands is what it allows', () => {
  expect(permissionsOfBrandRole('SUPER_ADMIN')).toEqual(BUILT_IN_PERMISSIONS);
  expect(permissionsOfBrandRole('ADMIN')).toEqual([
    'USER.CREATE',
    'USER.READ',
    'USER.UPDATE',
    'USER.DELETE',
    'ROLE.READ',
    'PACKAGE.READ',
  ]);
  expect(permissionsOfBrandRole('OTHER')).toEqual([]);
});
