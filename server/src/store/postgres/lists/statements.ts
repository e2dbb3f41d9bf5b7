import { sql } from 'kysely';
import type { UserSort } from '../../../app/ports/user-list.ts';
import { type Piece, postgresSearch } from '../../search/compiler.ts';
import { type Condition, column, joined } from '../../search/condition.ts';
import { sortColumn } from '../../search/indexes.ts';
import { documentsOf, orderOf, SEARCH_TABLE } from '../../search/queries.ts';

/** A list within one transaction: what it shows is of one moment. */
export const BEGIN_LIST = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** Takes the milliseconds that a statement may last, and how many processes may help the first. */
export const PREPARE_LIST = `SELECT set_config('statement_timeout', $1, true),
  -- Reading all may be the quickest, unlike for single records.
  set_config('enable_seqscan', 'on', true),
  -- What is listed is mostly in memory, where the next page is no nearer than any other.
  set_config('random_page_cost', '1.1', true),
  set_config('work_mem', '16MB', true),
  set_config('max_parallel_workers_per_gather', $2, true)`;

/** Rows that meet the condition, and the caller's own if it is shown besides. */
export interface Met {
  readonly where: Condition;
  /** What they meet as well, so that they are found by an index where they are few. */
  readonly hint: Condition | null;
  readonly own: string | null;
  /** Ids of a few who are not shown, where the order of an index is followed whatever `where` says. */
  readonly leftOut: readonly string[];
}

/**
 * How many rows there are up to one more than `most`; if they are no more, with the records of a page. The rows are
 * found as if all of them were wanted: told that a few will do, the database would rather read on and on until it has
 * met those few, or follow the order of an index.
 */
export function pageOfFew(met: Met, sort: UserSort, offset: number, limit: number, most: number): Piece {
  const order = orderOf(sort, 'sort_value', 'user_id');
  // Last, where rows are read one after another: it takes the longest to look at.
  const narrowed = met.hint === null ? met : { ...met, where: joined('and', [met.where, met.hint]) };
  return sql`WITH met AS MATERIALIZED (${rowsOf(narrowed, column(sortColumn(sort.by)))}),
      few AS MATERIALIZED (SELECT * FROM met LIMIT ${most + 1}),
      known AS MATERIALIZED (SELECT count(*) AS total FROM few),
      page AS MATERIALIZED (
        SELECT * FROM few WHERE (SELECT total FROM known) <= ${most} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset})
    SELECT known.total AS total, u.id AS id, u.document AS document
    FROM known LEFT JOIN (page AS p JOIN users AS u ON u.id = p.user_id) ON true
    ORDER BY ${orderOf(sort, 'p.sort_value', 'p.user_id')}`;
}

/** A page of all rows of the realms, in the order of an index, which must be there. */
export function pageInOrder(realms: readonly string[], met: Met, sort: UserSort, offset: number, limit: number): Piece {
  const columns = sql`${column('user_id')} AS user_id, ${column(sortColumn(sort.by))} AS sort_value`;
  const order = orderOf(sort, 'sort_value', 'user_id');
  const all = branchesOf(realms, met, sort, columns, offset + limit);
  return documentsOf(sql`SELECT * FROM (${all}) AS s ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`, sort);
}

/** A page of those of the first rows in the order of an index that meet the condition; short when they hold too few. */
export function pageOfFirst(
  realms: readonly string[],
  met: Met,
  sort: UserSort,
  offset: number,
  limit: number,
  most: number,
): Piece {
  const value = sortColumn(sort.by);
  const order = orderOf(sort, `s.${value}`, 's.user_id');
  const all = branchesOf(realms, met, sort, sql`*`, most);
  const meets = met.own === null ? met.where : sql`(${met.where} OR ${column('user_id')} = ${met.own})`;
  const page = sql`SELECT ${column('user_id')} AS user_id, ${column(value)} AS sort_value
    FROM (SELECT * FROM (${all}) AS s ORDER BY ${order} LIMIT ${most}) AS s
    WHERE ${meets} ORDER BY ${order} LIMIT ${limit} OFFSET ${offset}`;
  return documentsOf(page, sort);
}

/** The first rows of each realm, and the caller's own: only what is in order itself is merged in the order of indexes. */
function branchesOf(
  realms: readonly string[],
  { own, leftOut }: Met,
  sort: UserSort,
  columns: Piece,
  most: number,
): Piece {
  const others: Condition[] =
    leftOut.length === 0 ? [] : [sql`NOT (${postgresSearch.among(column('user_id'), leftOut)})`];
  const wheres = realms.map((realm) => joined('and', [sql`${column('realm')} = ${realm}`, ...others]));
  if (own !== null) wheres.push(sql`${column('user_id')} = ${own}`);
  const order = orderOf(sort, `s.${sortColumn(sort.by)}`, 's.user_id');
  const branches = wheres.map(
    (where) => sql`(SELECT ${columns} FROM ${SEARCH_TABLE} WHERE ${where} ORDER BY ${order} LIMIT ${most})`,
  );
  return sql.join(branches, sql` UNION ALL `);
}

/** A page of all rows, which are put in order: no index is followed. */
export function pageOfAll(met: Met, sort: UserSort, offset: number, limit: number): Piece {
  const value = unindexed(sort.by);
  const way = sort.direction === 'asc' ? sql`ASC` : sql`DESC`;
  const page = sql`${rowsOf(met, value)} ORDER BY sort_value ${way}, user_id ${way} LIMIT ${limit} OFFSET ${offset}`;
  return documentsOf(page, sort);
}

/** A value that is computed is in no index. */
function unindexed(by: UserSort['by']): Piece {
  const value = column(sortColumn(by));
  return by === 'createdAt' || by === 'state' || by === 'kind' ? sql`${value} + 0` : sql`${value} || ''`;
}

function rowsOf({ where, own }: Met, value: Piece): Piece {
  const rows = (condition: Condition): Piece =>
    sql`SELECT ${column('user_id')} AS user_id, ${value} AS sort_value FROM ${SEARCH_TABLE} WHERE ${condition}`;
  if (own === null) return rows(where);
  return sql`${rows(where)} UNION ALL ${rows(sql`${column('user_id')} = ${own}`)}`;
}
