/**
 * Password hashing. Everything but `needsRehash` waits in one bounded lane and may be refused.
 *
 * @throws DomainError `overloaded` (with `retryAfter`) when the lane is full, `password_too_long` over 1 KiB of UTF-8,
 *   `value_invalid` for text that is not well-formed Unicode
 */
export interface PasswordHasher {
  /** Hashes a new password; the result is a PHC string. */
  hash(password: string): Promise<string>;

  /**
   * Checks a password against a stored hash of any known scheme.
   *
   * @throws DomainError `hash_unsupported`, `hash_malformed` or `hash_out_of_bounds` for a hash that cannot be checked
   */
  verify(password: string, encoded: string): Promise<boolean>;

  /** Costs what a real check costs, for users who do not exist or have no password. */
  verifyDummy(password: string): Promise<false>;

  /** Whether the hash is of another scheme or cost than new ones, so that a successful check should replace it. */
  needsRehash(encoded: string): boolean;
}
