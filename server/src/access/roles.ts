import { holdingName, type Organization, type RoleDefinition } from '../core/organization.ts';
import type { Capability } from '../core/user/fields.ts';
import type { OrganizationMembership, User } from '../core/user/user.ts';
import { BUILT_IN_ORGANIZATION } from '../core/values/built-in.ts';

/** What a holder may do, and to whose records: those of one organization, or of all (`*`). */
export interface Grant {
  readonly organizationId: string;
  readonly capabilities: ReadonlySet<Capability>;
  /** Permissions of a custom role that mean something to applications alone. */
  readonly others?: ReadonlySet<string>;
}

/** What the permissions stand for of which roles consist. */
const READ: readonly Capability[] = ['read'];
const WRITE: readonly Capability[] = [
  ...READ,
  'create',
  'profile',
  'contact',
  'assert_verified',
  'policy',
  'credential',
  'keys',
  'factor',
  'passkey_link',
  'state',
  'metadata',
  'benefits',
];
const WRITE_CREDENTIALS: readonly Capability[] = ['enrolment'];
const DELETE: readonly Capability[] = ['delete'];

const MANAGE: readonly Capability[] = [...WRITE, ...DELETE, 'role_read', 'package_read'];
/** What an organization is: its roles, packages and settings. */
const SHAPE: readonly Capability[] = [
  'role_create',
  'role_update',
  'role_delete',
  'package_create',
  'package_update',
  'package_delete',
  'settings',
  'any_permission',
  'user_type',
];
const OWN: readonly Capability[] = [...MANAGE, ...WRITE_CREDENTIALS, ...SHAPE, 'role'];

const FOUND: readonly Capability[] = ['found'];

/** Instance-wide roles: only members of the built-in organization hold them to any effect. */
const INSTANCE_ROLES = table({
  IAM_OWNER: [...OWN, ...FOUND],
  IAM_ORG_MANAGER: [...MANAGE, ...WRITE_CREDENTIALS, ...FOUND],
  IAM_USER_MANAGER: MANAGE,
  IAM_LOGIN_CLIENT: [...WRITE, ...WRITE_CREDENTIALS],
  IAM_OWNER_VIEWER: READ,
});

/** Roles within an organization, the holder's own or another. */
const ORGANIZATION_ROLES = table({
  ORG_OWNER: OWN,
  ORG_USER_MANAGER: MANAGE,
  ORG_OWNER_VIEWER: READ,
  ORG_USER_PERMISSION_EDITOR: READ,
  ORG_PROJECT_PERMISSION_EDITOR: READ,
  PROJECT_OWNER: READ,
  PROJECT_OWNER_VIEWER: READ,
  PROJECT_GRANT_OWNER: READ,
  PROJECT_GRANT_OWNER_VIEWER: READ,
  ORG_USER_SELF_MANAGER: [],
});

/** The built-in codes of brands, good within the holder's own organization. */
const BRAND_ROLES = table({ SUPER_ADMIN: OWN, ADMIN: MANAGE });

/** Roles that only widen what their holder may do to its own record. */
const SELF_DELETE_ROLES: ReadonlySet<string> = new Set(['SELF_MANAGEMENT_GLOBAL', 'ORG_USER_SELF_MANAGER']);

/**
 * A permission of a custom role. `USER.UPDATE` neither asserts verification nor touches credentials or roles; who holds
 * a role is part of what the role is.
 */
const PERMISSION_CAPABILITIES = table({
  'USER.CREATE': ['create'],
  'USER.READ': ['read'],
  'USER.UPDATE': ['profile', 'contact'],
  'USER.DELETE': ['delete'],
  'ROLE.CREATE': ['role_create'],
  'ROLE.READ': ['role_read'],
  'ROLE.UPDATE': ['role_update', 'role'],
  'ROLE.DELETE': ['role_delete'],
  'PACKAGE.CREATE': ['package_create'],
  'PACKAGE.READ': ['package_read'],
  'PACKAGE.UPDATE': ['package_update'],
  'PACKAGE.DELETE': ['package_delete'],
  'BRAND.UPDATE': ['settings'],
});

/** The permissions that mean something here; any other is for applications. */
export const BUILT_IN_PERMISSIONS: readonly string[] = [...PERMISSION_CAPABILITIES.keys()];

/** Those that a built-in role of brands stands for, as clients are shown them. */
export function permissionsOfBrandRole(code: string): string[] {
  const held = new Set(BRAND_ROLES.get(code));
  return BUILT_IN_PERMISSIONS.filter((permission) =>
    (PERMISSION_CAPABILITIES.get(permission) ?? []).every((capability) => held.has(capability)),
  );
}

/** A map, because the code of a role may be any text, also the name of something that every object has. */
function table(entries: Readonly<Record<string, readonly Capability[]>>): ReadonlyMap<string, readonly Capability[]> {
  return new Map(Object.entries(entries));
}

const cache = new Map<readonly Capability[], ReadonlySet<Capability>>();

function setOf(capabilities: readonly Capability[]): ReadonlySet<Capability> {
  let set = cache.get(capabilities);
  if (set === undefined) {
    set = new Set(capabilities);
    cache.set(capabilities, set);
  }
  return set;
}

/**
 * Everything the roles a user holds allow, here and elsewhere. Unknown roles allow nothing.
 *
 * @param organization the user's own
 */
export function grantsOf(user: User, organization: Organization | undefined): Grant[] {
  const { roles, elsewhere } = user.membership;
  const own = grantsOfRoles(roles, user.organizationId, organization);
  return elsewhere.length === 0 ? own : [...own, ...grantsElsewhere(elsewhere)];
}

/** What the roles allow that somebody holds in organizations which are not its own. */
export function grantsElsewhere(memberships: readonly OrganizationMembership[]): Grant[] {
  return memberships.flatMap(({ organizationId, roles }) =>
    roles.flatMap((role): Grant[] => {
      const capabilities = ORGANIZATION_ROLES.get(role);
      return capabilities === undefined ? [] : [{ organizationId, capabilities: setOf(capabilities) }];
    }),
  );
}

/** Whoever makes an organization owns it, until it has said who else does. */
export function founderOf(organizationId: string): Grant {
  return { organizationId, capabilities: setOf(OWN) };
}

/** Everything these roles allow a member of the organization. */
export function grantsOfRoles(
  roles: readonly string[],
  organizationId: string,
  organization: Organization | undefined,
): Grant[] {
  return roles.flatMap((role): Grant[] => {
    const instance = INSTANCE_ROLES.get(role);
    if (instance !== undefined) {
      return organizationId === BUILT_IN_ORGANIZATION.id
        ? [{ organizationId: '*', capabilities: setOf(instance) }]
        : [];
    }
    const builtIn = ORGANIZATION_ROLES.get(role) ?? BRAND_ROLES.get(role);
    if (builtIn !== undefined) return [{ organizationId, capabilities: setOf(builtIn) }];
    const custom = organization?.roles.find((candidate) => holdingName(candidate) === role);
    return custom === undefined ? [] : [grantOfPermissions(custom.permissions, organizationId)];
  });
}

/** Everything a role of the organization's own allows its holders. */
export function grantsOfDefinition(role: RoleDefinition, organizationId: string): Grant[] {
  return role.builtIn
    ? grantsOfRoles([holdingName(role)], organizationId, undefined)
    : [grantOfPermissions(role.permissions, organizationId)];
}

/** Everything the permissions of a custom role allow. */
export function grantOfPermissions(permissions: readonly string[], organizationId: string): Grant {
  const capabilities = new Set(permissions.flatMap((permission) => PERMISSION_CAPABILITIES.get(permission) ?? []));
  const others = permissions.filter((permission) => !PERMISSION_CAPABILITIES.has(permission));
  return { organizationId, capabilities, ...(others.length > 0 && { others: new Set(others) }) };
}

export function mayDeleteSelf(user: User): boolean {
  return user.membership.roles.some((role) => SELF_DELETE_ROLES.has(role));
}
