import { userCode } from '../../src/app/ports/user-code.ts';
import type { InFilter, TextField, TextMatch, UserFilter, UserQuery, UserSort } from '../../src/app/ports/user-list.ts';
import { USER_STATES, type User } from '../../src/core/user/user.ts';
import { foldedForm } from '../../src/store/search/text.ts';

/** What a list must answer, by looking at every record: ids of the page, and the total. */
export function naiveList(users: readonly User[], query: UserQuery): { ids: string[]; total: number } {
  const found = users
    .filter((user) => (user.state === 'deleted') === (query.deleted === true))
    .filter(({ organizationId, id }) => inScope(organizationId, id, query))
    .filter((user) => query.filter === undefined || meets(user, query.filter))
    .sort((left, right) => order(left, right, query.sort));
  return { ids: found.slice(query.offset, query.offset + query.limit).map(({ id }) => id), total: found.length };
}

function inScope(organizationId: string, id: string, { organizations, self }: UserQuery): boolean {
  return organizations === 'all' || organizations.includes(organizationId) || id === self;
}

export function textOf(user: User, field: TextField): string | null {
  switch (field) {
    case 'username':
      return user.username;
    case 'email':
      return user.email.value;
    case 'phone':
      return user.phone.value;
    default:
      return user.profile[field];
  }
}

function meets(user: User, filter: UserFilter): boolean {
  switch (filter.type) {
    case 'and':
      return filter.filters.every((one) => meets(user, one));
    case 'or':
      return filter.filters.some((one) => meets(user, one));
    case 'not':
      return !meets(user, filter.filter);
    case 'text':
      return matches(textOf(user, filter.field), filter);
    case 'textIn':
      return filter.values.some((value) =>
        matches(textOf(user, filter.field), { method: 'equals', value, ignoreCase: filter.ignoreCase }),
      );
    case 'in':
      return (filter.values as readonly string[]).includes(exactOf(user, filter.field) || '\0');
    case 'absent':
      return (exactOf(user, filter.field) ?? '') === '';
    case 'codeContains':
      return userCode(user.id).includes(filter.part);
    case 'flag':
      if (filter.field === 'fraud') return user.extra.fraud === filter.value;
      return (filter.field === 'emailVerified' ? user.email : user.phone).verified === filter.value;
    case 'role':
      return user.membership.roles.includes(filter.role);
    case 'created':
      return user.createdAt >= (filter.from ?? -Infinity) && user.createdAt <= (filter.to ?? Infinity);
    case 'metadata':
      return Object.entries(user.extra.metadata).some(([key, value]) => {
        if (filter.key !== undefined && !keyMatches(key, filter.key)) return false;
        if (filter.value === undefined) return true;
        return 'equals' in filter.value ? value === filter.value.equals : value !== filter.value.differsFrom;
      });
  }
}

function matches(text: string | null, { method, value, ignoreCase }: TextMatch): boolean {
  if (text === null || text === '' || !value.isWellFormed()) return false;
  return meet(method, foldedForm(text), foldedForm(value)) && (ignoreCase || meet(method, text, value));
}

function keyMatches(key: string, { method, value, ignoreCase }: TextMatch): boolean {
  if (!value.isWellFormed()) return false;
  return ignoreCase ? meet(method, foldedForm(key), foldedForm(value)) : meet(method, key, value);
}

function meet(method: TextMatch['method'], whole: string, part: string): boolean {
  switch (method) {
    case 'equals':
      return whole === part;
    case 'startsWith':
      return whole.startsWith(part);
    case 'endsWith':
      return whole.endsWith(part);
    case 'contains':
      return whole.includes(part);
  }
}

function exactOf(user: User, field: InFilter['field']): string | null {
  switch (field) {
    case 'id':
    case 'kind':
    case 'state':
      return user[field];
    case 'organization':
      return user.organizationId;
    case 'code':
      return userCode(user.id);
    case 'language':
      return user.profile.preferredLanguage;
    case 'timeZone':
    case 'avatarUrl':
      return user.profile[field];
    default:
      return user.membership[field];
  }
}

function order(left: User, right: User, { by, direction }: UserSort): number {
  const one = compare(sortValue(left, by), sortValue(right, by)) || compare(left.id, right.id);
  return direction === 'asc' ? one : -one;
}

function sortValue(user: User, by: UserSort['by']): string | number {
  switch (by) {
    case 'id':
      return user.id;
    case 'code':
      return userCode(user.id);
    case 'createdAt':
      return user.createdAt;
    case 'state':
      return USER_STATES.indexOf(user.state);
    case 'kind':
      return user.kind === 'human' ? 0 : 1;
    default:
      return foldedForm(textOf(user, by) ?? '');
  }
}

/** Texts by code point, which is not what `<` does with them. */
function compare(left: string | number, right: string | number): number {
  if (typeof left === 'number' || typeof right === 'number') return Number(left) - Number(right);
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
