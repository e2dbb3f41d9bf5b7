import { describe, expect, it } from 'vitest';
import { MAX_FIELDS, parseFields, single } from './fields.ts';

const parse = (text: string): Record<string, readonly string[]> =>
  Object.fromEntries(parseFields(text, 'malformed_query'));

describe('parseFields', () => {
  it.each([
    ['', {}],
    ['a=1', { a: ['1'] }],
    ['a=1&a=2&b', { a: ['1', '2'], b: [''] }],
    ['a=b=c', { a: ['b=c'] }],
    ['&&a=1&', { a: ['1'] }],
    ['%61+b=%C3%A4+%2B', { 'a b': ['ä +'] }],
  ])('given %j, when it is read, then all values are kept', (text, fields) => {
    expect(parse(text)).toEqual(fields);
  });

  it('given names of prototype parts, when they are read, then they are plain names', () => {
    const fields = parseFields('__proto__=1&a[__proto__][b]=2', 'malformed_query');
    expect([...fields.keys()]).toEqual(['__proto__', 'a[__proto__][b]']);
  });

  it.each(['a=%', 'a=%4', 'a=%zz', '%ff=1', 'a=%ED%A0%80', 'a=%00', 'a&'.repeat(MAX_FIELDS + 1)])(
    'given %j, when it is read, then it is refused',
    (text) => {
      expect(() => parse(text)).toThrow(expect.objectContaining({ fault: 'malformed_query' }));
    },
  );

  it('given a field, when its single value is asked for, then a repeated one is refused', () => {
    const fields = parseFields('a=1&b=2&b=3', 'malformed_body');
    expect(single(fields, 'a')).toBe('1');
    expect(single(fields, 'none')).toBeUndefined();
    expect(() => single(fields, 'b', 'malformed_body')).toThrow(expect.objectContaining({ fault: 'malformed_body' }));
  });
});
