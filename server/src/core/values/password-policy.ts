import { DomainError, type Reason } from '../errors.ts';
import { emailKey } from './email.ts';
import { codePoints, utf8Bytes } from './text.ts';

/** What a password must contain. Only ASCII counts as letter or digit; every other character is a symbol. */
export interface ComplexityPolicy {
  /** In UTF-8 bytes. */
  readonly minLength: number;
  readonly lower: boolean;
  readonly upper: boolean;
  readonly digit: boolean;
  readonly symbol: boolean;
}

export const DEFAULT_COMPLEXITY: ComplexityPolicy = {
  minLength: 8,
  lower: true,
  upper: true,
  digit: true,
  symbol: true,
};

/** Graded policy: Low asks for five characters, Medium and High for six of all four kinds; none may be the address. */
export type PasswordLevel = 'Low' | 'Medium' | 'High';

const KINDS = [
  ['lower', /[a-z]/, 'password_lacks_lower'],
  ['upper', /[A-Z]/, 'password_lacks_upper'],
  ['digit', /[0-9]/, 'password_lacks_digit'],
  ['symbol', /[^A-Za-z0-9]/, 'password_lacks_symbol'],
] as const satisfies readonly (readonly [keyof ComplexityPolicy, RegExp, Reason])[];

/**
 * Checks a plain password, in the order length, lower case, upper case, digit, symbol.
 *
 * @throws DomainError with the reason of the first rule that fails.
 */
export function checkComplexity(password: string, policy: ComplexityPolicy): void {
  if (utf8Bytes(password) < policy.minLength) throw new DomainError('password_too_short');
  for (const [kind, pattern, reason] of KINDS) {
    if (policy[kind] && !pattern.test(password)) throw new DomainError(reason);
  }
}

/**
 * Checks a plain password against a level; length counts characters. `email` is the user's address, if there is one.
 *
 * @throws DomainError with the reason of the first rule that fails: length, address, then as `checkComplexity`.
 */
export function checkLevel(password: string, level: PasswordLevel, email: string | null): void {
  if (codePoints(password) < (level === 'Low' ? 5 : 6)) throw new DomainError('password_too_short');
  if (email !== null && emailKey(password) === emailKey(email)) throw new DomainError('password_is_email');
  if (level !== 'Low') checkComplexity(password, { ...DEFAULT_COMPLEXITY, minLength: 0 });
}
