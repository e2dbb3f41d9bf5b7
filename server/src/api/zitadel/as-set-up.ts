import { DomainError } from '../../core/errors.ts';
import type { Directory } from '../../core/organization.ts';
import type { ContactChange, CreateUser, UpdateUser } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { organizationSectionOf } from './section.ts';

/** A change of a user under the options that the user's organization has for this dialect. */
export function asSetUp(
  update: UpdateUser | ((user: User) => UpdateUser),
  directory: Directory,
): (user: User) => UpdateUser {
  return (user) => {
    const command = typeof update === 'function' ? update(user) : update;
    const { refuseLockedUpdates } = organizationSectionOf(directory, user.organizationId);
    const isLocked = user.state === 'locked' || user.state === 'suspended';
    return {
      ...command,
      ...(command.email && { email: emailAsSetUp(command.email, user, directory) }),
      // Told before anything else the request may break.
      ...(refuseLockedUpdates === true && isLocked && { violation: new DomainError('user_locked') }),
    };
  };
}

/** An address that differs from the stored one in letter case only is the stored one, where case is folded. */
export function emailAsSetUp(change: ContactChange, user: User, directory: Directory): ContactChange {
  const { value } = change;
  if (typeof value !== 'string' || !foldsCase(directory, user.organizationId)) return change;
  const folded = value.toLowerCase();
  return { ...change, value: folded === user.email.value?.toLowerCase() ? user.email.value : folded };
}

/** A creation under the options of the organization. */
export function creationAsSetUp(command: CreateUser, directory: Directory): CreateUser {
  if (command.email === undefined || !foldsCase(directory, command.organizationId)) return command;
  return { ...command, email: { ...command.email, value: command.email.value.toLowerCase() } };
}

function foldsCase(directory: Directory, organizationId: string): boolean {
  return organizationSectionOf(directory, organizationId).foldEmailCase === true;
}
