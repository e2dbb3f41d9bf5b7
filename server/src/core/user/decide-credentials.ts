import { DomainError } from '../errors.ts';
import type {
  CheckPassword,
  Command,
  PasswordChange,
  RenewSession,
  RequestPasswordReset,
  SetPassword,
} from './commands.ts';
import { checkCode, codeMessages, codeRefused, freshCode } from './decide-contact.ts';
import { type Decision, type Facts, oneChange } from './decision.ts';
import { change, type FieldChange, type NewEvent } from './events.ts';
import { liveSessions, refuseBarred, sessionStarted, signOut } from './sign-in.ts';
import type { User } from './user.ts';

/** A check was made against a secret that is no longer the stored one; the caller checks again and resubmits. */
export class StaleCheck extends Error {
  constructor() {
    super('what was checked against changed meanwhile');
    this.name = 'StaleCheck';
  }
}

interface PasswordOutcome {
  readonly events: readonly NewEvent[];
  readonly refusal?: DomainError;
}

/** Proof first, then the rules for the new password: a caller without proof learns nothing about the rules. */
export function passwordEvents(request: PasswordChange, user: User, now: number): PasswordOutcome {
  const failed = failedProof(request, user, now);
  if (failed !== null) return failed;
  if ('violation' in request.secret) throw new DomainError(request.secret.violation);
  if (request.unchanged) throw new DomainError('password_unchanged');

  const changes: Record<string, FieldChange> = {};
  change(changes, 'password.hash', user.password.hash, request.secret.hash);
  change(changes, 'password.changeRequired', user.password.changeRequired, request.changeRequired);
  change(changes, 'password.changedAt', user.password.changedAt, now);
  change(changes, 'password.failedAttempts', user.password.failedAttempts, 0);
  change(changes, 'password.code', user.password.code, null);
  signOut(changes, user);
  return { events: [{ type: 'user.password_changed', changes }] };
}

/**
 * @returns what a wrong proof leaves behind; `null` when it holds, or none is asked for
 * @throws DomainError when there is nothing to prove, or nobody may try
 */
function failedProof(request: PasswordChange, user: User, now: number): PasswordOutcome | null {
  if (user.state === 'initial') throw new DomainError('user_initial');
  const { proof } = request;
  if (proof?.kind === 'code') {
    const { code } = user.password;
    const outcome = checkCode(code, proof.digest, now);
    if (outcome !== 'ok') return codeRefused(outcome, 'user.password_code_failed', 'password.code', code);
  }
  if (proof?.kind === 'current') {
    const failedAttempts = request.hidesFailures ? 0 : user.password.failedAttempts;
    if (user.state === 'locked' || user.state === 'suspended') throw new DomainError('user_locked', { failedAttempts });
    if (user.password.hash === null) throw new DomainError('password_unset');
    if (proof.check.against !== user.password.hash) throw new StaleCheck();
    if (!proof.check.ok) return failedCheck(user, request);
  }
  return null;
}

/**
 * What a command that is refused comes to after all when it tries a proof: a wrong one is told and counted, whatever
 * else is wrong. Otherwise one could try as often as one likes, and tell a right one from how long the refusal takes.
 *
 * @param refusal thrown unless a proof was tried that is wrong
 * @throws StaleCheck
 */
export function decideRefused(command: Command, user: User | null, { now }: Facts, refusal: DomainError): Decision {
  const password = command.type === 'set-password' || command.type === 'update-user' ? command.password : undefined;
  if (password === undefined || user === null) throw refusal;
  try {
    const failed = failedProof(password, user, now);
    if (failed !== null) return { ...failed, messages: [] };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }
  throw refusal;
}

export function decideSetPassword({ password }: SetPassword, user: User, facts: Facts): Decision {
  return { ...passwordEvents(password, user, facts.now), messages: [] };
}

export function decideRequestReset({ code, channel }: RequestPasswordReset, user: User): Decision {
  if (user.state === 'initial') throw new DomainError('user_initial');
  const messages = codeMessages('reset_password', channel, user[channel].value, user, code);
  const added = oneChange('user.password_code_added', 'password.code', user.password.code, freshCode(code));
  return { ...added, messages };
}

/**
 * Who may not sign in is told so whatever the password: if only the right one were told, guessing would go on after the
 * lock, with the answer to confirm it.
 */
export function decideCheckPassword(command: CheckPassword, user: User, facts: Facts): Decision {
  if (user.password.hash === null) throw new DomainError('sign_in_failed');
  refuseBarred(user);
  if (command.check.against !== user.password.hash) throw new StaleCheck();
  if (!command.check.ok) {
    const { events } = failedCheck(user, command);
    return { events, messages: [], refusal: new DomainError('sign_in_failed') };
  }

  const events: NewEvent[] = [];
  const checked: Record<string, FieldChange> = {};
  change(checked, 'password.failedAttempts', user.password.failedAttempts, 0);
  if (command.rehash !== undefined) change(checked, 'password.hash', user.password.hash, command.rehash);
  if (Object.keys(checked).length > 0) events.push({ type: 'user.password_check_succeeded', changes: checked });

  events.push(sessionStarted(command, user, facts.now));
  return { events, messages: [] };
}

/** The key that renews is used once: the session gets new digests, so a second use of the old key is refused. */
export function decideRenewSession(command: RenewSession, user: User, facts: Facts): Decision {
  const session = user.credentials.sessions.find((candidate) => candidate.id === command.sessionId);
  const usable =
    session !== undefined &&
    session.refreshDigest === command.refreshDigest &&
    facts.now < session.refreshExpiresAt &&
    user.state === 'active';
  if (!usable) throw new DomainError('unauthenticated');
  const others = liveSessions(user, facts.now).filter((candidate) => candidate.id !== session.id);
  const { deviceId } = session;
  const next = deviceId === undefined ? command.next : { ...command.next, deviceId };
  return oneChange('user.session_renewed', 'credentials.sessions', user.credentials.sessions, [...others, next]);
}

function failedCheck(
  user: User,
  { lockAfter, hidesFailures }: Pick<PasswordChange, 'lockAfter' | 'hidesFailures'>,
): PasswordOutcome {
  const failedAttempts = user.password.failedAttempts + 1;
  const failed: Record<string, FieldChange> = {};
  change(failed, 'password.failedAttempts', user.password.failedAttempts, failedAttempts);
  const events: NewEvent[] = [{ type: 'user.password_check_failed', changes: failed }];
  if (lockAfter > 0 && failedAttempts >= lockAfter && user.state === 'active') {
    const locked: Record<string, FieldChange> = {};
    change(locked, 'state', user.state, 'locked');
    signOut(locked, user);
    events.push({ type: 'user.state_changed', changes: locked });
  }
  return { events, refusal: new DomainError('password_wrong', { failedAttempts: hidesFailures ? 0 : failedAttempts }) };
}
