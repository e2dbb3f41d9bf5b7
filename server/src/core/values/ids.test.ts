import { describe, expect, it } from 'vitest';
import { isUserId } from './ids.ts';

describe('isUserId', () => {
  it.each([
    ['400000000000000001', true],
    ['x', true],
    ['anna@example.com', true],
    ['😀'.repeat(200), true],
    ['', false],
    ['x'.repeat(201), false],
    ['a\0b', false],
    ['\ud800', false],
    ['x'.repeat(100_000), false],
  ])('case %#', (text, expected) => {
    expect(isUserId(text)).toBe(expected);
  });
});
