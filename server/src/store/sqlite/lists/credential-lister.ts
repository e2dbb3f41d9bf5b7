import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { sql } from 'kysely';
import type { CredentialPage, CredentialQuery } from '../../../app/ports/credential-list.ts';
import { type Piece, sqliteSearch } from '../../search/compiler.ts';
import { credentialOf, credentialPieces } from '../../search/credentials.ts';
import { inTransaction } from '../transaction.ts';

/** Answers lists of keys and tokens, in one transaction, so that total and page are of the same moment. */
export function listCredentials(db: DatabaseSync, query: CredentialQuery): CredentialPage {
  const { count, page } = credentialPieces(query, sqliteSearch, fromIndex);
  return inTransaction(db, 'BEGIN', () => {
    const [row] = all(db, count);
    return { credentials: all(db, page).map(credentialOf), total: Number(row?.total) };
  });
}

/** As SQLite names it. */
const PRIMARY_KEY = 'sqlite_autoindex_user_credentials_1';

/** SQLite plans without knowing how many rows meet a condition. */
function fromIndex(index: string | null): Piece {
  return sql`user_credentials INDEXED BY ${sql.ref(index ?? PRIMARY_KEY)}`;
}

function all(db: DatabaseSync, piece: Piece): Record<string, SQLOutputValue>[] {
  const { sql: text, parameters } = sqliteSearch.compile(piece);
  return db.prepare(text).all(...parameters);
}
