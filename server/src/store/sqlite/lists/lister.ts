import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { UserFilter, UserQuery } from '../../../app/ports/user-list.ts';
import { sqliteSearch } from '../../search/compiler.ts';
import { type Condition, column, joined } from '../../search/condition.ts';
import { indexName, indexOf } from '../../search/indexes.ts';
import { isOfPeople, MOST_LEFT_OUT, machinesPiece } from '../../search/people.ts';
import { conditionOf } from '../../search/predicate.ts';
import { allOf, countAtMost, countRows, documentsOf, orderOf, pageOf, type Rows } from '../../search/queries.ts';
import {
  type Candidates,
  candidatesOf,
  countedOf,
  metadataOnlyCandidates,
  numbersOf,
  realmCandidates,
  together,
} from './candidates.ts';
import { Connection } from './connection.ts';
import { countFound, countScope } from './counts.ts';
import { ownRows, readScope, type Scope } from './scope.ts';
import type { Tables } from './tables.ts';

/** What a page is made of before its records are parsed. */
export interface FoundPage {
  readonly rows: readonly { readonly id: string; readonly document: string }[];
  readonly total: number | null;
}

/** What decides between plans, never what is found: microseconds per row, measured with one million users. */
export interface Costs {
  /** Row after row of the whole table. */
  readonly scanned: number;
  /** A row found by its number. */
  readonly gathered: number;
  /** An entry of an index in order, with its row. */
  readonly walked: number;
}

const COSTS: Costs = { scanned: 0.12, gathered: 1.5, walked: 2 };

/** Most realms whose rows are merged in the order of an index, each under the whole filter, and most parameters then. */
const MOST_MERGED = 32;
const MOST_PARAMETERS = 20_000;
/** Rows that are looked at to guess how many of all meet a condition, and the shares that are few and most. */
const SAMPLE = 10_000;
const FEW = 0.05;
const MOST = 0.5;

/**
 * Answers lists from a connection of its own. SQLite plans without knowing how many rows meet a filter, so the way is
 * chosen here: short counts tell which index leads to the fewest rows; when that is no use, the table is read through.
 */
export class Lister {
  readonly #connection: Connection;
  readonly #costs: Costs;

  constructor(db: DatabaseSync, costs: Costs = COSTS) {
    this.#connection = new Connection(db);
    this.#costs = costs;
  }

  /** One transaction, so that total and page are of the same moment. */
  list(query: UserQuery): FoundPage {
    return this.#connection.atOnce(() => this.#list(query));
  }

  #list(query: UserQuery): FoundPage {
    const { scope, rest } = readScope(this.#connection, query);
    const own = ownRows(this.#connection, query, scope);
    if (scope.realms.length === 0) return this.#gather(query, own);
    const covering = coveringIndex(rest);
    const inOrder = scope.realms.length <= MOST_MERGED ? indexOf(query.sort.by) : null;
    if (!query.countTotal && rest.length === 0 && inOrder !== null) {
      return { rows: this.#page(query, [...own, ...walks(inOrder, scope, rest)]), total: null };
    }

    const machines = inOrder !== null && isOfPeople(rest) ? this.#machines(scope) : null;
    if (inOrder !== null && machines !== null) return this.#allBut(machines, query, scope, own, inOrder);

    const size = this.#size();
    const scan = size * this.#costs.scanned;
    const { tables } = scope;
    let condition = joined('and', [scope.condition, ...conditionsOf(rest)]);
    if (covering === null) {
      const way = this.#candidates(scope, rest, Math.floor(scan / this.#costs.gathered));
      if (way !== null) {
        const where = joined('and', [sql`${column('number')} IN (${numbersOf(way)})`, condition]);
        return this.#gather(query, [...own, { from: tables.scanned, where }]);
      }
      // They are asked in that order: what nearly every row meets comes last.
      if (this.#sampled(scope.condition, scope, size) > MOST)
        condition = joined('and', [...conditionsOf(rest), scope.condition]);
      if (this.#sampled(condition, scope, size) < FEW)
        return this.#gather(query, [...own, { from: tables.scanned, where: condition }]);
    }

    const scanned = { from: tables.scanned, where: condition };
    const looked = covering === null ? scanned : { from: tables.indexed(covering), where: condition };
    const total = this.#countAll(scope, rest, looked, covering);
    const all = own.reduce((sum, set) => sum + this.#connection.number(countRows(set)), total);
    const gather = covering === null ? scan : Math.min(scan, total * this.#costs.gathered);
    const walk = (query.offset + query.limit) * (size / Math.max(total, 1)) * this.#costs.walked;
    const isShortWalk = rest.length === 0 || covering === inOrder || walk <= gather;
    const elsewhere = gather < scan ? byNumber(looked, tables) : scanned;
    const gathered = covering !== null && query.sort.by === 'id' ? looked : elsewhere;
    const fits = scope.realms.length * sqliteSearch.compile(condition).parameters.length <= MOST_PARAMETERS;
    const sets = inOrder !== null && isShortWalk && fits ? walks(inOrder, scope, rest) : [gathered];
    const rows = query.offset < all && query.limit > 0 ? this.#page(query, [...own, ...sets]) : [];
    return { rows, total: query.countTotal ? all : null };
  }

  #countAll(scope: Scope, rest: readonly UserFilter[], looked: Rows, covering: string | null): number {
    if (rest.length === 0) return countScope(this.#connection, scope);
    if (covering === null) return countFound(this.#connection, scope, rest, looked);
    return this.#connection.number(countRows(looked));
  }

  /** Everybody in the scope but a few. */
  #allBut(few: readonly string[], query: UserQuery, scope: Scope, own: readonly Rows[], inOrder: string): FoundPage {
    const others: UserFilter = { type: 'not', filter: { type: 'in', field: 'id', values: few } };
    const rows = this.#page(query, [...own, ...walks(inOrder, scope, few.length === 0 ? [] : [others])]);
    if (!query.countTotal) return { rows, total: null };
    const beside = own.reduce((sum, set) => sum + this.#connection.number(countRows(set)), 0);
    return { rows, total: countScope(this.#connection, scope) - few.length + beside };
  }

  /** Ids of the machines in the scope; `null` when they are many. */
  #machines(scope: Scope): string[] | null {
    const found = this.#connection.all(machinesPiece(scope.condition, scope.tables.indexed(indexOf('kind'))));
    return found.length > MOST_LEFT_OUT ? null : found.map(({ user_id }) => String(user_id));
  }

  /** Share of the rows that meet the condition, as far as a sample from the middle of the table tells. */
  #sampled(condition: Condition, { tables }: Scope, size: number): number {
    const from = Math.max(0, Math.floor((size - SAMPLE) / 2));
    const sampled: Condition = sql`${column('number')} > ${from} AND ${column('number')} <= ${from + SAMPLE}`;
    const found = this.#connection.number(
      countRows({ from: tables.scanned, where: joined('and', [sampled, condition]) }),
    );
    return found / Math.max(1, Math.min(size, SAMPLE));
  }

  /** Total and page from one look at rows that are not too many to be put aside. */
  #gather(query: UserQuery, sets: readonly Rows[]): FoundPage {
    if (sets.length === 0) return { rows: [], total: query.countTotal ? 0 : null };
    const order = orderOf(query.sort, 'sort_value', 'user_id');
    const [found] = this.#connection.all(sql`WITH found AS MATERIALIZED (${allOf(sets, query.sort)}),
      page AS (SELECT user_id FROM found ORDER BY ${order} LIMIT ${query.limit} OFFSET ${query.offset})
      SELECT (SELECT count(*) FROM found) AS total, (SELECT json_group_array(user_id) FROM page) AS ids`);
    const ids = JSON.parse(String(found?.ids)) as string[];
    const documents = this.#connection.all(
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
      const found = this.#connection.number(countAtMost(countedOf(way), count));
      if (found < count) [shortest, count] = [way, found];
    }
    if (shortest !== null) return shortest;
    const byMetadata = metadataOnlyCandidates(rest);
    if (byMetadata === null) return null;
    return this.#connection.number(countAtMost(numbersOf(byMetadata), count)) < count ? byMetadata : null;
  }

  /** How many rows the table has, or had most. */
  #size(): number {
    return this.#connection.number(sql`SELECT coalesce(max(number), 0) FROM user_search`);
  }

  #page(query: UserQuery, sets: readonly Rows[]): FoundPage['rows'] {
    if (sets.length === 0) return [];
    const page = pageOf(sets, query.sort, query.offset, query.limit);
    return this.#connection.all(documentsOf(page, query.sort)).map(({ id, document }) => ({
      id: String(id),
      document: String(document),
    }));
  }
}

/** The same rows in the order of their numbers, so that rows that lie together are read together. */
function byNumber({ from, where }: Rows, { scanned }: Tables): Rows {
  const numbers = sql`SELECT ${column('number')} FROM ${from} WHERE ${where}`;
  return { from: scanned, where: sql`${column('number')} IN (${numbers})` };
}

/** The rows of each realm in the order of an index. */
function walks(index: string, scope: Scope, rest: readonly UserFilter[]): Rows[] {
  const filters = conditionsOf(rest);
  return scope.realms.map((realm) => ({
    from: scope.tables.indexed(index),
    where: joined('and', [sql`${column('realm')} = ${realm}`, ...filters]),
  }));
}

function conditionsOf(filters: readonly UserFilter[]): Condition[] {
  return filters.map((filter) => conditionOf(filter, sqliteSearch));
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
