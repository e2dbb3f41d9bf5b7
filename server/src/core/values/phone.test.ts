import { describe, expect, it } from 'vitest';
import { isE164, parsePhone, toUsDigits } from './phone.ts';

describe('parsePhone', () => {
  it.each([
    ['0791234567', 'CH', '+41791234567'],
    ['+41 (0)79 123-45-67', 'CH', '+41791234567'],
    ['0041791234567', 'CH', '+41791234567'],
    ['tel:+41-79-123-45-67', 'CH', '+41791234567'],
    ['+41791234567', 'US', '+41791234567'],
    ['(732) 642-6722', 'US', '+17326426722'],
    ['+٤١٧٩١٢٣٤٥٦٧', undefined, '+41791234567'],
    // neither of these can be dialled; they parse
    ['+1234567890', undefined, '+1234567890'],
    ['+123456789', 'CH', '+123456789'],
    ['+15556667777', undefined, '+15556667777'],
  ] as const)('reads %s in %s as %s', (text, region, expected) => {
    expect(parsePhone(text, region)).toBe(expected);
  });

  it.each([
    '',
    '+',
    '+1',
    'phone',
    '+01234567890',
    '+999123456',
    '++41791234567',
    'call +41791234567',
    '+41791234567 or +41791234568',
    '+1234567890123456789',
    '\0',
  ])('refuses %j', (text) => {
    expect(parsePhone(text, 'CH')).toBeNull();
  });

  it('refuses a national number when there is no region', () => {
    expect(parsePhone('0791234567')).toBeNull();
  });

  it('finishes on long hostile texts', () => {
    for (const unit of ['1', '+', '(', '1-', ' ', 'tel:', 'x1']) {
      expect(parsePhone(unit.repeat(100_000 / unit.length), 'US')).toBeNull();
    }
  });
});

describe('toUsDigits', () => {
  it.each([
    ['+17326426722', '7326426722'],
    ['+1234567890', null],
    ['+41791234567', null],
    ['7326426722', null],
    ['+17326426722\n', null],
  ])('of %j is %s', (e164, digits) => {
    expect(toUsDigits(e164)).toBe(digits);
  });
});

describe('isE164', () => {
  it.each([
    ['+15556667777', true],
    ['+12345678', true],
    ['+123456789012345', true],
    ['+1234567', false],
    ['+1234567890123456', false],
    ['+01234567890', false],
    ['15556667777', false],
    ['+1 5556667777', false],
    ['+1555666777٧', false],
    ['+15556667777\n', false],
    [`+${'1'.repeat(100_000)}`, false],
  ])('case %#', (text, expected) => {
    expect(isE164(text)).toBe(expected);
  });
});
