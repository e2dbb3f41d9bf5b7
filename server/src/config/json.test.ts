import { describe, expect, it } from 'vitest';
import { parseJson } from './json.ts';

describe('parseJson', () => {
  it.each([
    '{}',
    ' [ ] ',
    '{"a":[1,-0.5e3,true,null,"\\u00e9\\n\\"x\\""],"b":{"c":{}}}\n',
    '"text"',
    '{"__proto__":1}',
  ])('agrees with JSON.parse about %s', (text) => {
    expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it.each([
    ['', 1, 1, 'ends too early'],
    ['{\n  "a": 1,\n  "a": 2\n}', 3, 3, 'repeats the member "a"'],
    ['{"a":1,"\\u0061":2}', 1, 8, 'repeats the member "a"'],
    ['{"a" 1}', 1, 6, 'does not hold the expected ":"'],
    ['{"a":1 "b":2}', 1, 8, 'does not hold the expected "," or "}"'],
    ['[1,]', 1, 4, 'does not hold a JSON value'],
    ['{"a":1,}', 1, 8, 'does not hold a member name in double quotes'],
    ["{'a':1}", 1, 2, 'does not hold a member name in double quotes'],
    ['{"a":01}', 1, 6, 'does not hold a JSON value'],
    ['{"a":"\\x"}', 1, 6, 'holds a string with a bad escape or a control character'],
    ['{"a":"b\nc"}', 1, 6, 'holds a string with a bad escape or a control character'],
    ['{"a":"b', 1, 6, 'does not hold a string'],
    ['{} {}', 1, 4, 'has something after the end of the value'],
    ['['.repeat(1000), 1, 66, 'is nested too deeply'],
  ])('refuses %j', (text, line, column, message) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ line, column, message }));
  });

  it('reads a string of many megabytes', () => {
    const long = 'x'.repeat(15_000_000);
    expect(parseJson(JSON.stringify([long]))).toEqual([long]);
  });
});
