import { DomainError } from '../errors.ts';
import type { CreateInvite, Message, NewCode, ResendInvite, VerifyInvite } from './commands.ts';
import { checkCode, contactVerified, freshCode } from './decide-contact.ts';
import type { Decision, Facts } from './decision.ts';
import { change, type FieldChange, type NewEvent } from './events.ts';
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
  const changes: Record<string, FieldChange> = {};
  if (outcome !== 'ok') {
    const refusal = new DomainError(outcome.reason, { field: 'credentials.invite' });
    if (outcome.after === undefined) throw refusal;
    change(changes, 'credentials.invite', invite, { ...invite, ...outcome.after });
    return { events: [{ type: 'user.invite_code_failed', changes }], messages: [], refusal };
  }
  change(changes, 'credentials.invite', invite, null);
  const events: NewEvent[] = [{ type: 'user.invite_accepted', changes }];
  const { email } = user;
  if (email.value !== null && !email.verified) events.push(contactVerified('email', email, facts.now));
  return { events, messages: [] };
}

export function decideSkipMfaInit(user: User, facts: Facts): Decision {
  const changes: Record<string, FieldChange> = {};
  change(changes, 'credentials.mfaInitSkippedAt', user.credentials.mfaInitSkippedAt, facts.now);
  return { events: [{ type: 'user.mfa_init_skipped', changes }], messages: [] };
}

function invited(user: User, code: NewCode, { urlTemplate, applicationName }: Wording): Decision {
  const messages: Message[] = [];
  if (code.delivery !== null) {
    const to = user.email.value;
    if (to === null) throw new DomainError('contact_missing', { field: 'email.value' });
    messages.push({
      kind: 'invite_user',
      channel: 'email',
      userId: user.id,
      organizationId: user.organizationId,
      to,
      sealedCode: code.delivery.sealedCode,
      urlTemplate,
      applicationName,
    });
  }
  const changes: Record<string, FieldChange> = {};
  change(changes, 'credentials.invite', user.credentials.invite, { ...freshCode(code), urlTemplate, applicationName });
  return { events: [{ type: 'user.invite_code_added', changes }], messages };
}

function canSignIn(user: User): boolean {
  return authMethodsOf(user).length > 0;
}
