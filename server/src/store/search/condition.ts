import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Piece } from './compiler.ts';

/** Of a row `s` of `user_search`; true or false, never unknown. */
export type Condition = RawBuilder<SqlBool>;

export const ALWAYS: Condition = sql`1 = 1`;
export const NEVER: Condition = sql`1 = 0`;

/** A column of the row that a list is looking at. */
export function column(name: string): Piece {
  return sql.ref(`s.${name}`);
}

/** Halved again and again, so that the depth stays far below what a database's parser takes. */
export function joined(type: 'and' | 'or', conditions: readonly Condition[]): Condition {
  const [first] = conditions;
  if (first === undefined) return type === 'and' ? ALWAYS : NEVER;
  if (conditions.length === 1) return first;
  const middle = conditions.length >> 1;
  const [left, right] = [joined(type, conditions.slice(0, middle)), joined(type, conditions.slice(middle))];
  return type === 'and' ? sql`(${left} AND ${right})` : sql`(${left} OR ${right})`;
}
