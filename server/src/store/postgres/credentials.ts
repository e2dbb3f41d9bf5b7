import { sql } from 'kysely';
import type { CredentialPage, CredentialQuery } from '../../app/ports/credential-list.ts';
import type { ChangedUser } from '../../app/ports/store.ts';
import { type Piece, postgresSearch } from '../search/compiler.ts';
import { CREDENTIAL_COLUMNS, credentialOf, credentialPieces, credentialRowsOf } from '../search/credentials.ts';
import { integerArray, textArray } from './arrays.ts';
import { BEGIN_LIST } from './lists/statements.ts';
import type { Call, PostgresPool } from './pool.ts';
import { WRITES } from './statements.ts';

const TABLE: Piece = sql`user_credentials`;
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

/**
 * Total and page are of one snapshot.
 *
 * @param prepare sets what a list may take of the database
 */
export function listCredentials(pool: PostgresPool, query: CredentialQuery, prepare: Call): Promise<CredentialPage> {
  const { count, page } = credentialPieces(query, postgresSearch, () => TABLE);
  const calls: Call[] = [[BEGIN_LIST], prepare, callOf(count), callOf(page), ['COMMIT']];
  return pool.use(async (session) => {
    const [, , totals, found] = await session.pipeline(calls);
    return { credentials: (found?.rows ?? []).map(credentialOf), total: Number(totals?.rows[0]?.total) };
  });
}

function callOf(piece: Piece): Call {
  const { sql: text, parameters } = postgresSearch.compile(piece);
  return [text, parameters];
}
