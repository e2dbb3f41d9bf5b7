import type { MetadataKeyFilter } from '@zitadel/proto/zitadel/metadata/v2/metadata_pb';
import type { TextQueryMethod } from '@zitadel/proto/zitadel/object/v2/object_pb';
import { Type } from '@zitadel/proto/zitadel/user/v2/query_pb';
import type { MetadataFilter, TextField, UserFilter } from '../../app/ports/user-list.ts';
import type { UserKind } from '../../core/user/user.ts';
import { isWellFormedText } from '../../core/values/text.ts';
import { type LoginDomains, loginNameFilter, NOBODY, sizeOf, usernameFilter } from './login-name-query.ts';
import { base64 } from './metadata.ts';
import { STATUS_CODES } from './protocol/status.ts';
import { ByteFilterMethod, type MetadataValueFilter, type SearchQuery } from './protocol/user-service.ts';
import { invalid, refusal } from './status-error.ts';
import { matchOf } from './text-match.ts';
import { statesShownAs } from './user-view.ts';

/** Most queries of one list, those within others counted too, and most values of all its in-lists together. */
export const MAX_QUERIES = 100;
export const MAX_VALUES = 10_000;
/** Most organizations and their domains that the queries by login name look through, all together. */
const MAX_DOMAINS = 200_000;
/** Most times that a query may be within another. */
const MAX_NESTING = 20;

const KINDS: Readonly<Record<Type, readonly UserKind[]>> = {
  [Type.UNSPECIFIED]: [],
  [Type.HUMAN]: ['human'],
  [Type.MACHINE]: ['machine'],
};

/**
 * Whom the queries of a list mean: those who meet all of them.
 *
 * @param domains tells in which organizations login names end in a domain; asked only where that matters
 * @throws StatusError for too many queries or values, for too much nesting, for lists without an element
 */
export function filterOf(queries: readonly SearchQuery[], domains: () => LoginDomains): UserFilter {
  const size = { queries: 0, values: 0, loginNames: 0 };
  let known: LoginDomains | undefined;
  const once = () => {
    known ??= domains();
    return known;
  };
  return { type: 'and', filters: allOf(queries, { domains: once, size, level: 0 }) };
}

interface Reading {
  readonly domains: () => LoginDomains;
  /** What was read so far. */
  readonly size: { queries: number; values: number; loginNames: number };
  readonly level: number;
}

/**
 * Queries that must all be met. A value is asked of the entry whose key the query before it names, or, before the first
 * of those, the first one; of any entry where no key is named. So a key and a value side by side mean one entry.
 */
function allOf(queries: readonly SearchQuery[], reading: Reading): UserFilter[] {
  const filters: UserFilter[] = [];
  const keys = queries.flatMap(({ query }) => (query.case === 'metadataKeyFilter' ? [query.value] : []));
  const alone = new Set(keys);
  let [key] = keys;
  for (const one of queries) {
    const { query } = one;
    if (query.case === 'metadataKeyFilter') {
      count(reading);
      key = query.value;
    } else if (query.case === 'metadataValueFilter' && key !== undefined) {
      count(reading);
      alone.delete(key);
      filters.push({ ...entryWithKey(key), value: valueMatch(query.value) });
    } else {
      filters.push(single(one, reading));
    }
  }
  return [...filters, ...[...alone].map(entryWithKey)];
}

function single({ query }: SearchQuery, reading: Reading): UserFilter {
  count(reading);
  switch (query.case) {
    case 'userNameQuery':
      return usernameFilter(matchOf(query.value.userName, query.value.method));
    case 'firstNameQuery':
      return textFilter('givenName', query.value.firstName, query.value.method);
    case 'lastNameQuery':
      return textFilter('familyName', query.value.lastName, query.value.method);
    case 'nickNameQuery':
      return textFilter('nickName', query.value.nickName, query.value.method);
    case 'displayNameQuery':
      return textFilter('displayName', query.value.displayName, query.value.method);
    case 'emailQuery':
      return textFilter('email', query.value.emailAddress, query.value.method);
    case 'phoneQuery':
      return textFilter('phone', query.value.number, query.value.method);
    case 'loginNameQuery':
      return loginNameFilter(matchOf(query.value.loginName, query.value.method), domainsOf(reading));
    case 'stateQuery':
      return { type: 'in', field: 'state', values: statesShownAs(query.value.state) };
    case 'typeQuery':
      return { type: 'in', field: 'kind', values: KINDS[query.value.type] };
    case 'organizationIdQuery': {
      const { organizationId } = query.value;
      return { type: 'in', field: 'organization', values: isWellFormedText(organizationId) ? [organizationId] : [] };
    }
    case 'inUserIdsQuery':
      return { type: 'in', field: 'id', values: valuesOf(query.value.userIds, reading) };
    case 'inUserEmailsQuery':
      return { type: 'textIn', field: 'email', values: valuesOf(query.value.userEmails, reading), ignoreCase: false };
    case 'metadataKeyFilter':
      return entryWithKey(query.value);
    case 'metadataValueFilter':
      return { type: 'metadata', value: valueMatch(query.value) };
    case 'orQuery': {
      const inner = within(reading);
      return { type: 'or', filters: someOf(query.value.queries).map((one) => single(one, inner)) };
    }
    case 'andQuery':
      return { type: 'and', filters: allOf(someOf(query.value.queries), within(reading)) };
    case 'notQuery': {
      const [inner] = someOf(query.value.query === undefined ? [] : [query.value.query]);
      return { type: 'not', filter: inner === undefined ? NOBODY : single(inner, within(reading)) };
    }
    case undefined:
      throw new Error('the field rules require a query');
  }
}

function within(reading: Reading): Reading {
  if (reading.level === MAX_NESTING) {
    const text = `Queries are nested more than ${MAX_NESTING} levels deep`;
    throw refusal(STATUS_CODES.invalidArgument, 'USER-zsQ97', text);
  }
  return { ...reading, level: reading.level + 1 };
}

function count({ size }: Reading): void {
  size.queries += 1;
  if (size.queries > MAX_QUERIES) throw invalid(`a list takes at most ${MAX_QUERIES} queries`);
}

/** One query by login name is always taken, however many organizations there are. */
function domainsOf({ domains, size }: Reading): LoginDomains {
  const known = domains();
  const most = Math.max(1, Math.floor(MAX_DOMAINS / sizeOf(known)));
  size.loginNames += 1;
  if (size.loginNames > most) {
    throw invalid(`with so many organizations and domains, a list takes at most ${most} queries by login name`);
  }
  return known;
}

function valuesOf(values: readonly string[], { size }: Reading): readonly string[] {
  size.values += someOf(values).length;
  if (size.values > MAX_VALUES) throw invalid(`the queries of a list take at most ${MAX_VALUES} values`);
  return values;
}

function someOf<T>(elements: readonly T[]): readonly T[] {
  if (elements.length === 0) throw invalid('a query over a list needs at least one element');
  return elements;
}

function textFilter(field: TextField, value: string, method: TextQueryMethod): UserFilter {
  return { type: 'text', field, ...matchOf(value, method) };
}

function entryWithKey({ key, method }: MetadataKeyFilter): MetadataFilter {
  return { type: 'metadata', key: matchOf(key, method) };
}

function valueMatch({ value, method }: MetadataValueFilter): NonNullable<MetadataFilter['value']> {
  const text = base64(value);
  return method === ByteFilterMethod.NOT_EQUALS ? { differsFrom: text } : { equals: text };
}
