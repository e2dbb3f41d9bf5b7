import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { SignUpQuery, SignUps } from '../../../app/ports/user-list.ts';
import { sqliteSearch } from '../../search/compiler.ts';
import { signUpsOf, signUpsPiece } from '../../search/sign-ups.ts';

/** Reads the table through: an index of the times would lead to the same rows one by one. */
export function countSignUps(db: DatabaseSync, query: SignUpQuery): SignUps {
  const piece = signUpsPiece(query, sqliteSearch, sql`user_search AS s NOT INDEXED`);
  const { sql: text, parameters } = sqliteSearch.compile(piece);
  return signUpsOf(db.prepare(text).all(...parameters));
}
