import { describe, expect, it } from 'vitest';
import { NOBODY_YET } from '../../../test/support/search-user.ts';
import type { TextField, UserFilter } from '../../app/ports/user-list.ts';
import { apartOf } from './apart.ts';
import { sqliteSearch } from './compiler.ts';
import { conditionOf } from './predicate.ts';
import { searchRowOf } from './row.ts';

function named(username: string, givenName: string | null, displayName: string | null, email: string): number {
  const profile = { ...NOBODY_YET.profile, givenName, familyName: 'Byron', displayName };
  return apartOf(searchRowOf({ ...NOBODY_YET, username, profile, email: { ...NOBODY_YET.email, value: email } }));
}

describe('texts stand apart', () => {
  it.each([
    ['if all are part of another, none', named('ada', 'Ada', 'Ada Byron', 'ada@a.test'), 0],
    ['if the e-mail address has not the username', named('countess', 'Ada', 'Ada Byron', 'ada@a.test'), 1],
    ['if the display name has not the given name', named('ada', 'Augusta', 'A. Byron', 'ada@a.test'), 2],
    ['if it has it in another case only', named('ada', 'ADA', 'Ada byron', 'ada@a.test'), 6],
    ['if there is no display name, but for what is absent itself', named('ada', null, null, 'ada@a.test'), 4],
  ])('%s', (_what, found, bits) => {
    expect(found).toBe(bits);
  });
});

describe('a text is looked at only where it stands apart', () => {
  const contains = (field: TextField, value = 'qx', ignoreCase = true): UserFilter => {
    return { type: 'text', field, method: 'contains', value, ignoreCase };
  };
  const looksApart = (...filters: UserFilter[]): boolean => {
    return sqliteSearch.compile(conditionOf({ type: 'or', filters }, sqliteSearch)).sql.includes('apart');
  };

  it.each<[boolean, string, UserFilter[]]>([
    [true, 'if the other is asked for the same', [contains('givenName'), contains('displayName')]],
    [false, 'but not for another part', [contains('givenName'), contains('displayName', 'q')]],
    [false, 'but not in its own case', [contains('givenName'), contains('displayName', 'qx', false)]],
    [false, 'but not if that is another text', [contains('givenName'), contains('email')]],
    [false, 'but not the other itself', [contains('email'), contains('displayName')]],
  ])('%s: %s', (isApart, _what, filters) => {
    expect(looksApart(...filters)).toBe(isApart);
  });
});
