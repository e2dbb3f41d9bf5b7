import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integerText } from './integer-text.ts';

describe('integerText', () => {
  it.each([
    ['0', '0'],
    ['-0.00e5', '0'],
    ['12', '12'],
    ['-12', '-12'],
    ['1e1', '10'],
    ['1E+1', '10'],
    ['120e-1', '12'],
    ['1.50e2', '150'],
    ['0.5e1', '5'],
    ['1.0', '1'],
    ['18446744073709551615', '18446744073709551615'],
    ['0e999999999999', '0'],
  ])('%s is %s', (text, integer) => {
    expect(integerText(text)).toBe(integer);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '01',
    '+1',
    '.5',
    '1.',
    '1e',
    '1.5',
    '15e-1',
    '1e-5',
    '0x10',
    'NaN',
    '1e99',
    '1e999999999999',
  ])('%j is none', (text) => {
    expect(integerText(text)).toBeUndefined();
  });

  it('moves the point of any integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.nat(7), (value, zeros) => {
        expect(integerText(`${value}e${zeros}`)).toBe(String(value * 10n ** BigInt(zeros)));
        expect(integerText(`${value}${'0'.repeat(zeros)}e-${zeros}`)).toBe(String(value));
      }),
    );
  });
});
