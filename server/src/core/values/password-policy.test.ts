import { describe, expect, it } from 'vitest';
import { DomainError } from '../errors.ts';
import { checkComplexity, checkLevel, DEFAULT_COMPLEXITY } from './password-policy.ts';

function reasonOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    if (error instanceof DomainError) return error.reason;
    throw error;
  }
  return 'accepted';
}

describe('checkComplexity', () => {
  it.each([
    ['Secr3t-x', 'accepted'],
    ['', 'password_too_short'],
    ['SHORT', 'password_too_short'],
    ['ALLUPPER', 'password_lacks_lower'],
    ['éééééééé', 'password_lacks_lower'],
    ['alllower', 'password_lacks_upper'],
    ['NoDigits', 'password_lacks_digit'],
    ['NoSymb0l', 'password_lacks_symbol'],
    ['NoSymb0lé', 'accepted'],
    ['NoDigit٣-', 'password_lacks_digit'],
  ])('by default, %j: %s', (password, reason) => {
    expect(reasonOf(() => checkComplexity(password, DEFAULT_COMPLEXITY))).toBe(reason);
  });

  it('counts bytes', () => {
    // given six characters in eight bytes
    const password = 'aB1-éé';
    // when and then
    expect(reasonOf(() => checkComplexity(password, DEFAULT_COMPLEXITY))).toBe('accepted');
    expect(reasonOf(() => checkComplexity('aB1-é', DEFAULT_COMPLEXITY))).toBe('password_too_short');
  });

  it.each(['lower', 'upper', 'digit', 'symbol'] as const)('asks for %s only when the policy does', (kind) => {
    const none = { minLength: 1, lower: false, upper: false, digit: false, symbol: false };
    const other = kind === 'digit' ? 'x' : '1';
    const password = kind === 'lower' ? 'X' : other;
    expect(reasonOf(() => checkComplexity(password, none))).toBe('accepted');
    expect(reasonOf(() => checkComplexity(password, { ...none, [kind]: true }))).toBe(`password_lacks_${kind}`);
  });

  it('finishes on a long password', () => {
    expect(reasonOf(() => checkComplexity('a'.repeat(100_000), DEFAULT_COMPLEXITY))).toBe('password_lacks_upper');
  });
});

describe('checkLevel', () => {
  it.each([
    ['abcd', 'Low', 'password_too_short'],
    ['abcde', 'Low', 'accepted'],
    ['éééé', 'Low', 'password_too_short'],
    ['a@b.ch', 'Low', 'password_is_email'],
    ['A@B.CH', 'Low', 'password_is_email'],
    ['aB1-x', 'Medium', 'password_too_short'],
    ['aB1-xy', 'Medium', 'accepted'],
    ['AB1-XY', 'Medium', 'password_lacks_lower'],
    ['ab1-xy', 'Medium', 'password_lacks_upper'],
    ['aBc-xy', 'Medium', 'password_lacks_digit'],
    ['aB1xyz', 'High', 'password_lacks_symbol'],
    ['A@b.ch', 'High', 'password_is_email'],
    ['aB1-xy', 'High', 'accepted'],
  ] as const)('%s at level %s: %s', (password, level, reason) => {
    expect(reasonOf(() => checkLevel(password, level, 'a@b.ch'))).toBe(reason);
  });

  it('lets any long enough password pass for a user without an address', () => {
    expect(reasonOf(() => checkLevel('a@b.ch', 'Low', null))).toBe('accepted');
  });

  it('finishes on a long password', () => {
    expect(reasonOf(() => checkLevel('\u0301\u0323'.repeat(50_000), 'Low', 'a@b.ch'))).toBe('accepted');
  });
});
