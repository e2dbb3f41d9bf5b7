import { sql } from 'kysely';
import type { MetadataFilter, UserFilter } from '../../../app/ports/user-list.ts';
import { type Piece, postgresSearch } from '../../search/compiler.ts';
import { entryCondition } from '../../search/metadata.ts';

/** Most filters of a list for whose holders all metadata is looked at. */
const MOST_FILTERS = 4;

/** The filters on metadata whose holders are worth a look before all else, wherever in the others they stand. */
export function metadataFiltersOf(filters: readonly UserFilter[]): MetadataFilter[] {
  return filters.flatMap(metadataFilters).slice(0, MOST_FILTERS);
}

/**
 * Ids of those who meet the filter, one for each entry that does.
 *
 * @param most that may be named; one more tells that they are too many
 */
export function holdersPiece(filter: MetadataFilter, most: number): Piece {
  return sql`SELECT m.user_id AS user_id FROM user_metadata AS m
    WHERE ${entryCondition(filter, postgresSearch)} LIMIT ${most + 1}`;
}

/**
 * The filters with the ids of the holders in place of what their metadata must be. Few have what most filters ask for,
 * or nobody has any: they are found by an index, or without a look at every user.
 *
 * @param found what `holdersPiece` answers for each of the filters; too many are left to be looked at user by user
 * @returns `filters` themselves where none is told by its holders
 */
export function withHolders(
  filters: readonly UserFilter[],
  found: readonly (readonly [MetadataFilter, readonly Readonly<Record<string, unknown>>[]])[],
  most: number,
): readonly UserFilter[] {
  const holders = new Map<UserFilter, readonly string[]>();
  for (const [filter, rows] of found) {
    if (rows.length <= most) holders.set(filter, [...new Set(rows.map(({ user_id }) => String(user_id)))]);
  }
  return holders.size === 0 ? filters : filters.map((filter) => told(filter, holders));
}

function told(filter: UserFilter, holders: ReadonlyMap<UserFilter, readonly string[]>): UserFilter {
  switch (filter.type) {
    case 'and':
    case 'or':
      return { type: filter.type, filters: filter.filters.map((one) => told(one, holders)) };
    case 'not':
      return { type: 'not', filter: told(filter.filter, holders) };
    case 'metadata': {
      const values = holders.get(filter);
      return values === undefined ? filter : { type: 'in', field: 'id', values };
    }
    default:
      return filter;
  }
}

function metadataFilters(filter: UserFilter): MetadataFilter[] {
  switch (filter.type) {
    case 'and':
    case 'or':
      return filter.filters.flatMap(metadataFilters);
    case 'not':
      return metadataFilters(filter.filter);
    case 'metadata':
      return [filter];
    default:
      return [];
  }
}
