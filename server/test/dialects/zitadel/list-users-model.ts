import type { JsonObject } from '@bufbuild/protobuf';
import type { Organization } from '../../../src/core/organization.ts';
import { loginNamesOf } from '../../../src/core/user/login-names.ts';
import type { User } from '../../../src/core/user/user.ts';
import { caselessForm } from '../../../src/core/values/case-fold.ts';

/** A `SearchQuery` as protobuf JSON: one member, named by its kind. */
export type Query = Readonly<Record<string, JsonObject>>;

const STATES: Readonly<Record<string, readonly User['state'][]>> = {
  USER_STATE_UNSPECIFIED: [],
  USER_STATE_ACTIVE: ['active'],
  USER_STATE_INACTIVE: ['inactive'],
  USER_STATE_DELETED: [],
  USER_STATE_LOCKED: ['locked', 'suspended'],
  USER_STATE_INITIAL: ['initial'],
};

/** Whether a user meets queries that must all be met, told by its record alone. */
export function meetsAll(user: User, queries: readonly Query[], organization: Organization | undefined): boolean {
  return queries.every((query, n) =>
    query.metadataValueFilter === undefined
      ? meets(user, query, organization)
      : hasEntry(user, keyBeside(queries, n), query.metadataValueFilter),
  );
}

/** The key that the nearest query before it names, or else the first one of all. */
function keyBeside(queries: readonly Query[], n: number): JsonObject | undefined {
  const before = queries.slice(0, n).findLast((query) => query.metadataKeyFilter !== undefined);
  return (before ?? queries.find((query) => query.metadataKeyFilter !== undefined))?.metadataKeyFilter;
}

function meets(user: User, query: Query, organization: Organization | undefined): boolean {
  const [[kind, value] = ['', {}]] = Object.entries(query);
  const method = String(value.method ?? 'EQUALS');
  const text = (of: string | null, part: unknown): boolean => matches(of, String(part), method);
  const inner = (value.queries ?? []) as readonly Query[];
  switch (kind) {
    case 'userNameQuery':
      return text(user.username, value.userName) || isNamedById(user, value.userName, method);
    case 'loginNameQuery':
      if (user.username === null) return isNamedById(user, value.loginName, method);
      return loginNamesOf(user, organization).some((name) => text(name, value.loginName));
    case 'firstNameQuery':
      return text(user.profile.givenName, value.firstName);
    case 'lastNameQuery':
      return text(user.profile.familyName, value.lastName);
    case 'nickNameQuery':
      return text(user.profile.nickName, value.nickName);
    case 'displayNameQuery':
      return text(user.profile.displayName, value.displayName);
    case 'emailQuery':
      return text(user.email.value, value.emailAddress);
    case 'phoneQuery':
      return text(user.phone.value, value.number);
    case 'stateQuery':
      return (STATES[String(value.state)] ?? []).includes(user.state);
    case 'typeQuery':
      return value.type === `TYPE_${user.kind.toUpperCase()}`;
    case 'organizationIdQuery':
      return user.organizationId === value.organizationId;
    case 'inUserIdsQuery':
      return (value.userIds as string[]).includes(user.id);
    case 'inUserEmailsQuery':
      return user.email.value !== null && (value.userEmails as string[]).includes(user.email.value);
    case 'metadataKeyFilter':
      return hasEntry(user, value, undefined);
    case 'metadataValueFilter':
      return hasEntry(user, undefined, value);
    case 'orQuery':
      return inner.some((one) => meets(user, one, organization));
    case 'andQuery':
      return meetsAll(user, inner, organization);
    case 'notQuery':
      return !meets(user, value.query as Query, organization);
    default:
      throw new Error(`there is no ${kind}`);
  }
}

/** Who has no username shows its id, and is found by it as a whole. */
function isNamedById({ id, username }: User, name: unknown, method: string): boolean {
  return username === null && method.includes('EQUALS') && id === name;
}

function hasEntry({ extra }: User, key: JsonObject | undefined, value: JsonObject | undefined): boolean {
  return Object.entries(extra.metadata).some(([name, content]) => {
    if (key !== undefined && !matches(name, String(key.key ?? ''), String(key.method ?? 'EQUALS'))) return false;
    if (value === undefined) return true;
    const isEqual = content === (value.value ?? '');
    return String(value.method).endsWith('NOT_EQUALS') ? !isEqual : isEqual;
  });
}

function matches(text: string | null, part: string, method: string): boolean {
  if (text === null || text === '') return false;
  const compare = (whole: string, with_: string): boolean => {
    if (method.includes('STARTS_WITH')) return whole.startsWith(with_);
    if (method.includes('CONTAINS')) return whole.includes(with_);
    if (method.includes('ENDS_WITH')) return whole.endsWith(with_);
    return whole === with_;
  };
  const folded = compare(caselessForm(text, 'NFKC'), caselessForm(part, 'NFKC'));
  return method.endsWith('IGNORE_CASE') ? folded : folded && compare(text, part);
}
