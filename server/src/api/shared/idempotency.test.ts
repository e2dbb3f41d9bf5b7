import { describe, expect, it } from 'vitest';
import { parseFields } from './fields.ts';
import { type FingerprintInput, fingerprint, parseIdempotencyKey } from './idempotency.ts';

describe('parseIdempotencyKey', () => {
  it.each([
    [undefined, null],
    ['abc', 'abc'],
    ['"abc"', 'abc'],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ["' or 1=1--".replaceAll(' ', '_'), "'_or_1=1--"],
    ['k'.repeat(255), 'k'.repeat(255)],
    [`"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('given %j, when it is read, then the key is %j', (header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key);
  });

  it.each(['', '""', '"', '"abc', 'a b', ' abc', 'a\tb', 'ä', 'a\0', '"a"b"', '"a\\nb"', '"a";p=1', 'k'.repeat(256)])(
    'given %j, when it is read, then it is malformed',
    (header) => {
      expect(() => parseIdempotencyKey(header)).toThrow(
        expect.objectContaining({ fault: 'malformed_idempotency_key' }),
      );
    },
  );
});

describe('fingerprint', () => {
  const base: FingerprintInput = {
    operation: 'updateUser',
    params: { id: '1' },
    query: parseFields('a=1&b=2', 'malformed_query'),
    body: JSON.parse('{"x":{"p":1,"q":[1,2]},"y":"ä"}'),
  };
  const of = (change: Partial<FingerprintInput>): string => fingerprint({ ...base, ...change });

  it('given the same request in another spelling, when it is taken, then it is the same', () => {
    expect(of({ body: JSON.parse('{ "y": "\\u00e4", "x": {"q": [1.0, 2e0], "p": 1} }') })).toBe(fingerprint(base));
    expect(of({ query: parseFields('b=2&a=%31', 'malformed_query') })).toBe(fingerprint(base));
  });

  it.each([
    ['operation', { operation: 'other' }],
    ['path', { params: { id: '2' } }],
    ['query', { query: parseFields('a=1&b=2&b=3', 'malformed_query') }],
    ['value', { body: JSON.parse('{"x":{"p":1,"q":[1,2]},"y":"a"}') }],
    ['type', { body: JSON.parse('{"x":{"p":"1","q":[1,2]},"y":"ä"}') }],
    ['order of a list', { body: JSON.parse('{"x":{"p":1,"q":[2,1]},"y":"ä"}') }],
    ['null for absent', { body: JSON.parse('{"x":{"p":1,"q":[1,2]},"y":"ä","z":null}') }],
    ['body', { body: undefined }],
    ['bytes', { body: Buffer.from('x') }],
  ])('given another %s, when it is taken, then it differs', (_what, change) => {
    expect(of(change)).not.toBe(fingerprint(base));
  });

  it('given an empty body, an empty object, null and bytes, when they are taken, then all differ', () => {
    const all = [undefined, {}, null, [], '', Buffer.from(''), Buffer.from('{}')].map((body) => of({ body }));
    expect(new Set(all).size).toBe(all.length);
  });

  it('given a member named __proto__, when it is taken, then it counts', () => {
    expect(of({ body: JSON.parse('{"__proto__":{"a":1}}') })).not.toBe(of({ body: {} }));
  });
});
