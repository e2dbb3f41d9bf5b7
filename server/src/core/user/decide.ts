import { DomainError } from '../errors.ts';
import type { Command } from './commands.ts';
import { decideVerifyContact } from './decide-contact.ts';
import { decideCheckPassword, decideRenewSession, decideRequestReset } from './decide-credentials.ts';
import { decideCreate, decideDelete, decideUpdate } from './decide-record.ts';
import type { Decision, Facts } from './decision.ts';
import type { User } from './user.ts';

/**
 * Decides a command against the record (`null` when there is none). Pure, and run again whenever a batch is retried.
 *
 * @throws DomainError when the command is refused without a trace
 */
export function decide(command: Command, user: User | null, facts: Facts): Decision {
  if (command.type === 'create-user') return decideCreate(command, user, facts);
  if (user === null || user.state === 'deleted') throw new DomainError('user_not_found');
  switch (command.type) {
    case 'update-user':
      return decideUpdate(command, user, facts);
    case 'verify-contact':
      return decideVerifyContact(command, user, facts);
    case 'request-password-reset':
      return decideRequestReset(command, user);
    case 'check-password':
      return decideCheckPassword(command, user, facts);
    case 'renew-session':
      return decideRenewSession(command, user, facts);
    case 'delete-user':
      return decideDelete(user);
  }
}
