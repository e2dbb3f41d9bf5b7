import { ORGANIZATION_ROLES } from '../core/values/role-names.ts';

/** Zitadel's roles of the whole instance begin so; nobody may hold them inside an organization. */
export const INSTANCE_ROLE_PREFIX = 'IAM_';

/** Zitadel's role names for the whole instance. */
export const INSTANCE_ROLES = [
  'IAM_OWNER',
  'IAM_ORG_MANAGER',
  'IAM_USER_MANAGER',
  'IAM_LOGIN_CLIENT',
  'IAM_OWNER_VIEWER',
] as const;

/** JFramework's built-in role codes. */
export const BRAND_ROLES = ['SUPER_ADMIN', 'ADMIN'] as const;

const ofInstance: ReadonlySet<string> = new Set(INSTANCE_ROLES);
const builtIn: ReadonlySet<string> = new Set([...ORGANIZATION_ROLES, ...BRAND_ROLES]);

/** Whether the name is taken by a role that no setup may declare. */
export function isBuiltInRole(name: string): boolean {
  return builtIn.has(name) || name.startsWith(INSTANCE_ROLE_PREFIX);
}

/** Whether people of the instance may be given the role. */
export function isInstanceRole(name: string): boolean {
  return ofInstance.has(name);
}
