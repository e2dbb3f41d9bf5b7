import { type Timestamp, timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  type PaginationRequest,
  type TimestampFilter,
  TimestampFilterMethod,
} from '@zitadel/proto/zitadel/filter/v2/filter_pb';
import { KeyFieldName, type KeysSearchFilter } from '@zitadel/proto/zitadel/user/v2/key_pb';
import {
  PersonalAccessTokenFieldName,
  type PersonalAccessTokensSearchFilter,
} from '@zitadel/proto/zitadel/user/v2/pat_pb';
import type {
  CredentialFilter,
  CredentialKind,
  CredentialPage,
  CredentialSort,
  ListedCredential,
  TimeRange,
} from '../../app/ports/credential-list.ts';
import type { Users } from '../../app/users.ts';
import { isWellFormedText } from '../../core/values/text.ts';
import { millisecondsOf } from './expiration.ts';
import { type HandlerOf, type MethodCall, readResult, type ZitadelServices } from './method.ts';
import { pageOf } from './page.ts';
import { ListKeysResponseSchema, ListPersonalAccessTokensResponseSchema } from './protocol/user-service.ts';
import { SECTION } from './section.ts';
import { invalid } from './status-error.ts';

const KEY_SORTS: Readonly<Record<KeyFieldName, CredentialSort['by']>> = {
  [KeyFieldName.UNSPECIFIED]: 'createdAt',
  [KeyFieldName.CREATED_DATE]: 'createdAt',
  [KeyFieldName.ID]: 'id',
  [KeyFieldName.USER_ID]: 'userId',
  [KeyFieldName.ORGANIZATION_ID]: 'organizationId',
  [KeyFieldName.KEY_EXPIRATION_DATE]: 'expiresAt',
};

const TOKEN_SORTS: Readonly<Record<PersonalAccessTokenFieldName, CredentialSort['by']>> = {
  [PersonalAccessTokenFieldName.UNSPECIFIED]: 'createdAt',
  [PersonalAccessTokenFieldName.CREATED_DATE]: 'createdAt',
  [PersonalAccessTokenFieldName.ID]: 'id',
  [PersonalAccessTokenFieldName.USER_ID]: 'userId',
  [PersonalAccessTokenFieldName.ORGANIZATION_ID]: 'organizationId',
  [PersonalAccessTokenFieldName.EXPIRATION_DATE]: 'expiresAt',
};

/** Keys of the users whom the caller may read, and its own. */
export function listKeys({ users }: Pick<ZitadelServices, 'users'>): HandlerOf<'listKeys'> {
  return async ({ caller, message }) => {
    const { pagination, sortingColumn = KeyFieldName.UNSPECIFIED, filters } = message;
    const found = await list(users, 'key', { caller, pagination, by: KEY_SORTS[sortingColumn], filters });
    return readResult(ListKeysResponseSchema, found, '');
  };
}

/** Personal access tokens of the users whom the caller may read, and its own. Tokens themselves are never shown. */
export function listPersonalAccessTokens({
  users,
}: Pick<ZitadelServices, 'users'>): HandlerOf<'listPersonalAccessTokens'> {
  return async ({ caller, message }) => {
    const { pagination, sortingColumn = PersonalAccessTokenFieldName.UNSPECIFIED, filters } = message;
    const found = await list(users, 'token', { caller, pagination, by: TOKEN_SORTS[sortingColumn], filters });
    return readResult(ListPersonalAccessTokensResponseSchema, found, '');
  };
}

interface ListCall extends Pick<MethodCall<never>, 'caller'> {
  readonly pagination: PaginationRequest | undefined;
  readonly by: CredentialSort['by'];
  readonly filters: readonly (KeysSearchFilter | PersonalAccessTokensSearchFilter)[];
}

async function list(users: Users, kind: CredentialKind, { caller, pagination, by, filters }: ListCall) {
  const { offset, limit, direction } = pageOf(pagination);
  const filter = filters.reduce<CredentialFilter | null>(narrowed, {});
  const page: CredentialPage =
    filter === null
      ? { credentials: [], total: 0 }
      : await users.listCredentials(caller, { kind, filter, sort: { by, direction }, offset, limit }, SECTION);
  return {
    pagination: { totalResult: BigInt(page.total), appliedLimit: BigInt(limit) },
    result: page.credentials.map(entryOf),
  };
}

/** Neither keys nor tokens change between their making and their end. */
function entryOf({ id, userId, organizationId, createdAt, expiresAt }: ListedCredential) {
  const creationDate = timestampFromMs(createdAt);
  return {
    id,
    userId,
    organizationId,
    creationDate,
    changeDate: creationDate,
    expirationDate: timestampFromMs(expiresAt),
  };
}

/** Every filter must be met; `null` once two of them exclude each other. */
function narrowed(
  before: CredentialFilter | null,
  { filter }: KeysSearchFilter | PersonalAccessTokensSearchFilter,
): CredentialFilter | null {
  switch (filter.case) {
    case 'keyIdFilter':
    case 'tokenIdFilter':
      return withId(before, 'id', filter.value.id);
    case 'userIdFilter':
      return withId(before, 'userId', filter.value.id);
    case 'organizationIdFilter':
      return withId(before, 'organizationId', filter.value.id);
    case 'createdDateFilter':
      return withRange(before, 'created', rangeOf(filter.value));
    case 'expirationDateFilter':
      return withRange(before, 'expires', rangeOf(filter.value));
    case undefined:
      return before;
  }
}

function withId(
  before: CredentialFilter | null,
  name: 'id' | 'userId' | 'organizationId',
  id: string,
): CredentialFilter | null {
  // Databases cannot even be asked for a text that is not sound; nobody has it.
  if (before === null || (before[name] ?? id) !== id || !isWellFormedText(id)) return null;
  return { ...before, [name]: id };
}

function withRange(
  before: CredentialFilter | null,
  name: 'created' | 'expires',
  range: TimeRange | null,
): CredentialFilter | null {
  if (before === null || range === null) return null;
  const from = Math.max(before[name]?.from ?? Number.NEGATIVE_INFINITY, range.from ?? Number.NEGATIVE_INFINITY);
  const to = Math.min(before[name]?.to ?? Number.POSITIVE_INFINITY, range.to ?? Number.POSITIVE_INFINITY);
  if (from > to) return null;
  return {
    ...before,
    [name]: { ...(Number.isFinite(from) && { from }), ...(Number.isFinite(to) && { to }) },
  };
}

/**
 * Times are kept in whole milliseconds, a timestamp may be finer.
 *
 * @returns null when no time is met
 */
function rangeOf({ timestamp, method }: TimestampFilter): TimeRange | null {
  const at = milliseconds(timestamp);
  switch (method) {
    case TimestampFilterMethod.EQUALS:
      return Number.isInteger(at) ? { from: at, to: at } : null;
    case TimestampFilterMethod.AFTER:
      return { from: Math.floor(at) + 1 };
    case TimestampFilterMethod.AFTER_OR_EQUALS:
      return { from: Math.ceil(at) };
    case TimestampFilterMethod.BEFORE:
      return { to: Math.ceil(at) - 1 };
    case TimestampFilterMethod.BEFORE_OR_EQUALS:
      return { to: Math.floor(at) };
  }
}

function milliseconds(timestamp: Timestamp | undefined): number {
  const at = timestamp === undefined ? null : millisecondsOf(timestamp);
  if (at === null) throw invalid('a filter by date needs a timestamp of the years 1 to 9999');
  return at;
}
