import { describe, expect, it } from 'vitest';
import { checkEmail } from './email-rule.ts';

const label = 'b'.repeat(63);

describe('checkEmail accepts', () => {
  it.each([
    'a@localhost',
    'A@B.CH',
    'a@xn--bcher-kva.ch',
    'Ann <a@b.ch>',
    `${'a'.repeat(64)}@b.ch`,
    `a@${label}.${label}.${label}.${'b'.repeat(60)}`,
    'müller@b.ch',
  ])('%s', (text) => {
    expect(checkEmail(text)).toHaveProperty('host');
  });
});

describe('checkEmail refuses', () => {
  it.each([
    ['plain', "mail: missing '@' or angle-addr"],
    [`${'a'.repeat(65)}@b.ch`, 'email address local phrase cannot exceed 64 characters'],
    [`${'ü'.repeat(33)}@b.ch`, 'email address local phrase cannot exceed 64 characters'],
    [`aa@${label}.${label}.${label}.${'b'.repeat(60)}`, 'email addresses cannot exceed 254 characters'],
    [`a@${label}b.ch`, 'hostname part must be non-empty and cannot exceed 63 characters'],
    ['a@-b.ch', 'hostname parts cannot begin with hyphens'],
    ['a@b-.ch', 'hostname parts cannot end with hyphens'],
    ['a@bücher.ch', 'hostname parts can only contain alphanumeric characters or hyphens, got "ü"'],
    ['a@b_c.ch', 'hostname parts can only contain alphanumeric characters or hyphens, got "_"'],
    ['a@\u212aa.ch', 'hostname parts can only contain alphanumeric characters or hyphens, got "\u212a"'],
    ['a@[127.0.0.1]', 'hostname parts can only contain alphanumeric characters or hyphens, got "["'],
    ['"a@b"@c.ch', 'hostname parts can only contain alphanumeric characters or hyphens, got "@"'],
  ])('%s', (text, fault) => {
    expect(checkEmail(text)).toEqual({ fault });
  });

  it('counts a host of 253 bytes as the longest', () => {
    expect(checkEmail(`a@${`${label}.`.repeat(3)}${'b'.repeat(62)}`)).toHaveProperty('fault');
  });
});
