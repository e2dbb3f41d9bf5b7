import { DomainError } from '../errors.ts';
import type { AddMembership } from './commands.ts';
import { changeIfAny, type Decision, type Facts } from './decision.ts';
import type { OrganizationMembership, User } from './user.ts';

/** Other organizations in which one user may hold roles. */
export const MAX_MEMBERSHIPS = 100;

/** In the user's own organization it is its own roles that grow. */
export function decideAddMembership(command: AddMembership, user: User, { directory }: Facts): Decision {
  const { organizationId, roles } = command;
  if (directory.organization(organizationId) === undefined) throw new DomainError('organization_not_found');
  const { roles: own, elsewhere } = user.membership;
  if (organizationId === user.organizationId) {
    return changeIfAny('user.membership_changed', 'membership.roles', own, union(own, roles));
  }
  const after = withRoles(elsewhere, organizationId, roles);
  if (after.length > MAX_MEMBERSHIPS) throw new DomainError('memberships_full');
  return changeIfAny('user.membership_changed', 'membership.elsewhere', elsewhere, after);
}

function withRoles(
  memberships: readonly OrganizationMembership[],
  organizationId: string,
  roles: readonly string[],
): OrganizationMembership[] {
  const known = memberships.find((membership) => membership.organizationId === organizationId);
  if (known === undefined) return [...memberships, { organizationId, roles }];
  // Where it stood, so that nothing to add is no change.
  const merged = { organizationId, roles: union(known.roles, roles) };
  return memberships.map((membership) => (membership === known ? merged : membership));
}

function union(before: readonly string[], added: readonly string[]): string[] {
  return [...new Set([...before, ...added])];
}
