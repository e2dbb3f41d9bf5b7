import { describe, expect, it } from 'vitest';
import { etag, matches, parseIfMatch } from './conditional.ts';

describe('parseIfMatch', () => {
  it('given no header, when it is read, then there is no precondition', () => {
    expect(parseIfMatch(undefined)).toBeNull();
    expect(matches(null, 7)).toBe(true);
  });

  it('given *, when it is read, then any version meets it', () => {
    const condition = parseIfMatch(' * ');
    expect(condition).toEqual({ any: true });
    expect(matches(condition, 7)).toBe(true);
  });

  it.each([
    ['"12"', [12]],
    ['W/"12"', [12]],
    ['"1", W/"2" ,"3"', [1, 2, 3]],
    ['"0"', [0]],
    ['"abc"', []],
    ['""', []],
    ['"012"', []],
    ['"12", "other"', [12]],
    ['"9999999999999999999"', []],
    ['"a,b", "4"', [4]],
  ])('given %s, when it is read, then it names the versions %j', (header, versions) => {
    expect(parseIfMatch(header)).toEqual({ any: false, versions });
  });

  it.each(['', ' ', '12', '"12', 'w/"12"', '"1" "2"', '"1",', '"1",,"2"', '*, "1"', '"a"b"', '"\0"'])(
    'given %j, when it is read, then it is malformed',
    (header) => {
      expect(() => parseIfMatch(header)).toThrow(expect.objectContaining({ fault: 'malformed_if_match' }));
    },
  );

  it('given the tag of a version, when it comes back, then only that version meets it', () => {
    const condition = parseIfMatch(etag(12));
    expect([11, 12, 13].map((version) => matches(condition, version))).toEqual([false, true, false]);
  });

  it('given a long hostile header, when it is read, then it takes no noticeable time', () => {
    const startedAt = performance.now();
    expect(() => parseIfMatch(`${'"1" '.repeat(4000)}x`)).toThrow();
    expect(() => parseIfMatch(`${' '.repeat(16_000)}x`)).toThrow();
    expect(performance.now() - startedAt).toBeLessThan(50);
  });
});
