import type { User } from '../../core/user/user.ts';
import { credentialRowsOf } from '../search/credential-row.ts';
import { metadataEntriesOf } from '../search/metadata.ts';
import { SEARCH_COLUMNS, searchRowOf } from '../search/row.ts';
import type { Row } from './dump.ts';
import { userIn } from './rows.ts';
import { type Table, USER_CREDENTIALS, USER_METADATA, USER_SEARCH } from './tables.ts';

/** What each derived table says of a user, in its order. */
const ROWS_OF: ReadonlyMap<Table, (user: User) => Row[]> = new Map([
  [
    USER_SEARCH,
    (user) => {
      const row = searchRowOf(user);
      return [SEARCH_COLUMNS.map((column) => row[column])];
    },
  ],
  [
    USER_METADATA,
    (user) =>
      metadataEntriesOf(user)
        .map(({ name, nameKey, valueDigest }): Row => [user.id, name, nameKey, valueDigest])
        .sort(byBytes),
  ],
  [USER_CREDENTIALS, (user) => credentialRowsOf(user).sort(byBytes)],
]);

/** What follows from some rows of users, by derived table. */
export function derivedRows(rows: readonly Row[]): ReadonlyMap<Table, Row[]> {
  const users = rows.map(userIn);
  return new Map([...ROWS_OF].map(([table, rowsOf]) => [table, users.flatMap(rowsOf)]));
}

/** Column by column, as the databases compare text; only the first columns, all of text, ever differ. */
function byBytes(left: Row, right: Row): number {
  for (const [n, value] of left.entries()) {
    const order = Buffer.compare(Buffer.from(String(value)), Buffer.from(String(right[n])));
    if (order !== 0) return order;
  }
  return 0;
}
