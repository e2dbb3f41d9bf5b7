import type { User } from '../../src/core/user/user.ts';
import { metadataRowsOf, SEARCH_COLUMNS, searchRowOf } from '../../src/store/search/row.ts';
import type { Rows } from './rows.ts';

/** Ways in which the tables that lists are made from do not follow from the records. */
export async function searchFindings(rows: Rows, users: ReadonlyMap<string, User>): Promise<string[]> {
  const findings: string[] = [];
  const found = await rows.query(`SELECT ${SEARCH_COLUMNS.join(', ')} FROM user_search`);
  const rowOf = new Map(found.map((row) => [String(row.user_id), SEARCH_COLUMNS.map((name) => String(row[name]))]));
  const entries = (await rows.query('SELECT user_id, name, name_key, value_digest FROM user_metadata'))
    .map((row) => JSON.stringify([row.user_id, row.name, row.name_key, row.value_digest]))
    .sort();
  const expected = [...users.values()]
    .flatMap((user) =>
      metadataRowsOf(user).map(({ name, nameKey, valueDigest }) => [user.id, name, nameKey, valueDigest]),
    )
    .map((entry) => JSON.stringify(entry))
    .sort();
  for (const user of users.values()) {
    const row = searchRowOf(user);
    if (String(SEARCH_COLUMNS.map((name) => row[name])) !== String(rowOf.get(user.id))) {
      findings.push(`lists do not show ${user.id} as the record is`);
    }
  }
  if (found.length !== users.size) findings.push(`lists are made from ${found.length} of ${users.size} users`);
  if (String(entries) !== String(expected)) findings.push('lists know other metadata than the records');
  return findings;
}
