import { expect, it } from 'vitest';
import { sameText } from './same-text.ts';

it('texts are compared whole', () => {
  expect(sameText('abc', 'abc')).toBe(true);
  expect(sameText('', '')).toBe(true);
  for (const other of ['abd', 'ab', 'abcd', '']) expect(sameText('abc', other)).toBe(false);
});
