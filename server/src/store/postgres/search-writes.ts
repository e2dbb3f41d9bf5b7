import type { ChangedUser } from '../../app/ports/store.ts';
import { metadataRowsOf, SEARCH_COLUMNS, type SearchColumn, searchRowOf } from '../search/row.ts';
import { integerArray, textArray } from './arrays.ts';
import type { Call } from './pool.ts';
import type { Statement } from './statements.ts';

const NUMBERS: ReadonlySet<SearchColumn> = new Set([
  'kind',
  'state',
  'created_at',
  'type',
  'email_verified',
  'phone_verified',
  'fraud',
]);

export const SAVE_SEARCH: Statement = {
  name: 'save_search',
  text: `INSERT INTO user_search (${SEARCH_COLUMNS.join(', ')})
    SELECT * FROM unnest(${SEARCH_COLUMNS.map((name, n) => `$${n + 1}::${NUMBERS.has(name) ? 'bigint' : 'text'}[]`).join(', ')})
    ON CONFLICT (user_id) DO UPDATE SET ${SEARCH_COLUMNS.slice(1)
      .map((name) => `${name} = excluded.${name}`)
      .join(', ')}`,
};

const DELETE_METADATA: Statement = {
  name: 'delete_metadata',
  text: 'DELETE FROM user_metadata WHERE user_id = ANY($1::text[])',
};

const INSERT_METADATA: Statement = {
  name: 'insert_metadata',
  text: `INSERT INTO user_metadata (user_id, name, name_key, value_digest)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])`,
};

/** What keeps the tables that lists are made from in step with the records of a batch. */
export function searchCalls(users: readonly ChangedUser[]): Call[] {
  const listed = users.filter(({ sameInLists }) => sameInLists !== true);
  if (listed.length === 0) return [];
  const rows = listed
    .map(({ user }) => searchRowOf(user))
    .sort((left, right) => (String(left.user_id) < String(right.user_id) ? -1 : 1));
  const columns = SEARCH_COLUMNS.map((name) =>
    NUMBERS.has(name)
      ? integerArray(rows.map((row) => Number(row[name])))
      : textArray(rows.map((row) => String(row[name]))),
  );
  const calls: Call[] = [[SAVE_SEARCH, columns]];
  const before = listed.filter(({ isNew }) => !isNew).map(({ user }) => user.id);
  if (before.length > 0) calls.push([DELETE_METADATA, [textArray(before)]]);
  const entries = listed.flatMap(({ user }) => metadataRowsOf(user).map((entry) => ({ userId: user.id, ...entry })));
  if (entries.length > 0) {
    const keys = ['userId', 'name', 'nameKey', 'valueDigest'] as const;
    calls.push([INSERT_METADATA, keys.map((key) => textArray(entries.map((entry) => entry[key])))]);
  }
  return calls;
}
