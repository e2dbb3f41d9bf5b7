import { describe, expect, it } from 'vitest';
import { integerArray, textArray } from './arrays.ts';

describe("PostgreSQL's binary form of arrays", () => {
  it('given texts and a null, then it is the head and each value behind its length in bytes', () => {
    const array = textArray(['ab', null, 'ß']);
    expect(array.toString('hex')).toBe(
      [
        '00000001',
        '00000001',
        '00000019',
        '00000003',
        '00000001',
        '00000002',
        '6162',
        'ffffffff',
        '00000002',
        'c39f',
      ].join(''),
    );
  });

  it('given whole numbers, then each has eight bytes', () => {
    const array = integerArray([1, -2, Number.MAX_SAFE_INTEGER]);
    expect(array.toString('hex')).toBe(
      ['00000001', '00000000', '00000014', '00000003', '00000001']
        .concat(['00000008', '0000000000000001', '00000008', 'fffffffffffffffe', '00000008', '001fffffffffffff'])
        .join(''),
    );
  });

  it('given nothing, then it has no dimension', () => {
    expect(textArray([]).toString('hex')).toBe('000000000000000000000019');
    expect(integerArray([]).toString('hex')).toBe('000000000000000000000014');
  });
});
