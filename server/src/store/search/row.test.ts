import { describe, expect, it } from 'vitest';
import { NOBODY_YET as USER } from '../../../test/support/search-user.ts';
import { type FieldPath, PARTS } from '../../core/user/fields.ts';
import { touchesLists } from '../../core/user/listed.ts';
import { EMPTY_USER } from '../../core/user/user.ts';
import { metadataEntriesOf } from './metadata.ts';
import { roleMark, SEARCH_COLUMNS, searchRowOf } from './row.ts';

/** Another value of the same kind. */
function another(value: unknown): unknown {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (Array.isArray(value)) return ['x'];
  if (typeof value === 'object' && value !== null) return { x: 'eA==' };
  return value === 'EndUser' ? 'Admin' : 'X';
}

describe('the row that lists are made from', () => {
  const fields: FieldPath[] = PARTS.flatMap((part) =>
    Object.keys(EMPTY_USER[part]).map((name) => `${part}.${name}` as FieldPath),
  );

  it.each(fields)('follows %s exactly when that field is said to be seen by lists', (path) => {
    const [part = '', name = ''] = path.split('.');
    const fieldsOfPart = EMPTY_USER[part as keyof typeof EMPTY_USER] as unknown as Record<string, unknown>;
    const changed = { ...USER, [part]: { ...fieldsOfPart, [name]: another(fieldsOfPart[name]) } };
    const rows = [USER, changed].map((user) => JSON.stringify([searchRowOf(user), metadataEntriesOf(user)]));
    expect(rows[0] !== rows[1]).toBe(touchesLists({ [path]: {} }));
  });

  it('keeps a text beside its folded form only where they differ, and nothing for an absent one', () => {
    const row = searchRowOf({ ...USER, username: 'anna', profile: { ...USER.profile, givenName: 'Anna' } });
    expect(row).toMatchObject({
      username_key: 'anna',
      username_raw: '',
      given_name_key: 'anna',
      given_name_raw: 'Anna',
    });
    expect(row).toMatchObject({ nick_name_key: '', nick_name_raw: '', language: '' });
    expect(Object.keys(row)).toEqual(SEARCH_COLUMNS);
  });

  it('lies apart for who was deleted', () => {
    expect(searchRowOf(USER).realm).toBe('+o');
    expect(searchRowOf({ ...USER, state: 'deleted' }).realm).toBe('-o');
  });

  it('has a mark for each role that is part of no other', () => {
    const marks = ['a', 'ab', 'a,b', 'a;', ',a;', '%2C', '\uD800'].map(roleMark);
    for (const [n, mark] of marks.entries()) {
      expect(marks.filter((other, m) => m !== n && other.includes(mark))).toEqual([]);
    }
  });
});
