import { sql } from 'kysely';
import type { UserPage, UserQuery } from '../../app/ports/user-list.ts';
import { readUser } from '../documents.ts';
import { type Piece, postgresSearch } from '../search/compiler.ts';
import { type Condition, column, conditionOf, joined } from '../search/predicate.ts';
import {
  countRows,
  documentsOf,
  pageOf,
  type Rows,
  realmBounds,
  realmsPiece,
  SEARCH_TABLE,
  scopeOf,
} from '../search/queries.ts';
import type { Call, PostgresPool, Session } from './pool.ts';

/** Most realms whose rows are merged in the order of an index. */
const MOST_MERGED = 32;

/** Answers a list from one snapshot. The database knows how its values are spread, so the way is its own choice. */
export function listUsers(pool: PostgresPool, query: UserQuery): Promise<UserPage> {
  return pool.use(async (session) => {
    await session.pipeline([
      ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'],
      // Single records are found by keys only; lists may be quicker by reading all.
      ['SET LOCAL enable_seqscan = on'],
    ]);
    const sets = await setsOf(session, query);
    const calls = sets.map((rows) => callOf(countRows(rows)));
    if (query.limit > 0 && sets.length > 0) {
      const page = pageOf(sets, query.sort, query.offset, query.limit);
      calls.push(callOf(documentsOf(page, query.sort)));
    }
    const shown = query.countTotal ? calls : calls.slice(sets.length);
    const results = await session.pipeline([...shown, ['COMMIT']]);
    const pages = query.limit > 0 && sets.length > 0 ? results[shown.length - 1]?.rows : [];
    const counts = query.countTotal ? results.slice(0, sets.length) : [];
    return {
      users: (pages ?? []).map(({ id, document }) => readUser(String(id), document)),
      total: query.countTotal ? counts.reduce((sum, { rows }) => sum + Number(rows[0]?.total), 0) : null,
    };
  });
}

/** Sets of rows that do not overlap: of each realm, or of many at once, and the caller's own. */
async function setsOf(session: Session, query: UserQuery): Promise<Rows[]> {
  const deleted = query.deleted === true;
  const { realms: named, rest } = scopeOf(query);
  const look = sql`SELECT realm FROM ${SEARCH_TABLE} WHERE ${column('user_id')} = ${query.self ?? ''}`;
  const [found, own] = await session.pipeline([callOf(realmsPiece(deleted)), callOf(look)]);
  const realms = named ?? (found?.rows ?? []).map(({ realm }) => String(realm));
  const filters = rest.map((filter) => conditionOf(filter, postgresSearch));
  const scopes: Condition[] =
    realms.length <= MOST_MERGED
      ? realms.map((realm) => sql`${column('realm')} = ${realm}`)
      : [postgresSearch.among(column('realm'), realms)];
  const sets = scopes.map((scope) => ({ from: SEARCH_TABLE, where: joined('and', [scope, ...filters]) }));

  const realm = String(own?.rows[0]?.realm ?? '');
  const [first, behind] = realmBounds(deleted);
  if (query.self === undefined || realm < first || realm >= behind) return sets;
  if (query.organizations === 'all' || realms.includes(realm)) return sets;
  const filter = query.filter === undefined ? [] : [conditionOf(query.filter, postgresSearch)];
  const is: Condition = sql`${column('user_id')} = ${query.self}`;
  return [...sets, { from: SEARCH_TABLE, where: joined('and', [is, ...filter]) }];
}

function callOf(piece: Piece): Call {
  const { sql: text, parameters } = postgresSearch.compile(piece);
  return [text, parameters];
}
