import { describe, expect, it } from 'vitest';
import type { TextField, UserFilter } from '../../../app/ports/user-list.ts';
import { EMPTY_USER, type User } from '../../../core/user/user.ts';
import { postgresSearch } from '../../search/compiler.ts';
import { searchRowOf } from '../../search/row.ts';
import { trigramCondition, trigramsOf } from './trigrams.ts';

const user = (username: string | null, nickName: string | null = null): User => ({
  ...EMPTY_USER,
  id: '1',
  organizationId: 'o',
  kind: 'human',
  sequence: 1,
  version: 1,
  createdAt: 0,
  changedAt: 0,
  username,
  profile: { ...EMPTY_USER.profile, nickName },
});
const stored = (...names: Parameters<typeof user>): number[] =>
  JSON.parse(
    trigramsOf(searchRowOf(user(...names)))
      .replace('{', '[')
      .replace('}', ']'),
  );
const contains = (field: TextField, value: string): UserFilter => ({
  type: 'text',
  field,
  method: 'contains',
  value,
  ignoreCase: true,
});

/** The lists of numbers that a filter asks for. */
function asked(filter: UserFilter): number[][] | null {
  const condition = trigramCondition(filter);
  if (condition === null) return null;
  const { parameters } = postgresSearch.compile(condition);
  return parameters.map((text) => JSON.parse(String(text).replace('{', '[').replace('}', ']')));
}

describe('trigrams', () => {
  it('stay the numbers that are in databases', () => {
    expect(stored('abc')).toEqual(asked(contains('username', 'abc'))?.[0]);
    expect(stored('abc', 'abc')).toMatchInlineSnapshot(`
      [
        -19276,
        26249,
      ]
    `);
  });

  it('are one per run of three characters, in any case and script', () => {
    expect(stored('Straße')).toHaveLength(5);
    expect(stored('𐐀𐐁𐐂𐐂')).toHaveLength(2);
    expect(stored('aaaaaa')).toHaveLength(1);
    expect(stored('ab', '')).toEqual([]);
    for (const part of ['TRASS', 'ße', 'Иван', '@x.']) {
      const all = stored(`x${part}Straße@x.y Иван`);
      expect(asked(contains('username', part))?.[0]?.every((number) => all.includes(number))).toBe(true);
    }
  });

  it('of a nick name are none of a user name', () => {
    expect(stored('abcdef').some((number) => stored(null, 'abcdef').includes(number))).toBe(false);
  });

  it('tell nothing of short texts, of what has an index of its own, and of what must not be', () => {
    expect(asked(contains('email', 'ab'))).toBeNull();
    expect(asked(contains('email', '\uD800abc'))).toBeNull();
    expect(asked({ type: 'text', field: 'email', method: 'startsWith', value: 'abcd', ignoreCase: true })).toBeNull();
    expect(asked({ type: 'not', filter: contains('email', 'abcd') })).toBeNull();
    expect(asked({ type: 'textIn', field: 'phone', values: ['+4178', '+4179'], ignoreCase: true })).toBeNull();
    expect(asked({ type: 'or', filters: [contains('email', 'abcd'), contains('email', 'x')] })).toBeNull();
  });

  it('are asked for of every part that tells something', () => {
    const [abc, xyz] = [contains('email', 'abc'), contains('phone', 'xyz')];
    expect(asked({ type: 'and', filters: [abc, contains('email', 'x'), xyz] })).toHaveLength(2);
    expect(asked({ type: 'or', filters: [abc, xyz] })).toHaveLength(2);
  });

  it('are asked for in a limited number, from all over the text', () => {
    const text = Array.from({ length: 200 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join('');
    const numbers = asked(contains('username', text))?.[0] ?? [];
    expect(numbers.length).toBeLessThanOrEqual(24);
    expect(numbers.length).toBeGreaterThan(20);
    const all = stored(text);
    expect(Math.max(...numbers.map((number) => all.indexOf(number)))).toBeGreaterThan(180);
  });
});
