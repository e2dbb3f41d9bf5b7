import { DomainError } from '../../core/errors.ts';

const MAX_BYTES = 1024;

export interface PasswordForms {
  /** Unicode form NFKC, in UTF-8; absent when it is over the limit, which the form as typed never is. */
  readonly normalized: Uint8Array | undefined;
  /** As typed, in UTF-8; absent when equal to the normalized form. */
  readonly exact: Uint8Array | undefined;
}

/**
 * The byte strings a password may have been hashed as.
 *
 * @throws DomainError `password_too_long` over 1 KiB of UTF-8, `value_invalid` for lone surrogates, which UTF-8 would
 *   turn into one and the same replacement character
 */
export function passwordForms(password: string): PasswordForms {
  if (Buffer.byteLength(password) > MAX_BYTES) throw new DomainError('password_too_long', { field: 'password' });
  if (!password.isWellFormed()) throw new DomainError('value_invalid', { field: 'password' });
  const text = password.normalize('NFKC');
  const normalized = Buffer.from(text);
  return {
    normalized: normalized.length > MAX_BYTES ? undefined : normalized,
    exact: text === password ? undefined : Buffer.from(password),
  };
}
