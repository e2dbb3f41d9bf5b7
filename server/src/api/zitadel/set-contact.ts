import { submitSending } from '../../app/sending.ts';
import { DomainError } from '../../core/errors.ts';
import type { Directory } from '../../core/organization.ts';
import type { ContactChange, UpdateUser } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { asSetUp, emailAsSetUp } from './as-set-up.ts';
import { emailChange, phoneChange } from './contacts.ts';
import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { SetEmailResponseSchema, SetPhoneResponseSchema } from './protocol/user-service.ts';
import { codeAs, withDetails, writeOn } from './write-on.ts';

type Services = Pick<ZitadelServices, 'users' | 'codes' | 'limits' | 'repeats'>;

/** Sets another e-mail address; the one that is there already is refused. */
export function setEmail(services: Services): HandlerOf<'setEmail'> {
  const { users, codes } = services;
  return async (call) => {
    const { contact, returned } = emailChange(call.message, call.message.userId, codes);
    const command = commandOf('email', contact, users.directory);
    const answer = withDetails(SetEmailResponseSchema, codeAs('verificationCode', returned));
    return resultOf(
      await submitSending(writeOn(call, { kind: 'human', command, isSecret: returned !== null, answer }), services),
    );
  };
}

/** Sets another phone number; the one that is there already is refused. */
export function setPhone(services: Services): HandlerOf<'setPhone'> {
  const { users, codes } = services;
  return async (call) => {
    const { contact, returned } = phoneChange(call.message, call.message.userId, codes);
    const command = commandOf('phone', contact, users.directory);
    const answer = withDetails(SetPhoneResponseSchema, codeAs('verificationCode', returned));
    return resultOf(
      await submitSending(writeOn(call, { kind: 'human', command, isSecret: returned !== null, answer }), services),
    );
  };
}

function commandOf(kind: 'email' | 'phone', wanted: ContactChange, directory: Directory): (user: User) => UpdateUser {
  return asSetUp((user) => {
    const change = kind === 'email' ? emailAsSetUp(wanted, user, directory) : wanted;
    const command = { type: 'update-user', [kind]: change } as const;
    if (user.state === 'initial') return { ...command, violation: new DomainError('user_initial') };
    if (user[kind].value !== change.value) return command;
    return { ...command, violation: new DomainError('contact_unchanged', { field: `${kind}.value` }) };
  }, directory);
}
