import type { TextField, UserSort } from '../../app/ports/user-list.ts';
import { TEXT_COLUMNS } from './row.ts';

/**
 * Indexes of `user_search`, each led by the realm and ended by the user id. Every one costs a write per new user, about
 * half of what the record itself does, so only what APIs put users in order by has one; the index of trigrams finds the
 * other texts for a tenth of that.
 */
const INDEXED_TEXTS = [
  'username',
  'givenName',
  'familyName',
  'nickName',
  'displayName',
  'email',
] as const satisfies TextField[];

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

/** Name of the index in whose order a field is, if there is one. */
export function indexOf(by: UserSort['by']): string | null {
  if (by === 'id') return 'user_search_by_id';
  if (by === 'createdAt') return 'user_search_by_created';
  if (by === 'code') return 'user_search_by_code';
  return isIndexedText(by) ? indexName(by) : null;
}

export function isIndexedText(field: string): field is (typeof INDEXED_TEXTS)[number] {
  return (INDEXED_TEXTS as readonly string[]).includes(field);
}

export function indexName(field: (typeof INDEXED_TEXTS)[number]): string {
  return `user_search_by_${TEXT_COLUMNS[field].key}`;
}
