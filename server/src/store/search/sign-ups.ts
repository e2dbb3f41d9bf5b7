import { sql } from 'kysely';
import type { SignUpQuery, SignUps } from '../../app/ports/user-list.ts';
import type { Piece, SearchEngine } from './compiler.ts';
import { type Condition, column, joined } from './condition.ts';
import { kindNumber, realmOf } from './row.ts';

const DAY = 24 * 60 * 60 * 1000;

/**
 * How many signed up on each day.
 *
 * @param from the table, as the engine is to read it, under the name `s`
 */
export function signUpsPiece(query: SignUpQuery, engine: SearchEngine, from: Piece): Piece {
  const realms = query.organizations.map((id) => realmOf(id, false));
  const conditions: Condition[] = [
    engine.among(column('realm'), realms),
    sql`${column('kind')} = ${kindNumber(query.signUpsOf)}`,
    sql`${column('created_at')} >= ${query.from}`,
    sql`${column('created_at')} < ${query.to}`,
  ];
  // As a parameter it might be no whole number to the database, and neither would be the day.
  return sql`SELECT ${column('created_at')} / ${sql.raw(String(DAY))} AS day, count(*) AS users FROM ${from}
    WHERE ${joined('and', conditions)} GROUP BY 1`;
}

export function signUpsOf(rows: readonly Readonly<Record<string, unknown>>[]): SignUps {
  return new Map(rows.map(({ day, users }) => [Number(day), Number(users)]));
}
