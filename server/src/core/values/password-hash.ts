import { DomainError } from '../errors.ts';
import { isAffordable, isWithinPolicy } from './password-hash-bounds.ts';
import { HASH_FORMATS } from './password-hash-formats.ts';
import type { HashScheme, PasswordHash } from './password-hash-schemes.ts';

export {
  DEFAULT_HASH_SCHEMES,
  HASH_SCHEMES,
  type HashParams,
  type HashScheme,
  type PasswordHash,
} from './password-hash-schemes.ts';

// Longer than any accepted encoding; keeps the patterns away from hostile input.
const MAX_ENCODED_LENGTH = 512;

function formatOf(encoded: string) {
  return HASH_FORMATS.find((format) => format.prefix.test(encoded));
}

/**
 * Describes an encoded hash (modular crypt format, PHC string or bare hexadecimal) without judging its cost.
 *
 * @throws DomainError `hash_unsupported` for an unknown scheme, `hash_malformed` for a known one not of its form
 */
export function parseHash(encoded: string): PasswordHash {
  const format = formatOf(encoded);
  if (format === undefined) throw new DomainError('hash_unsupported');
  const hash = encoded.length > MAX_ENCODED_LENGTH ? undefined : format.parse(encoded);
  if (hash === undefined) throw new DomainError('hash_malformed');
  return hash;
}

/**
 * Parses a stored hash for verification: refuses only what would cost more than a server can give to one check.
 *
 * @throws DomainError `hash_unsupported`, `hash_malformed` or `hash_out_of_bounds`
 */
export function parseStoredHash(encoded: string): PasswordHash {
  const hash = parseHash(encoded);
  if (!isAffordable(hash)) throw new DomainError('hash_out_of_bounds');
  return hash;
}

/**
 * Decides whether a hash brought from elsewhere may be stored.
 *
 * @throws DomainError `hash_unsupported` (scheme unknown or not enabled), `hash_malformed`, or `hash_out_of_bounds`
 *   (weaker than the scheme's floor, or dearer than its ceiling)
 */
export function checkHash(encoded: string, enabled: readonly HashScheme[]): PasswordHash {
  const format = formatOf(encoded);
  if (format === undefined || !enabled.includes(format.scheme)) throw new DomainError('hash_unsupported');
  const hash = parseHash(encoded);
  if (!isWithinPolicy(hash) || !isAffordable(hash)) throw new DomainError('hash_out_of_bounds');
  return hash;
}
