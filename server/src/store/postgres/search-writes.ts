import type { ChangedUser } from '../../app/ports/store.ts';
import { METADATA_COLUMNS, type MetadataEntry, metadataEntriesOf, metadataTextsOf } from '../search/metadata.ts';
import { SEARCH_COLUMNS, type SearchColumn, type SearchRow, searchRowOf } from '../search/row.ts';
import { integerArray, textArray } from './arrays.ts';
import { credentialCalls } from './credentials.ts';
import { SIGNATURE_COLUMNS, signatureOf } from './lists/signature.ts';
import { trigramsOf } from './lists/trigrams.ts';
import type { Call } from './pool.ts';
import { SEARCH_NUMBERS, WRITES } from './statements.ts';

const ENTRY_COLUMNS = ['userId', 'name', 'nameKey', 'valueDigest'] as const;

/** What keeps the tables that lists are made from in step with the records of a batch. */
export function searchCalls(users: readonly ChangedUser[]): Call[] {
  return [...userCalls(users), ...credentialCalls(users)];
}

function userCalls(users: readonly ChangedUser[]): Call[] {
  const listed = users.filter(({ isNew, sameInLists }) => isNew || sameInLists !== true);
  if (listed.length === 0) return [];
  const rows = listed.map(({ user }) => ({ ...searchRowOf(user), entries: metadataEntriesOf(user) })).sort(byUser);
  const calls: Call[] = [
    [WRITES.countUsers, [textOf(rows, 'user_id'), textOf(rows, 'realm')]],
    [WRITES.saveSearch, columnsOf(rows)],
  ];
  const known = listed.filter(({ isNew }) => !isNew).map(({ user }) => user.id);
  if (known.length > 0) calls.push([WRITES.deleteMetadata, [textArray(known)]]);
  const entries = rows.flatMap((row) => row.entries.map((entry) => ({ userId: String(row.user_id), ...entry })));
  if (entries.length > 0) {
    const columns = ENTRY_COLUMNS.map((name) => textArray(entries.map((entry) => entry[name])));
    calls.push([WRITES.insertMetadata, columns]);
  }
  return calls;
}

function columnsOf(rows: readonly (SearchRow & { readonly entries: readonly MetadataEntry[] })[]): Buffer[] {
  const columns = SEARCH_COLUMNS.map((name) =>
    SEARCH_NUMBERS.has(name) ? integerArray(rows.map((row) => Number(row[name]))) : textOf(rows, name),
  );
  const signatures = rows.map(signatureOf);
  const words = SIGNATURE_COLUMNS.map((_, n) => integerArray(signatures.map((signature) => signature[n] ?? 0)));
  const texts = rows.map(({ entries }) => metadataTextsOf(entries));
  const metadata = METADATA_COLUMNS.map((name) => textArray(texts.map((text) => text[name])));
  return [...columns, ...words, ...metadata, textArray(rows.map(trigramsOf))];
}

function textOf(rows: readonly SearchRow[], name: SearchColumn): Buffer {
  return textArray(rows.map((row) => String(row[name])));
}

/** By code units: the same order in every process. */
function byUser(left: SearchRow, right: SearchRow): number {
  return left.user_id < right.user_id ? -1 : 1;
}
