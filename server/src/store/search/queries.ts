import { sql } from 'kysely';
import type { UserFilter, UserQuery, UserSort } from '../../app/ports/user-list.ts';
import type { Piece } from './compiler.ts';
import { type Condition, column } from './condition.ts';
import { sortColumn } from './indexes.ts';
import { realmOf } from './row.ts';

/** Rows of `user_search` under the name `s`. */
export interface Rows {
  readonly from: Piece;
  readonly where: Condition;
}

export const SEARCH_TABLE: Piece = sql`user_search AS s`;

export function countRows({ from, where }: Rows): Piece {
  return sql`SELECT count(*) AS total FROM ${from} WHERE ${where}`;
}

/** At most `limit` of them: whether there are many can be told without counting them all. */
export function countAtMost(select: Piece, limit: number): Piece {
  return sql`SELECT count(*) AS total FROM (${select} LIMIT ${limit}) AS some_rows`;
}

/** Ids of one page. Several sets of rows, which must not overlap, are merged, each in the order of an index if it can. */
export function pageOf(sets: readonly Rows[], sort: UserSort, offset: number, limit: number): Piece {
  const order = orderOf(sort, 'sort_value', 'user_id');
  return sql`${allOf(sets, sort)} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`;
}

/** Ids and order of all rows of sets that must not overlap. */
export function allOf(sets: readonly Rows[], sort: UserSort): Piece {
  const value = column(sortColumn(sort.by));
  const selects = sets.map(
    ({ from, where }) =>
      sql`SELECT ${column('user_id')} AS user_id, ${value} AS sort_value FROM ${from} WHERE ${where}`,
  );
  return sql.join(selects, sql` UNION ALL `);
}

/** The records of a page, in its order. */
export function documentsOf(page: Piece, sort: UserSort): Piece {
  const order = orderOf(sort, 'p.sort_value', 'p.user_id');
  return sql`SELECT u.id AS id, u.document AS document FROM (${page}) AS p CROSS JOIN users AS u
    WHERE u.id = p.user_id ORDER BY ${order}`;
}

/** Ends in the id, so that there are no ties. */
export function orderOf({ by, direction }: UserSort, value: string, id: string): Piece {
  const way = direction === 'asc' ? sql`ASC` : sql`DESC`;
  if (by === 'id') return sql`${sql.ref(id)} ${way}`;
  return sql`${sql.ref(value)} ${way}, ${sql.ref(id)} ${way}`;
}

/** Realms that a query names, or `null` for all; and its filter without the organizations told by them. */
export function scopeOf(query: UserQuery): { realms: string[] | null; rest: UserFilter[] } {
  let organizations = query.organizations === 'all' ? null : new Set(query.organizations);
  const rest: UserFilter[] = [];
  for (const filter of conjuncts(query.filter)) {
    if (filter.type === 'in' && filter.field === 'organization') {
      const named = new Set(filter.values.filter((id) => id !== ''));
      const before: ReadonlySet<string> | null = organizations;
      organizations = before === null ? named : new Set([...named].filter((id) => before.has(id)));
    } else {
      rest.push(filter);
    }
  }
  const realms = organizations === null ? null : [...organizations].map((id) => realmOf(id, query.deleted === true));
  return { realms, rest };
}

function conjuncts(filter: UserFilter | undefined): UserFilter[] {
  if (filter === undefined) return [];
  return filter.type === 'and' ? filter.filters.flatMap(conjuncts) : [filter];
}

/** First and behind the last of all realms of the users who were, or were not, deleted. */
export function realmBounds(deleted: boolean): readonly [first: string, behind: string] {
  return deleted ? ['-', '.'] : ['+', ','];
}

/**
 * All realms there are, found by leaping from one to the next.
 */
export function realmsPiece(deleted: boolean): Piece {
  const [first, behind] = realmBounds(deleted);
  return sql`WITH RECURSIVE found(realm) AS (
      SELECT min(realm) FROM user_search WHERE realm >= ${first} AND realm < ${behind}
      UNION ALL
      SELECT (SELECT min(realm) FROM user_search WHERE realm > found.realm AND realm < ${behind})
      FROM found WHERE found.realm IS NOT NULL
    ) SELECT realm FROM found WHERE realm IS NOT NULL`;
}
