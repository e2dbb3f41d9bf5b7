import type { FastifyRequest } from 'fastify';
import type { TextField, UserFilter, UserQuery, UserSort } from '../../app/ports/user-list.ts';
import { parsePhone } from '../../core/values/phone.ts';
import { queryOf } from '../shared/dialect.ts';
import { Fault } from '../shared/faults.ts';
import { type Fields, single } from '../shared/fields.ts';
import { parseUtcTime } from './utc-time.ts';

/** Most users of a page. A greater size is refused: with fewer users than asked for, callers would miss some. */
export const MAX_PAGE_SIZE = 200;
const DEFAULT_PAGE_SIZE = 10;
const LARGEST_INT32 = 2 ** 31 - 1;

export const PEOPLE: UserFilter = { type: 'in', field: 'kind', values: ['human'] };
const NOBODY: UserFilter = { type: 'or', filters: [] };

const SORTS = {
  firstName: 'givenName',
  lastName: 'familyName',
  email: 'email',
  phone: 'phone',
  dateRegistered: 'createdAt',
} as const satisfies Record<string, UserSort['by']>;

/** Whom a search for a text finds, by what it is searched in. */
const SEARCHES = {
  firstName: containing('givenName'),
  lastName: containing('familyName'),
  email: containing('email'),
  // A `+` that was not escaped has become a space.
  phone: (text: string) => containing('phone')(parsePhone(text) ?? text.trim()),
  // There are no vehicles.
  licensePlate: () => NOBODY,
  id: (text: string): UserFilter => ({ type: 'in', field: 'id', values: [text] }),
} as const satisfies Record<string, (text: string) => UserFilter>;

export const SORT_FIELDS = namesOf(SORTS);
export const SEARCH_FIELDS = namesOf(SEARCHES);

/** Which users a list shows, and which part of the list is asked for. */
export interface UserSearch {
  readonly query: Pick<UserQuery, 'filter' | 'sort' | 'offset' | 'limit'>;
  /** From 0. */
  readonly page: number;
  readonly size: number;
}

/**
 * Reads the parameters of a list; all filters that are given must be met. An empty parameter is an absent one, and
 * unknown ones are ignored.
 *
 * @throws Fault `malformed_query`
 */
export function userSearchOf(request: FastifyRequest): UserSearch {
  const fields = queryOf(request);
  const page = integer(fields, 'page', 0, LARGEST_INT32) ?? 0;
  const size = integer(fields, 'size', 1, MAX_PAGE_SIZE) ?? DEFAULT_PAGE_SIZE;
  const by = SORTS[oneOf(fields, 'sortBy', SORT_FIELDS) ?? 'dateRegistered'];
  const direction = oneOf(fields, 'sortDirection', ['asc', 'desc']) ?? 'desc';
  const filters = [PEOPLE, ...textFilters(fields), ...fraudFilters(fields), ...registrationFilters(fields)];
  const query = {
    filter: { type: 'and', filters },
    sort: { by, direction },
    offset: page * size,
    limit: size,
  } as const;
  return { query, page, size };
}

function textFilters(fields: Fields): UserFilter[] {
  const searchBy = oneOf(fields, 'searchBy', SEARCH_FIELDS);
  const text = given(fields, 'searchValue');
  if (text === undefined) return [];
  if (searchBy === undefined) throw refused('searchValue needs searchBy.');
  return [SEARCHES[searchBy](text)];
}

function fraudFilters(fields: Fields): UserFilter[] {
  const isFraud = oneOf(fields, 'isFraud', ['true', 'false']);
  return isFraud === undefined ? [] : [{ type: 'flag', field: 'fraud', value: isFraud === 'true' }];
}

function registrationFilters(fields: Fields): UserFilter[] {
  const [from, to] = [time(fields, 'registrationStartDate'), time(fields, 'registrationEndDate')];
  return from === undefined && to === undefined ? [] : [{ type: 'created', from, to }];
}

function containing(field: TextField): (value: string) => UserFilter {
  return (value) => ({ type: 'text', field, method: 'contains', value, ignoreCase: true });
}

function namesOf<T extends object>(table: T): (keyof T & string)[] {
  return Object.keys(table) as (keyof T & string)[];
}

function given(fields: Fields, name: string): string | undefined {
  return single(fields, name) || undefined;
}

function integer(fields: Fields, name: string, min: number, max: number): number | undefined {
  const text = given(fields, name);
  if (text === undefined) return undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw refused(`${name} must be a whole number from ${min} to ${max}.`);
  return value;
}

function oneOf<V extends string>(fields: Fields, name: string, values: readonly V[]): V | undefined {
  const text = given(fields, name);
  if (text === undefined) return undefined;
  const value = values.find((one) => one === text);
  if (value === undefined) throw refused(`${name} must be one of ${values.join(', ')}.`);
  return value;
}

function time(fields: Fields, name: string): number | undefined {
  const text = given(fields, name);
  if (text === undefined) return undefined;
  const value = parseUtcTime(text);
  if (value === null) throw refused(`${name} must be a time in UTC by ISO 8601, such as 2024-01-01T00:00:00.000Z.`);
  return value;
}

function refused(detail: string): Fault {
  return new Fault('malformed_query', detail);
}
