import type {
  MetadataFilter,
  TextField,
  TextMethod,
  UserFilter,
  UserQuery,
} from '../server/src/app/ports/user-list.ts';
import { ACME } from '../server/test/support/setup.ts';
import { idOfBulk, teamOf } from './million.ts';
import { person } from './people.ts';

/** A list that is asked for again and again, each time for others. */
export interface ListCase {
  readonly name: string;
  /** Milliseconds that its p99 may take. */
  readonly bound: number;
  /** Most users that may meet it, where the bound holds for such a list only. */
  readonly mostFound?: number;
  readonly query: (n: number) => UserQuery;
}

const FAST = 50;
const SLOW = 400;

type More = Partial<UserQuery>;

function page(filter: UserFilter | undefined, by: UserQuery['sort']['by'], more: More = {}): UserQuery {
  const sort = { by, direction: 'asc' } as const;
  return { organizations: [ACME.id], filter, sort, offset: 0, limit: 100, countTotal: true, ...more };
}

function text(field: TextField, method: TextMethod, value: string, ignoreCase = true): UserFilter {
  return { type: 'text', field, method, value, ignoreCase };
}

function metadata(method: TextMethod, key: string, value?: MetadataFilter['value']): MetadataFilter {
  return { type: 'metadata', key: { method, value: key, ignoreCase: false }, ...(value && { value }) };
}

function anyOfFive(part: string): UserFilter {
  const fields = ['username', 'givenName', 'familyName', 'displayName', 'email'] as const;
  return { type: 'or', filters: fields.map((field) => text(field, 'contains', part)) };
}

/** The n-th of the people, spread over all of them. */
export function listCases(count: number): ListCase[] {
  const index = (n: number): number => (n * 7919) % count;
  const of = (n: number) => person(index(n));
  const name = (n: number): string => of(n).profile.familyName ?? '';
  const login = (n: number): string => of(n).username ?? '';
  const contains = (field: TextField, value: (n: number) => string, from: number, length: number) => (n: number) =>
    page(text(field, 'contains', value(n).slice(from, from + length)), 'displayName');
  const fast = (title: string, query: ListCase['query'], mostFound?: number): ListCase => ({
    name: title,
    bound: FAST,
    query,
    ...(mostFound !== undefined && { mostFound }),
  });
  const slow = (title: string, query: ListCase['query']): ListCase => ({ name: title, bound: SLOW, query });
  const hit = (title: string, query: ListCase['query']): ListCase => fast(title, query, 10_000);
  return [
    ...(['id', 'createdAt', 'username', 'familyName', 'displayName', 'email'] as const).map((by) =>
      fast(`all, by ${by}`, () => page(undefined, by)),
    ),
    fast('all organizations, by displayName desc', () =>
      page(undefined, 'displayName', { organizations: 'all', sort: { by: 'displayName', direction: 'desc' } }),
    ),
    fast('username equals', (n) => page(text('username', 'equals', login(n), false), 'id')),
    fast('username starts with', (n) => page(text('username', 'startsWith', login(n).slice(0, 6)), 'username')),
    fast('username starts with, by email', (n) => page(text('username', 'startsWith', login(n).slice(0, 9)), 'email')),
    fast('email equals', (n) => page(text('email', 'equals', of(n).email.value ?? ''), 'id')),
    fast('email starts with', (n) => page(text('email', 'startsWith', login(n).slice(0, 5)), 'email')),
    fast('family name equals', (n) => page(text('familyName', 'equals', name(n)), 'familyName')),
    fast('family name starts with', (n) => page(text('familyName', 'startsWith', name(n).slice(0, 3)), 'id')),
    fast('display name starts with', (n) =>
      page(text('displayName', 'startsWith', `${of(n).profile.displayName}`.slice(0, 6)), 'displayName'),
    ),
    fast('phone equals', (n) => page(text('phone', 'equals', of(n).phone.value ?? ''), 'id')),
    fast('100 ids', (n) => {
      const values = Array.from({ length: 100 }, (_, k) => idOfBulk(index(n + k)));
      return page({ type: 'in', field: 'id', values }, 'id');
    }),
    fast('created in a month', (n) => {
      const from = Date.UTC(2020, n % 24, 1);
      return page({ type: 'created', from, to: from + 30 * 86_400_000 }, 'createdAt');
    }),
    hit('contains, username', contains('username', login, 3, 9)),
    hit('contains, email', contains('email', login, 5, 8)),
    hit(
      'contains, nick name',
      contains('nickName', (n) => of(3 * n).profile.nickName ?? 'Ann', 0, 5),
    ),
    hit('contains, family name', contains('familyName', name, 1, 6)),
    hit('contains, display name, case', (n) =>
      page(text('displayName', 'contains', `${of(n).profile.displayName}`.slice(-12, -2), false), 'createdAt'),
    ),
    hit('contains, any of five', (n) => page(anyOfFive(login(n).slice(2, 11)), 'createdAt')),
    fast('given name equals', (n) => page(text('givenName', 'equals', of(n).profile.givenName ?? ''), 'id')),
    slow('contains, found in everybody', () => page(text('email', 'contains', '.test'), 'displayName')),
    slow('contains one character', () => page(text('nickName', 'contains', 'q'), 'displayName')),
    slow('ends with two characters', () => page(text('username', 'endsWith', '77', false), 'nickName')),
    slow('two characters in any of five', () => page(anyOfFive('qx'), 'code')),
    slow('two characters in any of five, found in a third', () => page(anyOfFive('an'), 'code')),
    slow('nobody, by given name', () =>
      page(
        { type: 'and', filters: [{ type: 'flag', field: 'fraud', value: true }, text('givenName', 'contains', 'zz')] },
        'givenName',
      ),
    ),
    slow('not in a state, by nick name', () =>
      page({ type: 'not', filter: { type: 'in', field: 'state', values: ['locked'] } }, 'nickName'),
    ),
    fast('all, by given name', () => page(undefined, 'givenName')),
    slow('not in a state, by state', () =>
      page({ type: 'not', filter: { type: 'in', field: 'state', values: ['locked'] } }, 'state'),
    ),
    slow('all, page at 900,000', () => page(undefined, 'email', { offset: Math.floor(count * 0.9) })),
    slow('no metadata of a key', () => page({ type: 'not', filter: metadata('contains', 'x') }, 'email')),
    slow('metadata that all have', () => page(metadata('equals', 'team'), 'email')),
    slow('metadata of a hundredth', (n) => page(metadata('equals', 'team', { equals: teamOf(n) }), 'email')),
    slow('not the metadata of a hundredth', (n) =>
      page({ type: 'not', filter: metadata('equals', 'team', { equals: teamOf(n) }) }, 'email'),
    ),
    slow('other metadata than a hundredth', (n) =>
      page(metadata('equals', 'team', { differsFrom: teamOf(n) }), 'email'),
    ),
  ];
}
