import { DomainError } from '../errors.ts';
import type {
  CodeMessage,
  ContactChange,
  Message,
  NewCode,
  NewContact,
  RequestContactCode,
  VerifyContact,
} from './commands.ts';
import { type Decision, type Facts, oneChange } from './decision.ts';
import { change, type EventType, type FieldChange, type NewEvent } from './events.ts';
import type { FieldPath } from './fields.ts';
import type { CodeRecord, User } from './user.ts';

type Kind = 'email' | 'phone';
type Owner = Pick<User, 'id' | 'organizationId'>;

/** Wrong tries after which a code is dead. */
export const CODE_TRIES = 5;

/** What follows `user.created` for a contact given at creation. */
export function contactAdded(kind: Kind, contact: NewContact, owner: Owner, now: number, out: Message[]): NewEvent[] {
  if (contact.verified) return [contactVerified(kind, { verified: false, verifiedAt: null, code: null }, now)];
  if (contact.code) return [codeAdded(kind, null, contact.code, contact.value, owner, out)];
  return [];
}

/**
 * A changed value drops the verification and kills outstanding codes; the request may assert it anew or add a code.
 * An equal value is no change.
 */
export function contactEvents(kind: Kind, request: ContactChange, user: User, now: number, out: Message[]): NewEvent[] {
  const current = user[kind];
  const value = request.value === undefined ? current.value : request.value;
  if (value !== current.value) {
    const changes: Record<string, FieldChange> = {};
    change(changes, `${kind}.value`, current.value, value);
    change(changes, `${kind}.verified`, current.verified, false);
    change(changes, `${kind}.verifiedAt`, current.verifiedAt, null);
    change(changes, `${kind}.code`, current.code, null);
    // A code that resets or signs in may be on its way to the old value, whose holder need not be this user any more.
    change(changes, 'password.code', user.password.code, null);
    const sentThere = kind === 'email' ? ['email', 'link'] : ['phone'];
    const { signInCodes } = user.credentials;
    const left = signInCodes.filter((code) => !sentThere.includes(code.kind));
    change(changes, 'credentials.signInCodes', signInCodes, left);
    // So may an invitation, and its code would verify whatever address stands here.
    if (kind === 'email') {
      change(changes, 'credentials.invite', user.credentials.invite, null);
      change(changes, 'factors.passkeyCode', user.factors.passkeyCode, null);
    }
    // Without an address there is nothing to send codes to; with a new one they wait until it is verified.
    const otp = kind === 'email' ? 'otpEmail' : 'otpSms';
    if (value === null) change(changes, `factors.${otp}`, user.factors[otp], null);
    const changed: NewEvent = { type: `user.${kind}_changed`, changes };
    if (value === null) return [changed];
    if (request.verified)
      return [changed, contactVerified(kind, { verified: false, verifiedAt: null, code: null }, now)];
    if (request.code) return [changed, codeAdded(kind, null, request.code, value, user, out)];
    return [changed];
  }
  // A code that was asked for again puts a verified contact in doubt until it is used up.
  if (request.verified === true && !(current.verified && current.code === null)) {
    if (value === null) throw new DomainError('contact_missing', { field: `${kind}.value` });
    return [contactVerified(kind, current, now)];
  }
  if (request.verified === false && current.verified) {
    const changes: Record<string, FieldChange> = {};
    change(changes, `${kind}.verified`, true, false);
    change(changes, `${kind}.verifiedAt`, current.verifiedAt, null);
    return [{ type: `user.${kind}_changed`, changes }];
  }
  return [];
}

export function decideVerifyContact(command: VerifyContact, user: User, facts: Facts): Decision {
  if (user.state === 'initial') throw new DomainError('user_initial');
  const kind = command.contact;
  const { code } = user[kind];
  const outcome = checkCode(code, command.digest, facts.now);
  if (outcome !== 'ok') return codeRefused(outcome, `user.${kind}_code_failed`, `${kind}.code`, code);
  return { events: [contactVerified(kind, user[kind], facts.now)], messages: [] };
}

interface CodeFailure {
  readonly reason: 'code_absent' | 'code_expired' | 'code_wrong';
  /** The code as a counted failure leaves it; absent when nothing is counted. */
  readonly after?: CodeRecord;
}

/** Compares keyed digests; the digest covers user and purpose, so a code of another user or purpose never fits. */
export function checkCode(code: CodeRecord | null, digest: string, now: number): CodeFailure | 'ok' {
  if (code === null || code.failures >= CODE_TRIES) return { reason: 'code_absent' };
  if (now >= code.expiresAt) return { reason: 'code_expired' };
  if (code.digest === digest) return 'ok';
  // One that has died stays, so that another can be asked for in its place.
  return { reason: 'code_wrong', after: { ...code, failures: code.failures + 1 } };
}

/**
 * The refusal of a code, and the failure where it is counted.
 *
 * @param before what stands at `path`: the code, or what holds it
 * @param holding makes what is to stand there of the code as it is now
 */
export function codeRefused(
  { reason, after }: CodeFailure,
  type: EventType,
  path: FieldPath,
  before: unknown,
  holding: (code: CodeRecord) => unknown = (code) => code,
): Decision {
  const refusal = new DomainError(reason, { field: path });
  if (after === undefined) throw refusal;
  return { ...oneChange(type, path, before, holding(after)), refusal };
}

/**
 * The message that brings a code to the user; none where the caller gets it.
 *
 * @throws DomainError `contact_missing`
 */
export function codeMessages(
  kind: CodeMessage['kind'],
  contact: Kind,
  to: string | null,
  { id: userId, organizationId }: Owner,
  { delivery, expiresAt }: NewCode,
  more: Partial<Pick<CodeMessage, 'urlTemplate' | 'applicationName' | 'codeId'>> = {},
): Message[] {
  if (delivery === null) return [];
  if (to === null) throw new DomainError('contact_missing', { field: `${contact}.value` });
  const channel = contact === 'email' ? 'email' : 'sms';
  return [{ kind, channel, userId, organizationId, to, ...delivery, expiresAt, ...more }];
}

export function freshCode(code: NewCode): CodeRecord {
  return { digest: code.digest, expiresAt: code.expiresAt, failures: 0 };
}

/** A new code for the stored value; the one before it dies. */
export function decideRequestContactCode(command: RequestContactCode, user: User): Decision {
  if (user.state === 'initial') throw new DomainError('user_initial');
  const { contact: kind, code } = command;
  const { value, code: before, verified } = user[kind];
  if (command.again && before === null) throw new DomainError('code_absent', { field: `${kind}.code` });
  if (value === null) throw new DomainError('contact_missing', { field: `${kind}.value` });
  if (command.byHolder && verified && before === null) {
    throw new DomainError('contact_verified', { field: `${kind}.verified` });
  }
  const messages: Message[] = [];
  return { events: [codeAdded(kind, before, code, value, user, messages)], messages };
}

export function contactVerified(
  kind: Kind,
  current: Pick<User['email'], 'verified' | 'verifiedAt' | 'code'>,
  now: number,
): NewEvent {
  const changes: Record<string, FieldChange> = {};
  change(changes, `${kind}.verified`, current.verified, true);
  change(changes, `${kind}.verifiedAt`, current.verifiedAt, now);
  change(changes, `${kind}.code`, current.code, null);
  return { type: `user.${kind}_verified`, changes };
}

function codeAdded(
  kind: Kind,
  before: CodeRecord | null,
  code: NewCode,
  to: string,
  owner: Owner,
  out: Message[],
): NewEvent {
  const changes: Record<string, FieldChange> = {};
  change(changes, `${kind}.code`, before, freshCode(code));
  out.push(...codeMessages(`verify_${kind}`, kind, to, owner, code));
  return { type: `user.${kind}_code_added`, changes };
}
