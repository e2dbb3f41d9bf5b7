import { sql } from 'kysely';
import type { QueryResult } from 'pg';
import type { CredentialPage, CredentialQuery } from '../../../app/ports/credential-list.ts';
import { StoreUnavailable } from '../../../app/ports/store.ts';
import type { SignUpQuery, SignUps, UserFilter, UserPage, UserQuery } from '../../../app/ports/user-list.ts';
import type { User } from '../../../core/user/user.ts';
import { readUser } from '../../documents.ts';
import { type Piece, postgresSearch } from '../../search/compiler.ts';
import { type Condition, column, joined, NEVER } from '../../search/condition.ts';
import { credentialOf, credentialPieces } from '../../search/credentials.ts';
import { isOfPeople, MOST_LEFT_OUT, machinesPiece } from '../../search/people.ts';
import { conditionOf } from '../../search/predicate.ts';
import { countRows, realmBounds, realmsPiece, SEARCH_TABLE, scopeOf } from '../../search/queries.ts';
import { signUpsOf, signUpsPiece } from '../../search/sign-ups.ts';
import { sqlState } from '../failures.ts';
import type { Call, PostgresPool, Session } from '../pool.ts';
import { holdersPiece, metadataFiltersOf, withHolders } from './metadata-holders.ts';
import { signatureCondition } from './signature-condition.ts';
import { BEGIN_LIST, type Met, PREPARE_LIST, pageInOrder, pageOfAll, pageOfFew, pageOfFirst } from './statements.ts';
import { trigramCondition } from './trigrams.ts';
import { Turns } from './turns.ts';

/**
 * Lists of this process at once, and processes of the database that help each: less when updates are under way, which
 * would wait for a processor behind them.
 */
const IDLE = { atOnce: 2, helpers: 1 };
const BUSY = { atOnce: 1, helpers: 0 };
/** Most lists that wait for their turn. */
const MOST_WAITING = 64;

/** What decides between ways to make a list, never what is in it. */
export interface ListLimits {
  /** Milliseconds for each statement of a list. */
  readonly timeout: number;
  /** Most realms whose rows are merged in the order of an index. */
  readonly merged: number;
  /** Most rows that are put in order rather than looked for in the order of an index. */
  readonly sorted: number;
  /** Most rows that are looked at in that order: those that meet the filter may all be at its other end. */
  readonly walked: number;
  /** Most entries of metadata whose holders are named one by one. */
  readonly named: number;
}
const LIMITS: ListLimits = { timeout: 5_000, merged: 32, sorted: 10_000, walked: 20_000, named: 10_000 };

/** Most of all rows that may have a signature which is worth a look at it, and how many percent tell how many have it. */
const MOST_SIGNED = 0.5;
const SAMPLE = 0.1;

/** Most parameters of one statement, in PostgreSQL's protocol. */
const MOST_PARAMETERS = 65_535;

const CANCELED = '57014';
const CREDENTIALS_TABLE: Piece = sql`user_credentials`;
const NOTHING: Piece = sql`SELECT NULL AS realm WHERE 1 = 0`;

/** Which rows a list is made of. */
interface Scope extends Met {
  /** Realms whose rows can be merged in order; `null` when they are too many. */
  readonly realms: readonly string[] | null;
  readonly inRealms: Condition;
  /** All rows of the realms are shown, but those left out. */
  readonly isWhole: boolean;
}

/** Answers lists, on connections that batches do without. */
export class Lister {
  readonly #pool: PostgresPool;
  readonly #turns: Turns;
  readonly #limits: ListLimits;
  readonly #isBusy: () => boolean;

  /** @param isBusy whether updates want the machine */
  constructor(pool: PostgresPool, limits: Partial<ListLimits> = {}, isBusy: () => boolean = () => false) {
    this.#pool = pool;
    this.#isBusy = isBusy;
    // A list has several statements; all of them together must end before the driver gives the connection up.
    const timeout = Math.min(LIMITS.timeout, Math.ceil(pool.statementTimeout / 2));
    this.#limits = { ...LIMITS, timeout, ...limits };
    const most = Math.max(1, Math.floor(pool.size / 3));
    this.#turns = new Turns(() => Math.min(most, this.#share.atOnce), MOST_WAITING);
  }

  /** @throws StoreUnavailable also when too many wait, or it takes too long */
  list(query: UserQuery): Promise<UserPage> {
    return this.#inTurn(() => this.#pool.use((session) => this.#list(session, query)));
  }

  /** @throws StoreUnavailable like `list` */
  async listCredentials(query: CredentialQuery): Promise<CredentialPage> {
    const { count, page } = credentialPieces(query, postgresSearch, () => CREDENTIALS_TABLE);
    const [counted, found] = await this.#read([count, page]);
    return { credentials: (found?.rows ?? []).map(credentialOf), total: Number(counted?.rows[0]?.total) };
  }

  /** @throws StoreUnavailable like `list` */
  async countSignUps(query: SignUpQuery): Promise<SignUps> {
    const [counted] = await this.#read([signUpsPiece(query, postgresSearch, SEARCH_TABLE)]);
    return signUpsOf(counted?.rows ?? []);
  }

  /** In one round trip, of one snapshot. */
  async #read(pieces: readonly Piece[]): Promise<QueryResult[]> {
    const read = (session: Session) =>
      session.pipeline([[BEGIN_LIST], this.#prepare, ...pieces.map(callOf), ['COMMIT']]);
    const [, , ...results] = await this.#inTurn(() => this.#pool.use(read));
    return results;
  }

  get #share(): typeof IDLE {
    return this.#isBusy() ? BUSY : IDLE;
  }

  get #prepare(): Call {
    return [PREPARE_LIST, [String(this.#limits.timeout), String(this.#share.helpers)]];
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.#turns.take(work);
    } catch (error) {
      throw sqlState(error) === CANCELED ? new StoreUnavailable('a list took too long', error) : error;
    }
  }

  async #list(session: Session, query: UserQuery): Promise<UserPage> {
    const scope = await this.#begin(session, query);
    const found = await (scope.isWhole
      ? wholePage(session, scope, query)
      : foundPage(session, scope, query, this.#limits));
    await session.pipeline([['COMMIT']]);
    return { users: usersOf(found.page), total: query.countTotal ? found.total : null };
  }

  async #begin(session: Session, query: UserQuery): Promise<Scope> {
    const { realms: named, rest } = scopeOf(query);
    const [first, behind] = realmBounds(query.deleted === true);
    const everything: Condition = sql`(${column('realm')} >= ${first} AND ${column('realm')} < ${behind})`;
    const inRealms = named === null ? everything : amongRealms(named);
    const signature = signatureCondition({ type: 'and', filters: rest });
    const [, , own, found, machines, sample] = await session.pipeline([
      [BEGIN_LIST],
      this.#prepare,
      callOf(ownRow(query, everything)),
      callOf(named === null ? someRealms(query, this.#limits.merged) : NOTHING),
      callOf(isOfPeople(rest) ? machinesPiece(inRealms, SEARCH_TABLE) : NOTHING),
      callOf(signature === null ? NOTHING : sampleOf(signature)),
    ]);
    const realms = named ?? (found?.rows ?? []).map(({ realm }) => String(realm));
    const leftOut = (machines?.rows ?? []).map(({ user_id }) => String(user_id));
    const isAllBut = isOfPeople(rest) && leftOut.length <= MOST_LEFT_OUT;
    const isNobody = named?.length === 0;
    const told = isNobody ? [] : await this.#withHolders(session, rest, inRealms);
    const filters = told.map((filter) => conditionOf(filter, postgresSearch));
    const isTelling = signature !== null && Number(sample?.rows[0]?.share) <= MOST_SIGNED;
    const realm = own?.rows[0]?.realm;
    const isSeen = realm === undefined || query.organizations === 'all' || (named ?? []).includes(realm);
    return {
      // Who may see nobody is shown its own row, if any, without a look at others.
      where: isNobody ? NEVER : joined('and', [inRealms, ...(isTelling ? [signature] : []), ...filters]),
      inRealms,
      hint: isNobody ? null : trigramCondition({ type: 'and', filters: rest }),
      own: isSeen ? null : (query.self ?? null),
      realms: realms.length <= this.#limits.merged ? realms : null,
      leftOut: isAllBut ? leftOut : [],
      isWhole: rest.length === 0 || isAllBut,
    };
  }

  /** Filters on metadata that few meet are told by who these are, unless few are asked of. */
  async #withHolders(session: Session, filters: readonly UserFilter[], inRealms: Condition) {
    const asked = metadataFiltersOf(filters);
    if (asked.length === 0) return filters;
    const [counted] = await send(session, [usersIn(inRealms)]);
    if (Number(counted?.rows[0]?.total) <= this.#limits.sorted) return filters;
    const results = await send(
      session,
      asked.map((filter) => holdersPiece(filter, this.#limits.named)),
    );
    const found = asked.map((filter, n) => [filter, results[n]?.rows ?? []] as const);
    return withHolders(filters, found, this.#limits.named);
  }
}

function usersIn(inRealms: Condition): Piece {
  return sql`SELECT coalesce(sum(users), 0) AS total FROM user_counts AS s WHERE ${inRealms}`;
}

function amongRealms(realms: readonly string[]): Condition {
  const [only] = realms;
  if (only === undefined) return NEVER;
  return realms.length === 1
    ? sql<boolean>`${column('realm')} = ${only}`
    : postgresSearch.among(column('realm'), realms);
}

/** The realm of the caller, if the caller meets the query. */
function ownRow({ self, filter }: UserQuery, everything: Condition): Piece {
  if (self === undefined) return NOTHING;
  const meets = filter === undefined ? [] : [conditionOf(filter, postgresSearch)];
  const is: Condition = sql`${column('user_id')} = ${self}`;
  return sql`SELECT realm FROM ${SEARCH_TABLE} WHERE ${joined('and', [is, everything, ...meets])}`;
}

/** The share of the rows that have a signature, by a look at some of them. */
function sampleOf(signature: Condition): Piece {
  return sql`SELECT coalesce(avg((${signature})::int), 0) AS share FROM ${SEARCH_TABLE} TABLESAMPLE SYSTEM (${SAMPLE})`;
}

/** All realms, or too many to merge them. */
function someRealms({ deleted }: UserQuery, most: number): Piece {
  return sql`SELECT realm FROM (${realmsPiece(deleted === true)}) AS r LIMIT ${most + 1}`;
}

interface Found {
  readonly page: QueryResult | undefined;
  readonly total: number | null;
}

/** No condition but who may be seen, and that they are people: in the order of an index, if there is one. */
async function wholePage(session: Session, scope: Scope, query: UserQuery): Promise<Found> {
  const { sort, offset, limit } = query;
  const isInOrder = scope.realms !== null && scope.realms.length > 0;
  const piece = isInOrder
    ? pageInOrder(scope.realms, scope, sort, offset, limit)
    : pageOfAll(scope, sort, offset, limit);
  const [page, counted] = await send(session, query.countTotal ? [piece, usersIn(scope.inRealms)] : [piece]);
  const total = totalOf(counted, scope);
  return { page, total: total === null ? null : total - scope.leftOut.length };
}

async function foundPage(session: Session, scope: Scope, query: UserQuery, limits: ListLimits): Promise<Found> {
  const { sort, offset, limit } = query;
  const [few] = await send(session, [pageOfFew(scope, sort, offset, limit, limits.sorted)]);
  const total = Number(few?.rows[0]?.total);
  return total <= limits.sorted ? { page: few, total } : manyPage(session, scope, query, limits.walked);
}

/** More rows than are put in order at once: those that come first may do. */
async function manyPage(session: Session, scope: Scope, query: UserQuery, walked: number): Promise<Found> {
  const { sort, offset, limit } = query;
  const all = pageOfAll(scope, sort, offset, limit);
  const counts = countsOf(scope, query);
  if (scope.realms === null || offset + limit > walked) {
    const [page, count] = await send(session, [all, ...counts]);
    return { page, total: totalOf(count, scope) };
  }
  const first = pageOfFirst(scope.realms, scope, sort, offset, limit, walked);
  const [page, count] = await send(session, [first, ...counts]);
  const total = totalOf(count, scope);
  if (page?.rows.length === limit) return { page, total };
  const [sorted] = await send(session, [all]);
  return { page: sorted, total };
}

function countsOf({ where }: Scope, { countTotal }: UserQuery): Piece[] {
  return countTotal ? [countRows({ from: SEARCH_TABLE, where })] : [];
}

function totalOf(count: QueryResult | undefined, { own }: Scope): number | null {
  return count === undefined ? null : Number(count.rows[0]?.total) + (own === null ? 0 : 1);
}

function usersOf(result: QueryResult | undefined): User[] {
  const rows = result?.rows ?? [];
  return rows.filter(({ id }) => id !== null).map(({ id, document }) => readUser(String(id), document));
}

function send(session: Session, pieces: readonly Piece[]): Promise<QueryResult[]> {
  return session.pipeline(pieces.map(callOf));
}

function callOf(piece: Piece): Call {
  const { sql: text, parameters } = postgresSearch.compile(piece);
  if (parameters.length > MOST_PARAMETERS) throw new RangeError('a list has too many conditions');
  return [text, parameters];
}
