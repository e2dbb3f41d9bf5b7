import { DomainError } from '../../core/errors.ts';
import type { Directory } from '../../core/organization.ts';
import type { ContactChange, UpdateUser } from '../../core/user/commands.ts';
import type { User } from '../../core/user/user.ts';
import { asSetUp, emailAsSetUp } from './as-set-up.ts';
import { emailChange, phoneChange } from './contacts.ts';
import { type HandlerOf, resultOf, type ZitadelServices } from './method.ts';
import { SetEmailResponseSchema, SetPhoneResponseSchema } from './protocol/user-service.ts';
import { codeAs, withDetails, writeOn } from './write-on.ts';

type Services = Pick<ZitadelServices, 'users' | 'codes'>;

/** Sets another e-mail address; the one that is there already is refused. */
export function setEmail({ users, codes }: Services): HandlerOf<'setEmail'> {
  return async (call) => {
    const { contact, returned } = emailChange(call.message, call.message.userId, codes);
    const command = commandOf('email', contact, users.directory);
    const answer = withDetails(SetEmailResponseSchema, codeAs('verificationCode', returned));
    return resultOf(await users.submit(writeOn(call, { kind: 'human', command, isSecret: returned !== null, answer })));
  };
}

/** Sets another phone number; the one that is there already is refused. */
export function setPhone({ users, codes }: Services): HandlerOf<'setPhone'> {
  return async (call) => {
    const { contact, returned } = phoneChange(call.message, call.message.userId, codes);
    const command = commandOf('phone', contact, users.directory);
    const answer = withDetails(SetPhoneResponseSchema, codeAs('verificationCode', returned));
    return resultOf(await users.submit(writeOn(call, { kind: 'human', command, isSecret: returned !== null, answer })));
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
