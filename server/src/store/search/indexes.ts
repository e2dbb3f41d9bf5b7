import type { TextField, UserSort } from '../../app/ports/user-list.ts';
import { TEXT_COLUMNS } from './row.ts';

const COLUMNS: ReadonlyMap<string, string> = new Map<string, string>([
  ['id', 'user_id'],
  ['createdAt', 'created_at'],
  ['code', 'code'],
  ['state', 'state'],
  ['kind', 'kind'],
  ...Object.entries(TEXT_COLUMNS).map(([field, { key }]) => [field, key] as const),
]);

/** Name of the index of those who were referred by somebody. */
export const REFERRED = 'user_search_by_referrer';

export function sortColumn(by: UserSort['by']): string {
  const name = COLUMNS.get(by);
  if (name === undefined) throw new TypeError(`users cannot be sorted by ${by}`);
  return name;
}

/**
 * Name of the index in whose order a field is. Each is led by the realm and ended by the user id, and costs a write per
 * new user, about half of what the record itself does: only what APIs put users in order by has one.
 */
export function indexOf(by: UserSort['by']): string {
  switch (by) {
    case 'id':
      return 'user_search_by_id';
    case 'createdAt':
      return 'user_search_by_created';
    case 'code':
    case 'state':
    case 'kind':
      return `user_search_by_${by}`;
    default:
      return indexName(by);
  }
}

export function indexName(field: TextField): string {
  return `user_search_by_${TEXT_COLUMNS[field].key}`;
}
