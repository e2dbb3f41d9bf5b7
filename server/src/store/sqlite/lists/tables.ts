import { sql } from 'kysely';
import type { UserFilter } from '../../../app/ports/user-list.ts';
import type { Piece } from '../../search/compiler.ts';
import { METADATA_COLUMNS } from '../../search/metadata.ts';
import { asksForMetadata } from './metadata-filters.ts';

/** Where a list reads rows `s`, with all metadata of each as `t` if its filters ask for that. */
export interface Tables {
  readonly any: Piece;
  /** In the order of their numbers. */
  readonly scanned: Piece;
  /** In the order of an index. */
  indexed(index: string): Piece;
}

/**
 * By the number of the user's row, so that both are read in the same order: the next is found at once. In the row itself
 * it would be in the way of all lists that do not ask for it.
 */
export const METADATA_TABLE = `CREATE TABLE user_search_metadata (
  number INTEGER PRIMARY KEY,
  ${METADATA_COLUMNS.map((name) => `${name} TEXT NOT NULL`).join(', ')}
) STRICT`;

/** Without the users. */
export const METADATA_ALONE: Piece = sql`user_search_metadata AS t`;

export function tablesFor(filters: readonly UserFilter[]): Tables {
  const beside = filters.some(asksForMetadata)
    ? sql` LEFT JOIN user_search_metadata AS t ON ${sql.ref('t.number')} = ${sql.ref('s.number')}`
    : sql``;
  return {
    any: sql`user_search AS s${beside}`,
    scanned: sql`user_search AS s NOT INDEXED${beside}`,
    indexed: (index) => sql`user_search AS s INDEXED BY ${sql.ref(index)}${beside}`,
  };
}
