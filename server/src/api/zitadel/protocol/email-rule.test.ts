import { describe, expect, it } from 'vitest';
import { emailFault } from './email-rule.ts';

const label = 'b'.repeat(63);

describe('emailFault accepts', () => {
  it.each([
    'a@localhost',
    'A@B.CH',
    'a@xn--bcher-kva.ch',
    '<a@b.ch>',
    'Ann <a@b.ch>',
    'a@b.ch (Ann)',
    '"a b"@b.ch',
    `${'a'.repeat(64)}@b.ch`,
    `a@${label}.${label}.${label}.${'b'.repeat(60)}`,
    'müller@b.ch',
  ])('%s', (text) => {
    expect(emailFault(text)).toBeUndefined();
  });
});

describe('emailFault refuses', () => {
  it.each(['', 'plain', 'a b'])('%j, which has no at sign', (text) => {
    expect(emailFault(text)).toBe("mail: missing '@' or angle-addr");
  });

  it.each([
    'a@',
    '@b.ch',
    'a@@b.ch',
    '<a@b.ch',
    'a@b.ch, c@d.ch',
    'team: a@b.ch;',
    'a@b.ch\t',
    'a@b.ch (x) (\r\nBcc: c@d.ch)',
    'a\u200b@b.ch',
    `${'a'.repeat(65)}@b.ch`,
    `${'ü'.repeat(33)}@b.ch`,
    `aa@${label}.${label}.${label}.${'b'.repeat(60)}`,
    `a@${label}b.ch`,
    'a@-b.ch',
    'a@b-.ch',
    'a@bücher.ch',
    'a@b_c.ch',
    'a@\u212aa.ch',
    'a@[127.0.0.1]',
    '"a@b"@c.ch',
  ])('%j', (text) => {
    expect(emailFault(text)).toBe('mail: not a single deliverable address');
  });
});
