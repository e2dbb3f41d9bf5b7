import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { sql } from 'kysely';
import type { UserFilter, UserQuery } from '../../../app/ports/user-list.ts';
import { type Piece, sqliteSearch } from '../../search/compiler.ts';
import { indexName, indexOf, isIndexedText } from '../../search/indexes.ts';
import { type Condition, column, conditionOf, joined } from '../../search/predicate.ts';
import {
  countAtMost,
  countRows,
  documentsOf,
  pageOf,
  type Rows,
  realmBounds,
  realmsPiece,
  SEARCH_TABLE,
  scopeOf,
} from '../../search/queries.ts';
import { type Candidates, candidatesOf, numbersOf, realmCandidates, together } from './candidates.ts';

/** What a page is made of before its records are parsed. */
export interface FoundPage {
  readonly rows: readonly { readonly id: string; readonly document: string }[];
  readonly total: number | null;
}

/** Microseconds per row, measured with one million users; they decide between plans, never what is found. */
export interface Costs {
  /** Row after row of the whole table. */
  readonly scanned: number;
  /** A row found by its number. */
  readonly gathered: number;
  /** An entry of an index in order, with its row. */
  readonly walked: number;
}

const COSTS: Costs = { scanned: 0.12, gathered: 1.5, walked: 2 };

/** Most realms whose rows are merged in the order of an index. */
const MOST_MERGED = 32;
/** Most rows that are counted to learn that a count can be had by subtraction. */
const MOST_OUTSIDE = 100_000;

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
    this.#db.exec('BEGIN');
    try {
      return this.#list(query);
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  #list(query: UserQuery): FoundPage {
    const { scope, rest } = this.#scope(query);
    const own = this.#own(query, scope);
    const ownTotal = own === null ? 0 : this.#number(countRows(own));
    const sets: Rows[] = ownTotal === 0 || own === null ? [] : [own];
    const end = query.offset + query.limit;
    const covering = coveringIndex(rest);
    const walkable = indexOf(query.sort.by);
    const merged = walkable !== null && scope.realms.length <= MOST_MERGED ? walkable : null;
    if (!query.countTotal && rest.length === 0 && merged !== null) {
      return { rows: this.#page(query, [...sets, ...walks(merged, scope, rest)]), total: null };
    }

    const { gathered, total, steps } = this.#find(scope, rest, covering);
    if (total > 0) {
      const inOrder = rest.length === 0 || covering === merged;
      const walk = inOrder ? 0 : (end * this.#size() * this.#costs.walked) / total;
      if (merged !== null && walk <= steps) sets.push(...walks(merged, scope, rest));
      else sets.push(gathered);
    }
    const all = total + ownTotal;
    const rows = query.offset < all && query.limit > 0 ? this.#page(query, sets) : [];
    return { rows, total: query.countTotal ? all : null };
  }

  /** How many rows meet the filters, which rows to look at for that, and what that costs. */
  #find(scope: Scope, rest: readonly UserFilter[], covering: string | null) {
    const condition = restCondition(scope, rest);
    if (covering !== null) {
      const gathered = { from: indexed(covering), where: condition };
      const total = rest.length === 0 ? this.#countScope(scope) : this.#number(countRows(gathered));
      return { gathered, total, steps: total * this.#costs.gathered };
    }
    const size = this.#size();
    const scan = size * this.#costs.scanned;
    const { candidates, count } = this.#candidates(scope, rest, Math.floor(scan / this.#costs.gathered));
    const from = sql`user_search AS s NOT INDEXED`;
    const where =
      candidates === null
        ? condition
        : joined('and', [sql`${column('number')} IN (${numbersOf(candidates)})`, condition]);
    const gathered = { from, where };
    const steps = candidates === null ? scan : count * this.#costs.gathered;
    return { gathered, total: this.#number(countRows(gathered)), steps };
  }

  /** The shortest way to the rows, if there is one of no more than so many. */
  #candidates(scope: Scope, rest: readonly UserFilter[], most: number) {
    let candidates: Candidates | null = null;
    let count = most + 1;
    const ways = together(rest.flatMap((filter) => candidatesOf(filter, scope.condition)));
    if (!scope.everything) ways.push(realmCandidates(scope.condition));
    for (const way of ways.toSorted((left, right) => left.rank - right.rank)) {
      const found = this.#number(countAtMost(numbersOf(way), count));
      if (found >= count) continue;
      [candidates, count] = [way, found];
    }
    return { candidates, count };
  }

  #scope(query: UserQuery): { scope: Scope; rest: UserFilter[] } {
    const deleted = query.deleted === true;
    const { realms: named, rest } = scopeOf(query);
    const realms = named ?? this.#all(realmsPiece(deleted)).map(({ realm }) => String(realm));
    const condition = sqliteSearch.among(column('realm'), realms);
    return { scope: { realms, condition, everything: named === null, deleted }, rest };
  }

  /** The row of the caller, where it is not among those of the realms. */
  #own(query: UserQuery, scope: Scope): Rows | null {
    if (query.self === undefined) return null;
    const is: Condition = sql`${column('user_id')} = ${query.self}`;
    const [row] = this.#all(sql`SELECT realm FROM ${SEARCH_TABLE} WHERE ${is}`);
    const realm = String(row?.realm ?? '');
    const [first, behind] = realmBounds(scope.deleted);
    const isSeen = query.organizations === 'all' || scope.realms.includes(realm);
    if (realm < first || realm >= behind || isSeen) return null;
    const filter = query.filter === undefined ? [] : [conditionOf(query.filter, sqliteSearch)];
    return { from: SEARCH_TABLE, where: joined('and', [is, ...filter]) };
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

/** The rows of each realm in the order of an index. */
function walks(index: string, scope: Scope, rest: readonly UserFilter[]): Rows[] {
  const filters = rest.map((filter) => conditionOf(filter, sqliteSearch));
  return scope.realms.map((realm) => ({
    from: indexed(index),
    where: joined('and', [sql`${column('realm')} = ${realm}`, ...filters]),
  }));
}

function restCondition(scope: Scope, rest: readonly UserFilter[]): Condition {
  return joined('and', [scope.condition, ...rest.map((filter) => conditionOf(filter, sqliteSearch))]);
}

function indexed(name: string): Piece {
  return sql`user_search AS s INDEXED BY ${sql.ref(name)}`;
}

/** The index that holds all that the filters ask for, in one short range; any will do for none. */
function coveringIndex(rest: readonly UserFilter[]): string | null {
  const [first, ...others] = rest;
  if (first === undefined) return 'user_search_by_id';
  if (others.length > 0) return null;
  if (first.type === 'created') return 'user_search_by_created';
  if (first.type !== 'text' || !first.ignoreCase || !isIndexedText(first.field)) return null;
  return first.method === 'equals' || first.method === 'startsWith' ? indexName(first.field) : null;
}
