import { sql } from 'kysely';
import type { InFilter, MetadataFilter, TextField, UserFilter } from '../../../app/ports/user-list.ts';
import { type Piece, sqliteSearch } from '../../search/compiler.ts';
import { type Condition, column, joined } from '../../search/condition.ts';
import { indexName, indexOf, REFERRED } from '../../search/indexes.ts';
import { entryCondition, indexedPrefix } from '../../search/metadata.ts';
import { conditionOf, createdCondition, referredCondition } from '../../search/predicate.ts';
import { TEXT_COLUMNS } from '../../search/row.ts';
import { canBeStored, foldedForm } from '../../search/text.ts';
import { foldedCondition } from '../../search/text-condition.ts';
import { asksForMetadataOnly, isMetWithoutMetadata } from './metadata-filters.ts';
import { METADATA_ALONE } from './tables.ts';
import { trigramMatch } from './trigrams.ts';

/**
 * A way to all rows that can meet a filter, short of looking at every row: the numbers that a select answers, or those
 * that match in the index of trigrams. Lower ranks are likely to be shorter ways.
 */
export type Candidates =
  /** `counted` has as many rows at least, where they are counted more quickly than found. */
  | { readonly kind: 'select'; readonly rank: number; readonly select: Piece; readonly counted?: Piece }
  | { readonly kind: 'match'; readonly rank: number; readonly match: string };

const RANK = { keys: 0, match: 1, prefix: 2, metadata: 3, many: 4, all: 5 } as const;

/** Most parts of one `UNION ALL`; SQLite takes 500. */
const MOST_PARTS = 250;

const NO_ROWS: Candidates = {
  kind: 'select',
  rank: RANK.keys,
  select: sql`SELECT number FROM user_search WHERE 1 = 0`,
};

export function numbersOf(candidates: Candidates): Piece {
  if (candidates.kind === 'select') return candidates.select;
  return sql`SELECT rowid AS number FROM user_search_text WHERE user_search_text MATCH ${candidates.match}`;
}

export function countedOf(candidates: Candidates): Piece {
  return (candidates.kind === 'select' ? candidates.counted : undefined) ?? numbersOf(candidates);
}

/** Ways to the rows of the realms that meet the filter, each of them sufficient; none when every row must be looked at. */
export function candidatesOf(filter: UserFilter, realms: Condition): Candidates[] {
  switch (filter.type) {
    case 'and':
      return together(filter.filters.flatMap((one) => candidatesOf(one, realms)));
    case 'or':
      return eitherOf(filter.filters.map((one) => best(candidatesOf(one, realms))));
    case 'text':
      return textCandidates(filter, realms);
    case 'textIn':
      return textInCandidates(filter.field, filter.values, realms);
    case 'in':
      return inCandidates(filter, realms);
    case 'created': {
      const created = joined('and', [realms, createdCondition(filter.from, filter.to)]);
      return [select(RANK.many, indexOf('createdAt'), created)];
    }
    case 'metadata':
      return metadataCandidates(filter);
    case 'not':
    case 'absent':
    case 'codeContains':
    case 'flag':
    case 'role':
      return [];
  }
}

/** The rows of the realms, whatever the filter. */
export function realmCandidates(realms: Condition): Candidates {
  return select(RANK.many, indexOf('id'), realms);
}

/** The rows that meet those of the filters that metadata decides, whatever it is; `null` if all without any do. */
export function metadataOnlyCandidates(filters: readonly UserFilter[]): Candidates | null {
  const filter: UserFilter = { type: 'and', filters: filters.filter(asksForMetadataOnly) };
  if (isMetWithoutMetadata(filter)) return null;
  const where = conditionOf(filter, sqliteSearch);
  return {
    kind: 'select',
    rank: RANK.all,
    select: sql`SELECT t.number AS number FROM ${METADATA_ALONE} WHERE ${where}`,
  };
}

/** All matches of an `and` are one. */
export function together(candidates: readonly Candidates[]): Candidates[] {
  const matches = candidates.filter((one) => one.kind === 'match').map(({ match }) => match);
  const selects = candidates.filter((one) => one.kind === 'select');
  return matches.length === 0 ? selects : [...selects, matchOf(matches, 'AND')];
}

function eitherOf(branches: readonly (Candidates | undefined)[]): Candidates[] {
  if (branches.includes(undefined)) return [];
  const known = branches.filter((one) => one !== undefined).filter((one) => one !== NO_ROWS);
  if (known.length === 0) return [NO_ROWS];
  const matches = known.filter((one) => one.kind === 'match').map(({ match }) => match);
  if (matches.length === known.length) return [matchOf(matches, 'OR')];
  const selects = known.filter((one) => one.kind === 'select').map(({ select }) => select);
  if (matches.length > 0) selects.push(numbersOf(matchOf(matches, 'OR')));
  const rank = Math.max(...known.map((one) => one.rank));
  return [{ kind: 'select', rank, select: unionOf(selects) }];
}

function unionOf(selects: readonly Piece[]): Piece {
  const middle = selects.length >> 1;
  const parts =
    selects.length > MOST_PARTS ? [unionOf(selects.slice(0, middle)), unionOf(selects.slice(middle))] : selects;
  return sql`SELECT number FROM (${sql.join(parts, sql` UNION ALL `)})`;
}

function best(candidates: readonly Candidates[]): Candidates | undefined {
  return candidates.toSorted((left, right) => left.rank - right.rank)[0];
}

function inCandidates(filter: InFilter, realms: Condition): Candidates[] {
  switch (filter.field) {
    case 'id':
      return [select(RANK.keys, 'user_search', ids(filter.values))];
    case 'referrer':
      return [select(RANK.keys, REFERRED, joined('and', [realms, referredCondition(filter.values, sqliteSearch)]))];
    case 'state':
    case 'kind':
      return [select(RANK.many, indexOf(filter.field), joined('and', [realms, conditionOf(filter, sqliteSearch)]))];
    default:
      return [];
  }
}

function textCandidates(filter: Extract<UserFilter, { type: 'text' }>, realms: Condition): Candidates[] {
  const { field, method, value } = filter;
  const folded = canBeStored(value) ? foldedForm(value) : null;
  if (folded === null || (folded === '' && method === 'equals')) return [NO_ROWS];
  if (folded === '') return [];
  if (method === 'equals' || method === 'startsWith') {
    const condition = foldedCondition(column(TEXT_COLUMNS[field].key), filter, sqliteSearch);
    const rank = method === 'equals' ? RANK.keys : RANK.prefix;
    return [select(rank, indexName(field), joined('and', [realms, condition]))];
  }
  const match = trigramMatch(field, folded);
  return match === null ? [] : [{ kind: 'match', rank: RANK.match, match }];
}

/** Whose entries meet the filter, one after another as an index leads to them. */
function metadataCandidates(filter: MetadataFilter): Candidates[] {
  if (!isFoundByIndex(filter)) return [];
  const entries = entryCondition(filter, sqliteSearch);
  const from = sql`user_metadata AS m CROSS JOIN user_search AS s`;
  return [
    {
      kind: 'select',
      rank: RANK.metadata,
      select: sql`SELECT s.number AS number FROM ${from} WHERE ${column('user_id')} = m.user_id AND ${entries}`,
      counted: sql`SELECT 1 FROM user_metadata AS m WHERE ${entries}`,
    },
  ];
}

function isFoundByIndex(filter: MetadataFilter): boolean {
  if (filter.value !== undefined && 'equals' in filter.value) return true;
  if (filter.key === undefined) return false;
  const { method } = filter.key;
  return method === 'equals' || (method === 'startsWith' && indexedPrefix(filter.key) !== '');
}

function textInCandidates(field: TextField, values: readonly string[], realms: Condition): Candidates[] {
  const wanted = values.filter((value) => value !== '' && canBeStored(value)).map(foldedForm);
  const keys = sqliteSearch.among(column(TEXT_COLUMNS[field].key), wanted);
  return [select(RANK.keys, indexName(field), joined('and', [realms, keys]))];
}

/** Halved again and again, as the parser of the index takes no long lists either. */
function matchOf(matches: readonly string[], word: 'AND' | 'OR'): Extract<Candidates, { kind: 'match' }> {
  const middle = matches.length >> 1;
  const [first = ''] = matches;
  const match =
    matches.length === 1
      ? first
      : `(${matchOf(matches.slice(0, middle), word).match} ${word} ${matchOf(matches.slice(middle), word).match})`;
  return { kind: 'match', rank: RANK.match, match };
}

function ids(values: readonly string[]): Condition {
  return sqliteSearch.among(
    column('user_id'),
    values.filter((value) => canBeStored(value)),
  );
}

/** Numbers of the rows that meet a condition, by an index of that name; by the ids of users with the table's own name. */
function select(rank: number, index: string, where: Condition): Candidates {
  const from = index === 'user_search' ? sql`user_search AS s` : sql`user_search AS s INDEXED BY ${sql.ref(index)}`;
  return { kind: 'select', rank, select: sql`SELECT s.number AS number FROM ${from} WHERE ${where}` };
}
