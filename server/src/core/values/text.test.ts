import { describe, expect, it } from 'vitest';
import { codePoints, isWellFormedText, trimmed, utf8Bytes } from './text.ts';

describe('text', () => {
  it.each([
    ['', 0, 0],
    ['abc', 3, 3],
    ['é', 1, 2],
    ['😀😀', 2, 8],
    ['e\u0301', 2, 3],
    ['a'.repeat(100_000), 100_000, 100_000],
    ['😀'.repeat(50_000), 50_000, 200_000],
  ])('counts %#: code points and bytes', (text, points, bytes) => {
    expect(codePoints(text)).toBe(points);
    expect(utf8Bytes(text)).toBe(bytes);
  });

  it('counts a lone surrogate as one code point', () => {
    expect(codePoints('a\ud800b')).toBe(3);
  });

  it.each([
    ['plain', true],
    ['😀', true],
    ['line\nbreak', true],
    ['\ud83d', false],
    ['\ude00\ud83d', false],
    ['a\0b', false],
  ])('says whether %j is well formed', (text, expected) => {
    expect(isWellFormedText(text)).toBe(expected);
  });

  it('trims white space of any script, and only at the ends', () => {
    expect(trimmed('\u00a0\u3000\t Ann  Lee\r\n\ufeff')).toBe('Ann  Lee');
    expect(trimmed(`${' '.repeat(100_000)}x`)).toBe('x');
  });
});
