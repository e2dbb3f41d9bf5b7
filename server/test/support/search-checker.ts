import { isDeepStrictEqual } from 'node:util';
import { TEXT_FIELDS } from '../../src/app/ports/user-list.ts';
import type { User } from '../../src/core/user/user.ts';
import { SIGNATURE_COLUMNS, signatureOf } from '../../src/store/postgres/lists/signature.ts';
import { apartOf } from '../../src/store/search/apart.ts';
import { METADATA_COLUMNS, metadataEntriesOf, metadataTextsOf } from '../../src/store/search/metadata.ts';
import { SEARCH_COLUMNS, searchRowOf, TEXT_COLUMNS } from '../../src/store/search/row.ts';
import { indexedForm } from '../../src/store/sqlite/lists/trigrams.ts';
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
      metadataEntriesOf(user).map(({ name, nameKey, valueDigest }) => [user.id, name, nameKey, valueDigest]),
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

/** The same of the columns with all metadata of a user, which are a table of their own in a file. */
export async function metadataFindings(
  { query }: Rows,
  users: ReadonlyMap<string, User>,
  isFile: boolean,
): Promise<string[]> {
  const from = isFile
    ? 'user_search_metadata LEFT JOIN user_search USING (number)'
    : "user_search WHERE metadata <> ''";
  const rows = await query(`SELECT user_id, ${METADATA_COLUMNS.join(', ')} FROM ${from}`);
  const found = new Map(rows.map(({ user_id, ...texts }) => [user_id, { ...texts }]));
  const wanted = new Map<unknown, unknown>();
  for (const user of users.values()) {
    const entries = metadataEntriesOf(user);
    if (entries.length > 0) wanted.set(user.id, metadataTextsOf(entries));
  }
  return isDeepStrictEqual(found, wanted) ? [] : ['lists know other metadata of users than the records'];
}

/** The same of the bits of texts that are no part of another, which only a file has. */
export async function apartFindings({ query }: Rows, users: ReadonlyMap<string, User>): Promise<string[]> {
  const found = new Map((await query('SELECT user_id, apart FROM user_search')).map((row) => [row.user_id, row.apart]));
  const wanted = new Map([...users.values()].map((user) => [user.id, apartOf(searchRowOf(user))]));
  return isDeepStrictEqual(found, wanted) ? [] : ['texts are not said to be part of others as they are'];
}

/** The same of the signatures of PostgreSQL's rows. */
export async function signatureFindings({ query }: Rows, users: ReadonlyMap<string, User>): Promise<string[]> {
  const rows = await query(`SELECT user_id, ${SIGNATURE_COLUMNS.join(', ')} FROM user_search`);
  const found = new Map(rows.map((row) => [row.user_id, SIGNATURE_COLUMNS.map((name) => Number(row[name]))]));
  const wanted = new Map([...users.values()].map((user) => [user.id, [...signatureOf(searchRowOf(user))]]));
  return isDeepStrictEqual(found, wanted) ? [] : ['the signatures are not those of the records'];
}

/** The same of the index of trigrams that is a table of SQLite: it tells of each in how many rows it is. */
export async function trigramFindings({ query }: Rows, users: ReadonlyMap<string, User>): Promise<string[]> {
  await query("CREATE VIRTUAL TABLE temp.trigrams USING fts5vocab('main', 'user_search_text', 'row')");
  const found = new Map((await query('SELECT term, doc FROM temp.trigrams')).map(({ term, doc }) => [term, doc]));
  const wanted = new Map<string, number>();
  for (const user of users.values()) {
    const row = searchRowOf(user);
    const all = TEXT_FIELDS.flatMap((field) => trigramsOf(indexedForm(field, String(row[TEXT_COLUMNS[field].key]))));
    for (const trigram of new Set(all)) wanted.set(trigram, (wanted.get(trigram) ?? 0) + 1);
  }
  return isDeepStrictEqual(found, wanted) ? [] : ['the index of trigrams is not that of the records'];
}

function trigramsOf(text: string): string[] {
  const characters = Array.from(text);
  return characters.slice(2).map((_, n) => characters.slice(n, n + 3).join(''));
}

/** The same of the numbers that PostgreSQL's users are counted by. */
export async function countFindings({ query }: Rows): Promise<string[]> {
  const added = await query(
    'SELECT realm, sum(users)::bigint AS users FROM user_counts GROUP BY realm HAVING sum(users) <> 0 ORDER BY realm',
  );
  const counted = await query('SELECT realm, count(*) AS users FROM user_search GROUP BY realm ORDER BY realm');
  return isDeepStrictEqual(added, counted) ? [] : ['users are not as many as lists say'];
}
