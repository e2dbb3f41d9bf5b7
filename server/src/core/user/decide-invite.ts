import { DomainError } from '../errors.ts';
import type { CreateInvite, NewCode, ResendInvite, VerifyInvite } from './commands.ts';
import { checkCode, codeMessages, codeRefused, contactVerified, freshCode } from './decide-contact.ts';
import { type Decision, type Facts, oneChange } from './decision.ts';
import { authMethodsOf } from './factors.ts';
import type { Invite, User } from './user.ts';

type Wording = Pick<Invite, 'urlTemplate' | 'applicationName'>;

/** Only who has no way to sign in yet can be invited to set one up. */
export function decideCreateInvite({ code, applicationName }: CreateInvite, user: User): Decision {
  if (canSignIn(user)) throw new DomainError('user_initialized');
  return invited(user, code, { urlTemplate: code.delivery?.urlTemplate ?? null, applicationName });
}

export function decideResendInvite({ code }: ResendInvite, user: User): Decision {
  const { invite } = user.credentials;
  if (canSignIn(user)) throw new DomainError('user_initialized');
  if (invite === null) throw new DomainError('code_absent', { field: 'credentials.invite' });
  return invited(user, code, invite);
}

/** The code went to the e-mail address, so whoever has it proves the address. */
export function decideVerifyInvite({ digest }: VerifyInvite, user: User, facts: Facts): Decision {
  const { invite } = user.credentials;
  const outcome = checkCode(invite, digest, facts.now);
  if (outcome !== 'ok') return codeRefused(outcome, 'user.invite_code_failed', 'credentials.invite', invite);
  const { events, messages } = oneChange('user.invite_accepted', 'credentials.invite', invite, null);
  const { email } = user;
  if (email.value === null || email.verified) return { events, messages };
  return { events: [...events, contactVerified('email', email, facts.now)], messages };
}

export function decideSkipMfaInit({ credentials }: User, { now }: Facts): Decision {
  return oneChange('user.mfa_init_skipped', 'credentials.mfaInitSkippedAt', credentials.mfaInitSkippedAt, now);
}

function invited(user: User, code: NewCode, { urlTemplate, applicationName }: Wording): Decision {
  const wording = { urlTemplate, applicationName };
  const messages = codeMessages('invite_user', 'email', user.email.value, user, code, wording);
  const invite: Invite = { ...freshCode(code), ...wording };
  const added = oneChange('user.invite_code_added', 'credentials.invite', user.credentials.invite, invite);
  return { ...added, messages };
}

function canSignIn(user: User): boolean {
  return authMethodsOf(user).length > 0;
}
