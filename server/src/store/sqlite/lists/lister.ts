import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { sql } from 'kysely';
import type { UserFilter, UserQuery } from '../../../app/ports/user-list.ts';
import { type Piece, sqliteSearch } from '../../search/compiler.ts';
import { indexName, indexOf } from '../../search/indexes.ts';
import { holdersPiece, metadataFiltersOf, withHolders } from '../../search/metadata-holders.ts';
import { isOfPeople, MOST_LEFT_OUT, machinesPiece } from '../../search/people.ts';
import { type Condition, column, conditionOf, joined } from '../../search/predicate.ts';
import {
  allOf,
  countAtMost,
  countRows,
  documentsOf,
  orderOf,
  pageOf,
  type Rows,
  realmBounds,
  realmsPiece,
  SEARCH_TABLE,
  scopeOf,
} from '../../search/queries.ts';
import { inTransaction } from '../transaction.ts';
import { type Candidates, candidatesOf, numbersOf, realmCandidates, together } from './candidates.ts';

/** What a page is made of before its records are parsed. */
export interface FoundPage {
  readonly rows: readonly { readonly id: string; readonly document: string }[];
  readonly total: number | null;
}

/** What decides between plans, never what is found: microseconds per row, measured with one million users, and how many. */
export interface Costs {
  /** Row after row of the whole table. */
  readonly scanned: number;
  /** A row found by its number. */
  readonly gathered: number;
  /** An entry of an index in order, with its row. */
  readonly walked: number;
  /** Most entries of metadata whose holders are named one by one. */
  readonly named: number;
}

const COSTS: Costs = { scanned: 0.12, gathered: 1.5, walked: 2, named: 10_000 };

/** Most realms whose rows are merged in the order of an index, each under the whole filter, and most parameters then. */
const MOST_MERGED = 32;
const MOST_PARAMETERS = 20_000;
/** Rows that are looked at to guess how many of all meet a condition, and the shares that are few and most. */
const SAMPLE = 10_000;
const FEW = 0.05;
const MOST = 0.5;
/** Most rows that are counted to learn that a count can be had by subtraction. */
const MOST_OUTSIDE = 100_000;

const UNINDEXED: Piece = sql`user_search AS s NOT INDEXED`;

/** What decides a plan: which rows there are, by which way. */
interface Scope {
  readonly realms: readonly string[];
  readonly condition: Condition;
  readonly everything: boolean;
  readonly deleted: boolean;
}

/**
 * Answers lists from a connection of its own. SQLite plans without knowing how many rows meet a filter, so the way is
 * chosen here: short counts tell which index leads to the fewest rows; when that is no use, the table is read through.
 */
export class Lister {
  readonly #db: DatabaseSync;
  readonly #costs: Costs;

  constructor(db: DatabaseSync, costs: Costs = COSTS) {
    this.#db = db;
    this.#costs = costs;
  }

  /** One transaction, so that total and page are of the same moment. */
  list(query: UserQuery): FoundPage {
    return inTransaction(this.#db, 'BEGIN', () => this.#list(query));
  }

  #list(query: UserQuery): FoundPage {
    const { scope, rest: asked } = this.#scope(query);
    const own = this.#own(query, scope);
    if (scope.realms.length === 0) return this.#gather(query, own);
    const covering = coveringIndex(asked);
    const inOrder = scope.realms.length <= MOST_MERGED ? indexOf(query.sort.by) : null;
    if (!query.countTotal && asked.length === 0 && inOrder !== null) {
      return { rows: this.#page(query, [...own, ...walks(inOrder, scope, asked)]), total: null };
    }

    const machines = inOrder !== null && isOfPeople(asked) ? this.#machines(scope) : null;
    if (inOrder !== null && machines !== null) return this.#allBut(machines, query, scope, own, inOrder);

    const size = this.#size();
    const scan = size * this.#costs.scanned;
    const { way, rest } = covering === null ? this.#wayTo(scope, asked, scan) : { way: null, rest: asked };
    let condition = joined('and', [scope.condition, ...conditionsOf(rest)]);
    if (covering === null) {
      if (way !== null) {
        const where = joined('and', [sql`${column('number')} IN (${numbersOf(way)})`, condition]);
        return this.#gather(query, [...own, { from: UNINDEXED, where }]);
      }
      // They are asked in that order: what nearly every row meets comes last.
      if (this.#sampled(scope.condition, size) > MOST)
        condition = joined('and', [...conditionsOf(rest), scope.condition]);
      if (this.#sampled(condition, size) < FEW)
        return this.#gather(query, [...own, { from: UNINDEXED, where: condition }]);
    }

    const scanned = { from: UNINDEXED, where: condition };
    const looked = covering === null ? scanned : { from: indexed(covering), where: condition };
    const total = rest.length === 0 ? this.#countScope(scope) : this.#number(countRows(looked));
    const all = own.reduce((sum, set) => sum + this.#number(countRows(set)), total);
    const gather = covering === null ? scan : Math.min(scan, total * this.#costs.gathered);
    const walk = (query.offset + query.limit) * (size / Math.max(total, 1)) * this.#costs.walked;
    const isShortWalk = rest.length === 0 || covering === inOrder || walk <= gather;
    const elsewhere = gather < scan ? byNumber(looked) : scanned;
    const gathered = covering !== null && query.sort.by === 'id' ? looked : elsewhere;
    const fits = scope.realms.length * sqliteSearch.compile(condition).parameters.length <= MOST_PARAMETERS;
    const sets = inOrder !== null && isShortWalk && fits ? walks(inOrder, scope, rest) : [gathered];
    const rows = query.offset < all && query.limit > 0 ? this.#page(query, [...own, ...sets]) : [];
    return { rows, total: query.countTotal ? all : null };
  }

  /** Everybody in the scope but a few. */
  #allBut(few: readonly string[], query: UserQuery, scope: Scope, own: readonly Rows[], inOrder: string): FoundPage {
    const others: UserFilter = { type: 'not', filter: { type: 'in', field: 'id', values: few } };
    const rows = this.#page(query, [...own, ...walks(inOrder, scope, few.length === 0 ? [] : [others])]);
    if (!query.countTotal) return { rows, total: null };
    const beside = own.reduce((sum, set) => sum + this.#number(countRows(set)), 0);
    return { rows, total: this.#countScope(scope) - few.length + beside };
  }

  /** The shortest way that is worth it, and the filters: those on metadata, told by who meets them, may lead somewhere. */
  #wayTo(scope: Scope, asked: readonly UserFilter[], scan: number) {
    const most = Math.floor(scan / this.#costs.gathered);
    const way = this.#candidates(scope, asked, most);
    if (way !== null) return { way, rest: asked };
    const rest = this.#withHolders(asked);
    return { way: rest === asked ? null : this.#candidates(scope, rest, most), rest };
  }

  #withHolders(filters: readonly UserFilter[]): readonly UserFilter[] {
    const { named } = this.#costs;
    const found = metadataFiltersOf(filters).map(
      (filter) => [filter, this.#all(holdersPiece(filter, named, sqliteSearch))] as const,
    );
    return withHolders(filters, found, named);
  }

  /** Ids of the machines in the scope; `null` when they are many. */
  #machines(scope: Scope): string[] | null {
    const found = this.#all(machinesPiece(scope.condition, indexed(indexOf('kind'))));
    return found.length > MOST_LEFT_OUT ? null : found.map(({ user_id }) => String(user_id));
  }

  /** Share of the rows that meet the condition, as far as a sample from the middle of the table tells. */
  #sampled(condition: Condition, size: number): number {
    const from = Math.max(0, Math.floor((size - SAMPLE) / 2));
    const sampled: Condition = sql`${column('number')} > ${from} AND ${column('number')} <= ${from + SAMPLE}`;
    const found = this.#number(countRows({ from: UNINDEXED, where: joined('and', [sampled, condition]) }));
    return found / Math.max(1, Math.min(size, SAMPLE));
  }

  /** Total and page from one look at rows that are not too many to be put aside. */
  #gather(query: UserQuery, sets: readonly Rows[]): FoundPage {
    if (sets.length === 0) return { rows: [], total: query.countTotal ? 0 : null };
    const order = orderOf(query.sort, 'sort_value', 'user_id');
    const [found] = this.#all(sql`WITH found AS MATERIALIZED (${allOf(sets, query.sort)}),
      page AS (SELECT user_id FROM found ORDER BY ${order} LIMIT ${query.limit} OFFSET ${query.offset})
      SELECT (SELECT count(*) FROM found) AS total, (SELECT json_group_array(user_id) FROM page) AS ids`);
    const ids = JSON.parse(String(found?.ids)) as string[];
    const documents = this.#all(
      sql`SELECT id, document FROM users AS u WHERE ${sqliteSearch.among(sql.ref('u.id'), ids)}`,
    );
    const byId = new Map(documents.map(({ id, document }) => [id, String(document)]));
    const rows = ids.map((id) => ({ id, document: byId.get(id) ?? '' }));
    return { rows, total: query.countTotal ? Number(found?.total) : null };
  }

  /** The shortest way to the rows, if there is one of no more than so many. */
  #candidates(scope: Scope, rest: readonly UserFilter[], most: number): Candidates | null {
    let shortest: Candidates | null = null;
    let count = most + 1;
    const ways = together(rest.flatMap((filter) => candidatesOf(filter, scope.condition)));
    if (!scope.everything) ways.push(realmCandidates(scope.condition));
    for (const way of ways.toSorted((left, right) => left.rank - right.rank)) {
      const found = this.#number(countAtMost(numbersOf(way), count));
      if (found < count) [shortest, count] = [way, found];
    }
    return shortest;
  }

  #scope(query: UserQuery): { scope: Scope; rest: UserFilter[] } {
    const deleted = query.deleted === true;
    const { realms: named, rest } = scopeOf(query);
    const realms = named ?? this.#all(realmsPiece(deleted)).map(({ realm }) => String(realm));
    const condition = sqliteSearch.among(column('realm'), realms);
    return { scope: { realms, condition, everything: named === null, deleted }, rest };
  }

  /** The row of the caller, where it is not among those of the realms. */
  #own(query: UserQuery, scope: Scope): Rows[] {
    if (query.self === undefined) return [];
    const is: Condition = sql`${column('user_id')} = ${query.self}`;
    const [row] = this.#all(sql`SELECT realm FROM ${SEARCH_TABLE} WHERE ${is}`);
    const realm = String(row?.realm ?? '');
    const [first, behind] = realmBounds(scope.deleted);
    const isSeen = query.organizations === 'all' || scope.realms.includes(realm);
    if (realm < first || realm >= behind || isSeen) return [];
    const filter = query.filter === undefined ? [] : [conditionOf(query.filter, sqliteSearch)];
    return [{ from: SEARCH_TABLE, where: joined('and', [is, ...filter]) }];
  }

  /** The size of a whole table is known at once: most realms are counted by what they leave. */
  #countScope(scope: Scope): number {
    const [only] = scope.realms;
    if (scope.everything || (only !== undefined && scope.realms.length === 1)) {
      const [first, behind] = realmBounds(scope.deleted);
      const outside = scope.everything
        ? [sql<boolean>`s.realm < ${first}`, sql<boolean>`s.realm >= ${behind}`]
        : [sql<boolean>`s.realm < ${only}`, sql<boolean>`s.realm > ${only}`];
      const counts = outside.map((where) =>
        this.#number(countAtMost(sql`SELECT 1 FROM ${indexed('user_search_by_id')} WHERE ${where}`, MOST_OUTSIDE)),
      );
      if (counts.every((count) => count < MOST_OUTSIDE)) {
        return counts.reduce((left, count) => left - count, this.#number(sql`SELECT count(*) FROM user_search`));
      }
    }
    return this.#number(countRows({ from: indexed('user_search_by_id'), where: scope.condition }));
  }

  /** How many rows the table has, or had most. */
  #size(): number {
    return this.#number(sql`SELECT coalesce(max(number), 0) FROM user_search`);
  }

  #page(query: UserQuery, sets: readonly Rows[]): FoundPage['rows'] {
    if (sets.length === 0) return [];
    const page = pageOf(sets, query.sort, query.offset, query.limit);
    return this.#all(documentsOf(page, query.sort)).map(({ id, document }) => ({
      id: String(id),
      document: String(document),
    }));
  }

  #number(piece: Piece): number {
    return Number(Object.values(this.#all(piece)[0] ?? {})[0]);
  }

  #all(piece: Piece): Record<string, SQLOutputValue>[] {
    const { sql: text, parameters } = sqliteSearch.compile(piece);
    return this.#db.prepare(text).all(...parameters);
  }
}

/** The same rows in the order of their numbers, so that rows that lie together are read together. */
function byNumber({ from, where }: Rows): Rows {
  const numbers = sql`SELECT ${column('number')} FROM ${from} WHERE ${where}`;
  return { from: UNINDEXED, where: sql`${column('number')} IN (${numbers})` };
}

/** The rows of each realm in the order of an index. */
function walks(index: string, scope: Scope, rest: readonly UserFilter[]): Rows[] {
  const filters = conditionsOf(rest);
  return scope.realms.map((realm) => ({
    from: indexed(index),
    where: joined('and', [sql`${column('realm')} = ${realm}`, ...filters]),
  }));
}

function conditionsOf(filters: readonly UserFilter[]): Condition[] {
  return filters.map((filter) => conditionOf(filter, sqliteSearch));
}

function indexed(name: string): Piece {
  return sql`user_search AS s INDEXED BY ${sql.ref(name)}`;
}

/** The index that holds all that the filters ask for, in one short range; any will do for none. */
function coveringIndex(rest: readonly UserFilter[]): string | null {
  const [first, ...others] = rest;
  if (first === undefined) return indexOf('id');
  if (others.length > 0) return null;
  if (first.type === 'created') return indexOf('createdAt');
  if (first.type === 'in' && (first.field === 'state' || first.field === 'kind')) return indexOf(first.field);
  if (first.type !== 'text' || !first.ignoreCase) return null;
  return first.method === 'equals' || first.method === 'startsWith' ? indexName(first.field) : null;
}
