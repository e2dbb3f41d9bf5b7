import type { TextField, UserFilter, UserSort } from '../../app/ports/user-list.ts';
import { holdingName } from '../../core/organization.ts';
import { USER_TYPES, type UserState } from '../../core/user/user.ts';
import { parseLocale } from '../../core/values/language.ts';
import { parsePhone } from '../../core/values/phone.ts';
import type { Brand } from './brands.ts';
import { UserStatus } from './models.ts';
import { sortOf } from './paging.ts';
import type { QueryReader } from './query.ts';
import { DEFAULT_LANGUAGE, localeOf, statesShownAs } from './user-view.ts';

/** Whom a list shows, and in which order. */
export interface UserSearch {
  /** Lists those who were deleted instead of those who were not. */
  readonly deleted: boolean;
  readonly filter: UserFilter;
  readonly sort: UserSort;
}

const NOBODY: UserFilter = { type: 'or', filters: [] };
const EVERYBODY: UserFilter = { type: 'and', filters: [] };
const VERIFIED: UserFilter = {
  type: 'or',
  filters: [
    { type: 'flag', field: 'emailVerified', value: true },
    { type: 'flag', field: 'phoneVerified', value: true },
  ],
};

const SORTS = {
  id: 'id',
  createdDate: 'createdAt',
  code: 'code',
  username: 'username',
  status: 'state',
} as const satisfies Record<string, UserSort['by']>;
const SORT_FIELDS = Object.keys(SORTS) as unknown as readonly ['id', ...(keyof typeof SORTS)[]];

/** Parameters that find parts of a text, in any letter case. */
const TEXTS = {
  firstName: 'givenName',
  lastName: 'familyName',
  nickName: 'nickName',
  emailAddress: 'email',
} as const satisfies Record<string, TextField>;
const KEYWORD_FIELDS: readonly TextField[] = ['username', 'givenName', 'familyName', 'nickName', 'email', 'phone'];

/** What a code, or a part of one, looks like. */
const CODE_PART = /^[0-9A-F]{1,20}$/;

/** Reads the filters of a list of users: all that are given must be met. It says nothing of whose people they are. */
export function userSearchOf(query: QueryReader, brand: () => Brand): UserSearch {
  const status = query.oneOf('status', UserStatus.enum);
  // Users have no such number; whatever is asked for, it sets nobody apart.
  query.integer('trackingLevel');
  const { by, direction } = sortOf(query, SORT_FIELDS);
  return {
    deleted: status === 'Deleted',
    filter: {
      type: 'and',
      filters: [
        ...(status === undefined || status === 'Deleted' ? [] : [states(statesShownAs(status))]),
        ...textFilters(query, brand),
        ...exactFilters(query, brand),
        ...flagFilters(query),
      ],
    },
    sort: { by: SORTS[by], direction },
  };
}

/** The people of the brand. */
export function peopleOf({ organization }: Brand): UserFilter[] {
  return [
    { type: 'in', field: 'organization', values: [organization.id] },
    { type: 'in', field: 'kind', values: ['human'] },
  ];
}

function textFilters(query: QueryReader, brand: () => Brand): UserFilter[] {
  const filters: UserFilter[] = Object.entries(TEXTS).flatMap(([name, field]) => {
    const text = query.text(name);
    return text === undefined ? [] : [containing(field, text)];
  });
  const username = query.text('username');
  if (username !== undefined) filters.push(usernameFilter(username, brand()));
  const phone = query.text('phoneNumber');
  if (phone !== undefined) filters.push(phoneFilter(phone));
  const keywords = query.text('keywords')?.trim();
  if (keywords) filters.push(keywordsFilter(keywords));
  return filters;
}

function exactFilters(query: QueryReader, brand: () => Brand): UserFilter[] {
  const filters: UserFilter[] = [];
  const add = <T>(value: T | undefined, filter: (value: T) => UserFilter): void => {
    if (value !== undefined) filters.push(filter(value));
  };
  add(query.list('ids'), (values) => ({ type: 'in', field: 'id', values }));
  add(query.text('code'), (code) => ({ type: 'in', field: 'code', values: [code.toUpperCase()] }));
  add(query.text('referralCode'), (code) => ({ type: 'in', field: 'referralCode', values: [code.toUpperCase()] }));
  add(query.text('avatar'), (avatar) => ({ type: 'in', field: 'avatarUrl', values: [avatar] }));
  add(query.text('timeZoneId'), (id) => ({ type: 'in', field: 'timeZone', values: [id] }));
  add(query.oneOf('userType', USER_TYPES), (type) => ({ type: 'in', field: 'type', values: [type] }));
  add(query.text('languageCode'), languageFilter);
  add(query.text('roleId'), (id) => {
    const role = brand().organization.roles.find((one) => one.id === id);
    return role === undefined ? NOBODY : { type: 'role', role: holdingName(role) };
  });
  add(query.text('packageId'), (id) => {
    const found = [...brand().packages].find(([, one]) => one.id === id);
    return found === undefined ? NOBODY : { type: 'in', field: 'package', values: [found[0]] };
  });
  return filters;
}

function flagFilters(query: QueryReader): UserFilter[] {
  const filters: UserFilter[] = [];
  const emailVerified = query.flag('isEmailAddressVerified');
  if (emailVerified !== undefined) filters.push({ type: 'flag', field: 'emailVerified', value: emailVerified });
  const verified = query.flag('isUserVerified');
  if (verified !== undefined) filters.push(verified ? VERIFIED : { type: 'not', filter: VERIFIED });
  // Shown as false for everybody.
  for (const name of ['testMode', 'isSystem']) filters.push(query.flag(name) === true ? NOBODY : EVERYBODY);
  return filters;
}

function containing(field: TextField, value: string): UserFilter {
  return { type: 'text', field, method: 'contains', value, ignoreCase: true };
}

/** Where who has no username shows its id, it is found by that, though not by parts of it. */
function usernameFilter(username: string, { section }: Brand): UserFilter {
  const byName = containing('username', username);
  if (section.updateRequires !== 'usernameAndEmail') return byName;
  const hasNone: UserFilter = { type: 'not', filter: containing('username', '') };
  const byId: UserFilter = { type: 'in', field: 'id', values: [username] };
  return { type: 'or', filters: [byName, { type: 'and', filters: [byId, hasNone] }] };
}

/** A whole number may be written in any way; a `+` that was not escaped has become a space. */
function phoneFilter(phone: string): UserFilter {
  return containing('phone', parsePhone(phone) ?? phone.trim());
}

function keywordsFilter(keywords: string): UserFilter {
  const filters = KEYWORD_FIELDS.map((field) => containing(field, keywords));
  const part = keywords.toUpperCase();
  if (CODE_PART.test(part)) filters.push({ type: 'codeContains', part });
  return { type: 'or', filters };
}

/** All tags that are shown as this one: with and without a script, without a country where it is the usual one. */
function languageFilter(code: string): UserFilter {
  if (parseLocale(code) === null) return NOBODY;
  const { language, script } = new Intl.Locale(code).maximize();
  const tags = [code, language];
  if (script !== undefined) tags.push(`${language}-${script}`, `${language}-${script}-${code.slice(-2)}`);
  const shown = tags.filter((tag) => localeOf(tag) === code);
  const tagged: UserFilter = { type: 'in', field: 'language', values: [...new Set(shown)] };
  if (code !== DEFAULT_LANGUAGE) return tagged;
  return { type: 'or', filters: [tagged, { type: 'absent', field: 'language' }] };
}

function states(values: readonly UserState[]): UserFilter {
  return { type: 'in', field: 'state', values };
}
