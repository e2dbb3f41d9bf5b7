import { DomainError } from '../errors.ts';
import type { AddMembership } from './commands.ts';
import type { Decision, Facts } from './decision.ts';
import { change, type FieldChange } from './events.ts';
import type { OrganizationMembership, User } from './user.ts';

/** Other organizations in which one user may hold roles. */
export const MAX_MEMBERSHIPS = 100;

/** In the user's own organization it is its own roles that grow. */
export function decideAddMembership(command: AddMembership, user: User, { directory }: Facts): Decision {
  const { organizationId, roles } = command;
  if (directory.organization(organizationId) === undefined) throw new DomainError('organization_not_found');
  const { membership } = user;
  const changes: Record<string, FieldChange> = {};
  if (organizationId === user.organizationId) {
    change(changes, 'membership.roles', membership.roles, union(membership.roles, roles));
  } else {
    const elsewhere = withRoles(membership.elsewhere, organizationId, roles);
    if (elsewhere.length > MAX_MEMBERSHIPS) throw new DomainError('memberships_full');
    change(changes, 'membership.elsewhere', membership.elsewhere, elsewhere);
  }
  const events = Object.keys(changes).length === 0 ? [] : [{ type: 'user.membership_changed', changes } as const];
  return { events, messages: [] };
}

function withRoles(
  memberships: readonly OrganizationMembership[],
  organizationId: string,
  roles: readonly string[],
): OrganizationMembership[] {
  const others = memberships.filter((membership) => membership.organizationId !== organizationId);
  const before = memberships.find((membership) => membership.organizationId === organizationId)?.roles ?? [];
  // Where it stood, so that nothing to add is no change.
  if (others.length === memberships.length) return [...memberships, { organizationId, roles }];
  const merged = { organizationId, roles: union(before, roles) };
  return memberships.map((membership) => (membership.organizationId === organizationId ? merged : membership));
}

function union(before: readonly string[], added: readonly string[]): string[] {
  return [...new Set([...before, ...added])];
}
