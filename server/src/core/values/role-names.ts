/** Roles that every organization knows. */
export const ORGANIZATION_ROLES = [
  'ORG_OWNER',
  'ORG_USER_MANAGER',
  'ORG_OWNER_VIEWER',
  'ORG_USER_PERMISSION_EDITOR',
  'ORG_PROJECT_PERMISSION_EDITOR',
  'ORG_USER_SELF_MANAGER',
  'SELF_MANAGEMENT_GLOBAL',
  'PROJECT_OWNER',
  'PROJECT_OWNER_VIEWER',
  'PROJECT_GRANT_OWNER',
  'PROJECT_GRANT_OWNER_VIEWER',
] as const;

const ofOrganizations: ReadonlySet<string> = new Set(ORGANIZATION_ROLES);

/** Whether the role can be held in any organization, also by those who belong to another. */
export function isOrganizationRole(name: string): boolean {
  return ofOrganizations.has(name);
}
