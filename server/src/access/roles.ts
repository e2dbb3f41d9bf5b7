import type { Organization } from '../core/organization.ts';
import type { Capability } from '../core/user/fields.ts';
import type { OrganizationMembership, User } from '../core/user/user.ts';
import { BUILT_IN_ORGANIZATION } from '../core/values/built-in.ts';

/** What a holder may do, and to whose records: those of one organization, or of all (`*`). */
export interface Grant {
  readonly organizationId: string;
  readonly capabilities: ReadonlySet<Capability>;
}

/** What the permissions stand for of which roles consist. */
const READ: readonly Capability[] = ['read'];
const WRITE: readonly Capability[] = [
  ...READ,
  'create',
  'profile',
  'contact',
  'assert_verified',
  'credential',
  'keys',
  'factor',
  'passkey_link',
  'state',
  'metadata',
];
const WRITE_CREDENTIALS: readonly Capability[] = ['enrolment'];
const DELETE: readonly Capability[] = ['delete'];

const MANAGE: readonly Capability[] = [...WRITE, ...DELETE];
const OWN: readonly Capability[] = [...MANAGE, ...WRITE_CREDENTIALS, 'role'];

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

/** A permission of a custom role. `USER.UPDATE` neither asserts verification nor touches credentials or roles. */
const PERMISSION_CAPABILITIES = table({
  'USER.CREATE': ['create'],
  'USER.READ': ['read'],
  'USER.UPDATE': ['profile', 'contact'],
  'USER.DELETE': ['delete'],
});

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
    const custom = organization?.roles.find((candidate) => candidate.code === role);
    if (custom === undefined) return [];
    const capabilities = custom.permissions.flatMap((permission) => PERMISSION_CAPABILITIES.get(permission) ?? []);
    return [{ organizationId, capabilities: new Set(capabilities) }];
  });
}

export function mayDeleteSelf(user: User): boolean {
  return user.membership.roles.some((role) => SELF_DELETE_ROLES.has(role));
}
