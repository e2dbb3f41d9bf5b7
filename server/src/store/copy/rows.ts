import type { User } from '../../core/user/user.ts';
import { readUser } from '../documents.ts';
import type { Row } from './dump.ts';
import { type Table, USERS } from './tables.ts';

const DOCUMENT = Object.keys(USERS.columns).indexOf('document');

/**
 * The record in a row of users.
 *
 * @throws DamagedRecord
 */
export function userIn(row: Row): User {
  return readUser(String(row[0]), row[DOCUMENT]);
}

/** Conditions that leave out what belongs to the database and not to the instance. */
export function exceptions({ except, columns }: Table): string[] {
  if (except === undefined) return [];
  const [first = ''] = Object.keys(columns);
  return [`${first} NOT IN (${except.map((value) => `'${value}'`).join(', ')})`];
}

export function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}
