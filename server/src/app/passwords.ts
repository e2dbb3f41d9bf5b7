import { DomainError } from '../core/errors.ts';
import type { NewSecret, PasswordCheckResult } from '../core/user/commands.ts';
import type { User } from '../core/user/user.ts';
import type { PasswordHasher } from './ports/password-hasher.ts';

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
