import type { ChangedUser } from '../../app/ports/store.ts';
import { CREDENTIAL_COLUMNS, credentialRowsOf } from '../search/credential-row.ts';
import { integerArray, textArray } from './arrays.ts';
import type { Call } from './pool.ts';
import { WRITES } from './statements.ts';

const COLUMNS = Object.entries(CREDENTIAL_COLUMNS);

/** What keeps the table that lists of keys and tokens are made from in step with the records of a batch. */
export function credentialCalls(users: readonly ChangedUser[]): Call[] {
  const changed = users.filter(({ sameCredentials }) => sameCredentials !== true);
  const known = changed.filter(({ isNew }) => !isNew).map(({ user }) => user.id);
  const rows = changed.flatMap(({ user }) => credentialRowsOf(user));
  const calls: Call[] = [];
  if (known.length > 0) calls.push([WRITES.deleteCredentials, [textArray(known)]]);
  if (rows.length > 0) {
    const columns = COLUMNS.map(([, kind], n) =>
      kind === 'integer'
        ? integerArray(rows.map((row) => Number(row[n])))
        : textArray(rows.map((row) => String(row[n]))),
    );
    calls.push([WRITES.insertCredentials, columns]);
  }
  return calls;
}
