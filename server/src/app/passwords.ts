import { DomainError } from '../core/errors.ts';
import type { NewSecret, PasswordChange, PasswordCheckResult } from '../core/user/commands.ts';
import { checkCode } from '../core/user/decide-contact.ts';
import type { User } from '../core/user/user.ts';
import { type Caller, callerUserId } from './callers.ts';
import type { Clock } from './ports/clock.ts';
import type { PasswordHasher } from './ports/password-hasher.ts';

/** A check that was not made: it fits no stored hash, so should it ever be needed the call is prepared anew. */
export const UNCHECKED: PasswordCheckResult = { against: null, ok: false };

/** Stands for a hash that is not worth making, because the proof before it fails. */
export const NOT_MADE: NewSecret = { violation: 'code_wrong' };

/**
 * A plain new password, hashed, or the rule it breaks: which of the two is decided with the rest of the command, after
 * the caller's proof.
 *
 * @param check throws a DomainError when the password breaks the rules that apply
 */
export async function prepareSecret(
  hasher: Pick<PasswordHasher, 'hash'>,
  password: string,
  check: (password: string) => void,
): Promise<NewSecret> {
  try {
    check(password);
    return { hash: await hasher.hash(password) };
  } catch (error) {
    if (error instanceof DomainError && error.code === 'invalid_argument') return { violation: error.reason };
    throw error;
  }
}

/** Checks a password against the record's hash, at the same cost when there is no user or no password. */
export async function checkPassword(
  hasher: Pick<PasswordHasher, 'verify' | 'verifyDummy'>,
  user: User | null,
  password: string,
): Promise<PasswordCheckResult> {
  const against = user?.password.hash ?? null;
  const ok = against === null ? await hasher.verifyDummy(password) : await hasher.verify(password, against);
  return { against, ok };
}

/**
 * Name of the limit for tries of a user's current password, the same in every API. Those of others, where they may try,
 * are counted apart: otherwise they could keep the user from changing it.
 */
export function passwordTries(userId: string, caller: Caller): string {
  return callerUserId(caller) === userId ? userId : `${userId} by others`;
}

/** A change of a password as far as it needs no costly work, which is enough to ask for permission, and what it needs. */
export interface PasswordDraft {
  readonly change: PasswordChange;
  /** The new password; `null` when the change holds its hash already. */
  readonly plain: string | null;
  /** The current password, where that is the proof. */
  readonly current: string | null;
  /** Throws a DomainError when the new password breaks the rules that apply. */
  readonly check: (password: string) => void;
}

/**
 * Checks the current password and hashes the new one, once the caller is known to have the right; neither when the
 * record as it stands will refuse the change.
 */
export async function completePasswordChange(
  { change, plain, current, check }: PasswordDraft,
  user: User,
  { hasher, clock }: { readonly hasher: PasswordHasher; readonly clock: Clock },
): Promise<PasswordChange> {
  if (user.state === 'initial') return change;
  const withSecret = async (checked: PasswordChange): Promise<PasswordChange> =>
    plain === null ? checked : { ...checked, secret: await prepareSecret(hasher, plain, check) };

  if (change.proof?.kind === 'code') {
    const fits = checkCode(user.password.code, change.proof.digest, clock()) === 'ok';
    return fits ? withSecret(change) : change;
  }
  if (current === null) return withSecret(change);
  const isBarred = user.state === 'locked' || user.state === 'suspended';
  if (isBarred || user.password.hash === null) return change;
  const result = await checkPassword(hasher, user, current);
  const checked: PasswordChange = {
    ...change,
    proof: { kind: 'current', check: result },
    unchanged: plain === current,
  };
  // Also after a wrong one: were the user locked meanwhile, nothing but the time it takes would tell the right one.
  return withSecret(checked);
}
