import { DomainError } from '../errors.ts';
import type {
  CreatePasskeyLink,
  RegisterWebAuthn,
  RemoveWebAuthn,
  VerifyWebAuthn,
  WebAuthnFactor,
} from './commands.ts';
import { checkCode, codeMessages, codeRefused, freshCode } from './decide-contact.ts';
import { StaleCheck } from './decide-credentials.ts';
import { type Decision, type Facts, oneChange } from './decision.ts';
import { change, type EventType, type FieldChange } from './events.ts';
import { isRegistered } from './factors.ts';
import type { PasskeyCode, User, WebAuthnCredential } from './user.ts';

/** Passkeys that a user may have, and as many security keys. */
export const MAX_WEBAUTHN = 20;
/** Registrations of each kind that may be under way at once; the oldest give way. */
export const MAX_REGISTRATIONS = 10;
/** How long a registration may take, in milliseconds. */
export const REGISTRATION_LIFETIME = 60 * 60 * 1000;

const ADDED: Readonly<Record<WebAuthnFactor, EventType>> = { passkeys: 'user.passkey_added', u2f: 'user.u2f_added' };
const VERIFIED: Readonly<Record<WebAuthnFactor, EventType>> = {
  passkeys: 'user.passkey_verified',
  u2f: 'user.u2f_verified',
};
const REMOVED: Readonly<Record<WebAuthnFactor, EventType>> = {
  passkeys: 'user.passkey_removed',
  u2f: 'user.u2f_removed',
};

export function decideCreatePasskeyLink({ id, code }: CreatePasskeyLink, user: User): Decision {
  const messages = codeMessages('register_passkey', 'email', user.email.value, user, code, { codeId: id });
  const invitation: PasskeyCode = { id, ...freshCode(code) };
  const added = oneChange('user.passkey_code_added', 'factors.passkeyCode', user.factors.passkeyCode, invitation);
  return { ...added, messages };
}

/** A code is used up by beginning, so that it never begins a second registration. */
export function decideRegisterWebAuthn(command: RegisterWebAuthn, user: User, { now }: Facts): Decision {
  const { factor, id, rpId, challenge, code } = command;
  const changes: Record<string, FieldChange> = {};
  if (code !== undefined) {
    const { passkeyCode } = user.factors;
    const outcome = checkCode(passkeyCode?.id === code.id ? passkeyCode : null, code.digest, now);
    if (outcome !== 'ok') return codeRefused(outcome, 'user.passkey_code_failed', 'factors.passkeyCode', passkeyCode);
    change(changes, 'factors.passkeyCode', passkeyCode, null);
  }
  const current = user.factors[factor];
  refuseOneMore(current);
  const open = current.filter((entry) => isOpen(entry, now)).slice(1 - MAX_REGISTRATIONS);
  const begun: WebAuthnCredential = {
    id,
    name: '',
    rpId,
    challenge,
    byCode: code !== undefined,
    credential: null,
    createdAt: now,
  };
  const kept = current.filter((entry) => isRegistered(entry) || open.includes(entry));
  change(changes, `factors.${factor}`, current, [...kept, begun]);
  return { events: [{ type: ADDED[factor], changes }], messages: [] };
}

/** A challenge is answered once: the credential takes its place. */
export function decideVerifyWebAuthn(command: VerifyWebAuthn, user: User, { now }: Facts): Decision {
  const { factor, id, name, check } = command;
  const current = user.factors[factor];
  const entry = find(current, command);
  if (!isOpen(entry, now)) throw new DomainError('registration_over', { field: `factors.${factor}` });
  if (check.against !== entry.challenge) throw new StaleCheck();
  const { key } = check;
  if (key === null) throw new DomainError('credential_invalid', { field: `factors.${factor}` });
  refuseOneMore(current);
  // Other users are kept from it by its claim.
  const isKnown = [...user.factors.passkeys, ...user.factors.u2f].some(({ credential }) => credential?.id === key.id);
  if (isKnown) throw new DomainError('credential_taken', { field: `factors.${factor}` });
  const verified: WebAuthnCredential = { ...entry, name, challenge: null, credential: key };
  const after = current.map((other) => (other.id === id ? verified : other));
  return oneChange(VERIFIED[factor], `factors.${factor}`, current, after);
}

/** Also a registration that is not finished. */
export function decideRemoveWebAuthn(command: RemoveWebAuthn, user: User): Decision {
  const { factor } = command;
  const current = user.factors[factor];
  const removed = find(current, command);
  const left = current.filter((entry) => entry !== removed);
  return oneChange(REMOVED[factor], `factors.${factor}`, current, left);
}

function find(
  entries: readonly WebAuthnCredential[],
  { factor, id }: { readonly factor: WebAuthnFactor; readonly id: string },
): WebAuthnCredential {
  const found = entries.find((entry) => entry.id === id);
  if (found === undefined) throw new DomainError('factor_not_found', { field: `factors.${factor}` });
  return found;
}

function isOpen(entry: WebAuthnCredential, now: number): boolean {
  return !isRegistered(entry) && now < entry.createdAt + REGISTRATION_LIFETIME;
}

function refuseOneMore(entries: readonly WebAuthnCredential[]): void {
  if (entries.filter(isRegistered).length >= MAX_WEBAUTHN) throw new DomainError('credentials_full');
}
