import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from './faults.ts';
import { MAX_JSON_DEPTH, parseJson } from './json.ts';

const parse = (text: string | Uint8Array): unknown => parseJson(typeof text === 'string' ? Buffer.from(text) : text);

describe('parseJson', () => {
  it('given any JSON value, when it is written and read, then it comes back as JSON.parse gives it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!text.includes('\\u0000') && JSON.stringify(JSON.parse(text)).isWellFormed());
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['an unfinished object', '{"a":1'],
    ['bytes after the value', '{} {}'],
    ['a trailing comma', '[1,]'],
    ['a comment', '{/* */}'],
    ['NaN', 'NaN'],
    ['a byte order mark', '\uFEFF{}'],
    ['UTF-16', new Uint8Array(Buffer.from('{}', 'utf16le'))],
    ['invalid UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['a surrogate in UTF-8', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ['a raw NUL', '"a\0b"'],
    ['an escaped NUL', '"a\\u0000b"'],
    ['an escaped NUL in a name', '{"a\\u0000":1}'],
    ['half a surrogate pair', '"\\ud800"'],
    ['half a surrogate pair in a name', '{"\\udc00":1}'],
    ['a number out of range', '{"a":[1e400]}'],
    ['a negative number out of range', '-1e400'],
    ['a repeated name', '{"a":1,"a":1}'],
    ['a repeated name further in', '[{"b":{"a":1,"c":":","a":2}}]'],
    ['a repeated name in two spellings', '{"a":1,"\\u0061":2}'],
    ['a repeated __proto__', '{"__proto__":1,"__proto__":2}'],
    ['deep nesting', '['.repeat(100_000)],
    ['nesting one too deep', '['.repeat(MAX_JSON_DEPTH + 1) + ']'.repeat(MAX_JSON_DEPTH + 1)],
  ])('given %s, when it is read, then it is refused as a malformed body', (_what, text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ name: 'Fault', fault: 'malformed_body' }));
  });

  it('given the deepest nesting allowed, when it is read, then it passes', () => {
    expect(parse('['.repeat(MAX_JSON_DEPTH) + ']'.repeat(MAX_JSON_DEPTH))).toHaveLength(1);
  });

  it('given colons, quotes and braces inside strings, when it is read, then they count for nothing', () => {
    const value = { 'a:"b': ':{[\\"', c: ['\\\\:', '🙂'] };
    expect(parse(JSON.stringify(value))).toEqual(value);
  });

  it('given a whole surrogate pair as escapes, when it is read, then it passes', () => {
    expect(parse('"\\ud83d\\ude42"')).toBe('🙂');
  });

  it('given members named like parts of a prototype, when they are read, then they stay own properties', () => {
    const value = parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    expect((value as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  });

  it('given a refusal, when its detail is read, then it quotes nothing of the body', () => {
    try {
      parse('{"password":"hunter2" oops');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Fault);
      expect((error as Fault).detail).not.toContain('hunter2');
    }
  });
});
