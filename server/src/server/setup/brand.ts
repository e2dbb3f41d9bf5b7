import { BUILT_IN_PERMISSIONS, permissionsOfBrandRole } from '../../access/roles.ts';
import {
  type BrandSection,
  type PermissionDefinition,
  type ResourceTypeDefinition,
  type StoredSection,
  sectionOf,
} from '../../api/jframework/section.ts';
import type { SetupJFramework } from '../../config/setup.ts';
import type { Organization, RoleDefinition } from '../../core/organization.ts';
import { brandHost } from '../../core/values/brand-host.ts';
import { packagesOf } from './brand-packages.ts';
import { CatalogueMerge, type Declaration } from './catalogue-merge.ts';
import { stableGuid, stableId } from './ids.ts';

type DeclaredRole = SetupJFramework['roles'][number];

const BUILT_IN_ROLES = [
  { code: 'SUPER_ADMIN', name: 'Super Admin', tags: '#SuperAdmin' },
  { code: 'ADMIN', name: 'Admin', tags: '#Admin' },
];

/** The roles that every organization has. */
export function builtInRoles(organizationId: string): RoleDefinition[] {
  return BUILT_IN_ROLES.map((role) => ({
    ...roleOf(organizationId, { ...role, permissions: permissionsOfBrandRole(role.code) }),
    builtIn: true,
  }));
}

/** The roles and the section of an organization that is a brand, with what APIs have made of them. */
export function brandOf(
  organizationId: string,
  declared: SetupJFramework,
  stored: Organization | undefined,
): { readonly roles: RoleDefinition[]; readonly section: BrandSection } {
  const before = sectionBefore(stored);
  const merge = new CatalogueMerge(before?.declared ?? {}, (stored?.history?.sequence ?? 0) + 1);
  const roles = merge.entries(
    'role',
    declared.roles.map((role) => roleDeclaration(organizationId, role)),
    before === undefined ? [] : (stored?.roles ?? []).filter(({ builtIn }) => !builtIn),
  );
  const section: BrandSection = {
    hosts: declared.brandUrls.flatMap((url) => brandHost(url) ?? []),
    passwordPolicyLevel: merge.value('passwordPolicyLevel', declared.passwordPolicyLevel, before?.passwordPolicyLevel),
    updateRequires: declared.updateRequires,
    domainWhiteListURLs: merge.value<readonly string[]>(
      'domainWhiteListURLs',
      declared.domainWhiteListURLs,
      before?.domainWhiteListURLs,
    ),
    hidesUnknownAddresses: declared.hidesUnknownAddresses,
    ...packagesOf(organizationId, declared.packages, before, merge),
    ...permissionsOf(organizationId, declared.roles, before, merge),
    subscriptionTypes: before?.subscriptionTypes ?? [],
    profile: before?.profile ?? EMPTY.profile,
    setting: before?.setting ?? EMPTY.setting,
    declared: merge.declared,
  };
  return { roles: [...builtInRoles(organizationId), ...roles], section };
}

const EMPTY = sectionOf({ hosts: [], passwordPolicyLevel: 'Low', updateRequires: 'nothing' });

/** Of a section from before APIs could change it, everything is the file's. */
function sectionBefore(stored: Organization | undefined): BrandSection | undefined {
  const section = stored?.sections.jframework as StoredSection | undefined;
  return section?.declared === undefined ? undefined : sectionOf(section);
}

function roleDeclaration(organizationId: string, role: DeclaredRole): Declaration<RoleDefinition> {
  return {
    code: role.code,
    says: role,
    id: stableId(organizationId, 'role', role.code),
    make: (id, heldAs) => ({ ...roleOf(organizationId, role), id, ...(heldAs !== undefined && { heldAs }) }),
  };
}

function roleOf(organizationId: string, role: DeclaredRole): RoleDefinition {
  return {
    id: stableId(organizationId, 'role', role.code),
    guid: stableGuid(organizationId, 'role', role.code),
    code: role.code,
    name: role.name,
    description: role.description ?? null,
    tags: role.tags ?? null,
    builtIn: false,
    permissions: role.permissions,
  };
}

/** The permissions that roles of the file name, and the types of what they are about: what the codes begin with. */
function permissionsOf(
  organizationId: string,
  roles: readonly DeclaredRole[],
  before: BrandSection | undefined,
  merge: CatalogueMerge,
): Pick<BrandSection, 'permissions' | 'resourceTypes'> {
  const named = new Set(roles.flatMap(({ permissions }) => permissions));
  const others = [...named].filter((code) => !BUILT_IN_PERMISSIONS.includes(code));
  const builtInTypes = resourceTypeCodes(BUILT_IN_PERMISSIONS);
  const customTypes = merge.entries(
    'resource type',
    resourceTypeCodes(others)
      .filter((code) => !builtInTypes.includes(code))
      .map((code) => namedDeclaration(resourceTypeOf(organizationId, code))),
    (before?.resourceTypes ?? []).filter(({ builtIn }) => !builtIn),
    { keepsKnown: true },
  );
  const resourceTypes = [
    ...builtInTypes.map((code) => ({ ...resourceTypeOf(organizationId, code), builtIn: true })),
    ...customTypes,
  ];
  const permissionOf = (code: string): PermissionDefinition => ({
    id: stableId(organizationId, 'permission', code),
    guid: stableGuid(organizationId, 'permission', code),
    code,
    name: code,
    resourceTypeId: resourceTypes.find((type) => type.code === code.split('.')[0])?.id ?? resourceTypes[0]?.id ?? '',
    description: null,
    tags: null,
    builtIn: false,
  });
  const permissions = merge.entries(
    'permission',
    others.map((code) => namedDeclaration(permissionOf(code))),
    (before?.permissions ?? []).filter(({ builtIn }) => !builtIn),
    { keepsKnown: true },
  );
  return {
    resourceTypes,
    permissions: [...BUILT_IN_PERMISSIONS.map((code) => ({ ...permissionOf(code), builtIn: true })), ...permissions],
  };
}

/** Of an entry of which the file says no more than its code. */
function namedDeclaration<T extends { readonly id: string; readonly code: string }>(entry: T): Declaration<T> {
  return { code: entry.code, says: entry.code, id: entry.id, make: (id) => ({ ...entry, id }) };
}

function resourceTypeCodes(permissions: readonly string[]): string[] {
  return [...new Set(permissions.map((code) => code.split('.')[0] ?? code))];
}

function resourceTypeOf(organizationId: string, code: string): ResourceTypeDefinition {
  return {
    id: stableId(organizationId, 'resource type', code),
    guid: stableGuid(organizationId, 'resource type', code),
    code,
    name: code,
    description: null,
    tags: null,
    builtIn: false,
  };
}
