import { sql } from 'kysely';
import type { UserFilter } from '../../../app/ports/user-list.ts';
import { sqliteSearch } from '../../search/compiler.ts';
import { type Condition, joined } from '../../search/condition.ts';
import { indexOf } from '../../search/indexes.ts';
import { conditionOf } from '../../search/predicate.ts';
import { countAtMost, countRows, type Rows, realmBounds } from '../../search/queries.ts';
import type { Connection } from './connection.ts';
import { asksForMetadataOnly, isMetWithoutMetadata } from './metadata-filters.ts';
import type { Scope } from './scope.ts';
import { METADATA_ALONE } from './tables.ts';

/** Most rows outside a scope that are counted, by their index, rather than those within. */
const MOST_OUTSIDE = 100_000;
/** Most of them that are looked at, one by one. */
const MOST_LOOKED_AT = 5_000;

/** The size of a whole table is known at once: most realms are counted by what they leave. */
export function countScope(connection: Connection, scope: Scope): number {
  const outside = fewOutside(connection, scope, MOST_OUTSIDE);
  if (outside === null) return countOf(connection, { from: byId(scope), where: scope.condition });
  return outside.reduce((left, rows) => left - countOf(connection, rows), sizeOf(connection, 'user_search'));
}

/**
 * How many of the rows in the scope meet the filters. Where few are outside, all are counted, which spares a look at the
 * realm of each, and a look at the users too where metadata tells who is meant.
 */
export function countFound(connection: Connection, scope: Scope, filters: readonly UserFilter[], found: Rows): number {
  const outside = fewOutside(connection, scope, MOST_LOOKED_AT);
  if (outside === null) return countOf(connection, found);
  const condition = conditionOf({ type: 'and', filters }, sqliteSearch);
  const all = filters.every(asksForMetadataOnly)
    ? countByMetadata(connection, { type: 'and', filters })
    : countOf(connection, { from: scope.tables.scanned, where: condition });
  return outside.reduce((left, { from, where }) => {
    return left - countOf(connection, { from, where: joined('and', [where, condition]) });
  }, all);
}

function countByMetadata(connection: Connection, filter: UserFilter): number {
  const having = countOf(connection, { from: METADATA_ALONE, where: conditionOf(filter, sqliteSearch) });
  if (!isMetWithoutMetadata(filter)) return having;
  return having + sizeOf(connection, 'user_search') - sizeOf(connection, 'user_search_metadata');
}

/** The rows that are in no realm of the scope; `null` if they may be many. */
function fewOutside(connection: Connection, scope: Scope, most: number): Rows[] | null {
  const [only, ...others] = scope.realms;
  const [first, behind] = realmBounds(scope.deleted);
  if (!scope.everything && (only === undefined || others.length > 0)) return null;
  const before: Condition = scope.everything ? sql`s.realm < ${first}` : sql`s.realm < ${only}`;
  const after: Condition = scope.everything ? sql`s.realm >= ${behind}` : sql`s.realm > ${only}`;
  const outside = [before, after].map((where) => ({ from: byId(scope), where }));
  const isFew = ({ from, where }: Rows): boolean =>
    connection.number(countAtMost(sql`SELECT 1 FROM ${from} WHERE ${where}`, most)) < most;
  return outside.every(isFew) ? outside : null;
}

function byId({ tables }: Scope): Rows['from'] {
  return tables.indexed(indexOf('id'));
}

function countOf(connection: Connection, rows: Rows): number {
  return connection.number(countRows(rows));
}

function sizeOf(connection: Connection, table: string): number {
  return connection.number(sql`SELECT count(*) FROM ${sql.ref(table)}`);
}
