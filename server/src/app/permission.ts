import { type Actor, authorize, authorizeGranting, isVisible } from '../access/policy.ts';
import { requirementsOf } from '../access/requirements.ts';
import { grantsElsewhere, grantsOf, grantsOfRoles } from '../access/roles.ts';
import { DomainError } from '../core/errors.ts';
import type { Directory } from '../core/organization.ts';
import type { AddMembership, Command, CreateUser, UpdateUser } from '../core/user/commands.ts';
import type { User } from '../core/user/user.ts';

/**
 * Asks the policy whether the actor may execute the command. A deleted record is a missing one, but the first answer to
 * its deletion may still be asked for.
 *
 * @param user the record acted on; `null` when there is none
 * @throws DomainError `user_not_found`, `no_membership`, `no_permission`
 */
export function authorizeCommand(actor: Actor, command: Command, user: User | null, directory: Directory): void {
  if (command.type === 'create-user') {
    const target = { userId: command.userId, organizationId: command.organizationId, grants: [] };
    authorize(actor, target, requirementsOf(command));
    authorizeRoles(actor, command, command.organizationId, directory);
    return;
  }
  if (user === null) throw new DomainError('user_not_found');
  if (user.state === 'deleted' && command.type !== 'delete-user') throw new DomainError('user_not_found');
  if (command.type === 'add-membership') {
    authorizeMembership(actor, command, user);
    return;
  }
  const organization = directory.organization(user.organizationId);
  const target = { userId: user.id, organizationId: user.organizationId, grants: grantsOf(user, organization) };
  const needed = requirementsOf(command);
  if (needed.size === 0 && !isVisible(actor, target)) throw new DomainError('user_not_found');
  authorize(actor, target, needed);
  if (command.type === 'update-user') authorizeRoles(actor, command, user.organizationId, directory);
}

/** Who says what roles there are in an organization gives them to anybody it knows of, wherever that one belongs. */
function authorizeMembership(actor: Actor, command: AddMembership, user: User): void {
  authorizeKnowledge(actor, user);
  const { organizationId, roles } = command;
  authorize(actor, { userId: '', organizationId, grants: [] }, requirementsOf(command));
  authorizeGranting(actor, grantsElsewhere([{ organizationId, roles }]));
}

function authorizeRoles(
  actor: Actor,
  { membership }: CreateUser | UpdateUser,
  organizationId: string,
  directory: Directory,
): void {
  const roles = membership?.roles ?? [];
  const elsewhere = membership?.elsewhere ?? [];
  if (roles.length + elsewhere.length === 0) return;
  const own = grantsOfRoles(roles, organizationId, directory.organization(organizationId));
  authorizeGranting(actor, [...own, ...grantsElsewhere(elsewhere)]);
}

/**
 * Asks the policy whether the actor knows of the record at all, before anything is derived from it.
 *
 * @throws DomainError `no_membership`
 */
export function authorizeKnowledge(actor: Actor, user: User): void {
  const target = { userId: user.id, organizationId: user.organizationId, grants: [] };
  if (!isVisible(actor, target)) throw new DomainError('no_membership', { unseen: true });
}
