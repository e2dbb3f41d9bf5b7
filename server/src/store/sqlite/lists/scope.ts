import { sql } from 'kysely';
import type { UserFilter, UserQuery } from '../../../app/ports/user-list.ts';
import { sqliteSearch } from '../../search/compiler.ts';
import { type Condition, column, joined } from '../../search/condition.ts';
import { conditionOf } from '../../search/predicate.ts';
import { type Rows, realmBounds, realmsPiece, SEARCH_TABLE, scopeOf } from '../../search/queries.ts';
import type { Connection } from './connection.ts';
import { type Tables, tablesFor } from './tables.ts';

/** Which rows a list is made of, but for its filters, and where they are read. */
export interface Scope {
  readonly realms: readonly string[];
  readonly condition: Condition;
  readonly everything: boolean;
  readonly deleted: boolean;
  readonly tables: Tables;
}

/** The scope of a query, and its filters without the organizations that it tells. */
export function readScope(connection: Connection, query: UserQuery): { scope: Scope; rest: UserFilter[] } {
  const deleted = query.deleted === true;
  const { realms: named, rest } = scopeOf(query);
  const realms = named ?? connection.all(realmsPiece(deleted)).map(({ realm }) => String(realm));
  const condition = sqliteSearch.among(column('realm'), realms);
  const tables = tablesFor(rest);
  return { scope: { realms, condition, everything: named === null, deleted, tables }, rest };
}

/** The row of the caller, where it is not among those of the realms. */
export function ownRows(connection: Connection, query: UserQuery, scope: Scope): Rows[] {
  if (query.self === undefined) return [];
  const is: Condition = sql`${column('user_id')} = ${query.self}`;
  const [row] = connection.all(sql`SELECT realm FROM ${SEARCH_TABLE} WHERE ${is}`);
  const realm = String(row?.realm ?? '');
  const [first, behind] = realmBounds(scope.deleted);
  const isSeen = query.organizations === 'all' || scope.realms.includes(realm);
  if (realm < first || realm >= behind || isSeen) return [];
  const filter = query.filter === undefined ? [] : [conditionOf(query.filter, sqliteSearch)];
  return [{ from: scope.tables.any, where: joined('and', [is, ...filter]) }];
}
