import { sql } from 'kysely';
import type { UserFilter } from '../../app/ports/user-list.ts';
import type { Piece } from './compiler.ts';
import { type Condition, column } from './condition.ts';
import { kindNumber } from './row.ts';

/** Most machines that are left out of a list one by one. */
export const MOST_LEFT_OUT = 1_000;

/** Whether all that a list asks of its users is that they are people, as nearly all are. */
export function isOfPeople(filters: readonly UserFilter[]): boolean {
  const [only, ...others] = filters;
  if (only?.type !== 'in' || only.field !== 'kind' || others.length > 0) return false;
  return only.values.length > 0 && only.values.every((kind) => kind === 'human');
}

/**
 * Ids of the machines in realms, up to one more than may be left out.
 *
 * @param from the table, as the engine is to read it, under the name `s`
 */
export function machinesPiece(realms: Condition, from: Piece): Piece {
  const isMachine = sql`${column('kind')} = ${kindNumber('machine')}`;
  return sql`SELECT ${column('user_id')} AS user_id FROM ${from}
    WHERE ${realms} AND ${isMachine} LIMIT ${MOST_LEFT_OUT + 1}`;
}
