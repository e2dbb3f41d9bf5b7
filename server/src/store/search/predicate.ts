import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { InFilter, MetadataFilter, TextField, TextMatch, UserFilter } from '../../app/ports/user-list.ts';
import { codePoints } from '../../core/values/text.ts';
import type { Piece, SearchEngine } from './compiler.ts';
import { kindNumber, realmOf, roleMark, stateNumber, TEXT_COLUMNS, typeNumber, valueDigest } from './row.ts';
import { behindPrefix, canBeStored, foldedForm } from './text.ts';

export type Condition = RawBuilder<SqlBool>;

export const ALWAYS: Condition = sql`1 = 1`;
export const NEVER: Condition = sql`1 = 0`;

const EXACT_COLUMNS = {
  id: 'user_id',
  code: 'code',
  referralCode: 'referral_code',
  language: 'language',
  timeZone: 'time_zone',
  avatarUrl: 'avatar_url',
  package: 'package',
  referrer: 'referrer',
} as const;

const FLAG_COLUMNS = { emailVerified: 'email_verified', phoneVerified: 'phone_verified', fraud: 'fraud' } as const;

/** A column of the row that a list is looking at. */
export function column(name: string): Piece {
  return sql.ref(`s.${name}`);
}

/** The filter as a condition on a row `s` of `user_search`; it is true or false, never unknown. */
export function conditionOf(filter: UserFilter, engine: SearchEngine): Condition {
  switch (filter.type) {
    case 'and':
    case 'or':
      return joined(
        filter.type,
        filter.filters.map((one) => conditionOf(one, engine)),
      );
    case 'not':
      return sql`NOT (${conditionOf(filter.filter, engine)})`;
    case 'text': {
      const { key, raw } = TEXT_COLUMNS[filter.field];
      return textCondition(column(key), rawText(column(key), column(raw)), filter, engine);
    }
    case 'textIn':
      return textInCondition(filter.field, filter.values, filter.ignoreCase, engine);
    case 'in':
      return inCondition(filter, engine);
    case 'absent':
      return sql`${column(EXACT_COLUMNS[filter.field])} = ''`;
    case 'codeContains':
      if (!canBeStored(filter.part)) return NEVER;
      return filter.part === '' ? ALWAYS : engine.contains(column('code'), filter.part);
    case 'flag':
      return sql`${column(FLAG_COLUMNS[filter.field])} = ${filter.value ? 1 : 0}`;
    case 'role':
      return engine.contains(column('roles'), roleMark(filter.role));
    case 'created':
      return createdCondition(filter.from, filter.to);
    case 'metadata':
      return sql`EXISTS (SELECT 1 FROM ${engine.metadataByUser}
        WHERE m.user_id = ${column('user_id')} AND ${metadataCondition(filter, engine)})`;
  }
}

/** Halved again and again, so that the depth stays far below what a database's parser takes. */
export function joined(type: 'and' | 'or', conditions: readonly Condition[]): Condition {
  const [first] = conditions;
  if (first === undefined) return type === 'and' ? ALWAYS : NEVER;
  if (conditions.length === 1) return first;
  const middle = conditions.length >> 1;
  const [left, right] = [joined(type, conditions.slice(0, middle)), joined(type, conditions.slice(middle))];
  return type === 'and' ? sql`(${left} AND ${right})` : sql`(${left} OR ${right})`;
}

/** The part of a filter on a text that its folded form decides. */
export function foldedCondition(key: Piece, { method, value }: TextMatch, engine: SearchEngine): Condition {
  if (!canBeStored(value)) return NEVER;
  const folded = foldedForm(value);
  if (folded === '') return method === 'equals' ? NEVER : sql`${key} <> ''`;
  switch (method) {
    case 'equals':
      return sql`${key} = ${folded}`;
    case 'startsWith': {
      const behind = behindPrefix(folded);
      return behind === null ? sql`${key} >= ${folded}` : sql`(${key} >= ${folded} AND ${key} < ${behind})`;
    }
    case 'endsWith':
      return sql`${engine.lastCharacters(key, codePoints(folded))} = ${folded}`;
    case 'contains':
      return engine.contains(key, folded);
  }
}

export function createdCondition(from: number | undefined, to: number | undefined): Condition {
  const bounds: Condition[] = [];
  if (from !== undefined) bounds.push(sql`${column('created_at')} >= ${from}`);
  if (to !== undefined) bounds.push(sql`${column('created_at')} <= ${to}`);
  return joined('and', bounds);
}

/** Condition on an entry `m` of `user_metadata`. */
export function metadataCondition({ key, value }: MetadataFilter, engine: SearchEngine): Condition {
  const conditions: Condition[] = [];
  if (key !== undefined) conditions.push(textCondition(sql.ref('m.name_key'), sql.ref('m.name'), key, engine));
  if (value !== undefined && 'equals' in value) {
    conditions.push(sql`${sql.ref('m.value_digest')} = ${valueDigest(value.equals)}`);
  }
  if (value !== undefined && 'differsFrom' in value) {
    conditions.push(sql`${sql.ref('m.value_digest')} <> ${valueDigest(value.differsFrom)}`);
  }
  return joined('and', conditions);
}

function textCondition(key: Piece, raw: Piece, match: TextMatch, engine: SearchEngine): Condition {
  const folded = foldedCondition(key, match, engine);
  if (match.ignoreCase || folded === NEVER || match.value === '') return folded;
  return joined('and', [folded, rawCondition(raw, match, engine)]);
}

function rawCondition(raw: Piece, { method, value }: TextMatch, engine: SearchEngine): Condition {
  switch (method) {
    case 'equals':
      return sql`${raw} = ${value}`;
    case 'startsWith':
      return sql`substr(${raw}, 1, ${codePoints(value)}) = ${value}`;
    case 'endsWith':
      return sql`${engine.lastCharacters(raw, codePoints(value))} = ${value}`;
    case 'contains':
      return engine.contains(raw, value);
  }
}

function textInCondition(
  field: TextField,
  values: readonly string[],
  ignoreCase: boolean,
  engine: SearchEngine,
): Condition {
  const { key, raw } = TEXT_COLUMNS[field];
  const wanted = storable(values);
  if (wanted.length === 0) return NEVER;
  const folded = engine.among(column(key), wanted.map(foldedForm));
  if (ignoreCase) return folded;
  return joined('and', [folded, engine.among(rawText(column(key), column(raw)), wanted)]);
}

function inCondition(filter: InFilter, engine: SearchEngine): Condition {
  switch (filter.field) {
    case 'kind':
      return numbersCondition('kind', filter.values.map(kindNumber));
    case 'state':
      return numbersCondition('state', filter.values.map(stateNumber));
    case 'type':
      return numbersCondition('type', filter.values.map(typeNumber));
    case 'organization': {
      const realms = storable(filter.values).flatMap((id) => [realmOf(id, false), realmOf(id, true)]);
      return realms.length === 0 ? NEVER : engine.among(column('realm'), realms);
    }
    case 'referrer':
      return referredCondition(filter.values, engine);
    default: {
      const wanted = storable(filter.values);
      return wanted.length === 0 ? NEVER : engine.among(column(EXACT_COLUMNS[filter.field]), wanted);
    }
  }
}

/** Most have none, so the index holds only those that have one, and is of use only where that is said. */
export function referredCondition(values: readonly string[], engine: SearchEngine): Condition {
  const referrer = column(EXACT_COLUMNS.referrer);
  return joined('and', [sql`${referrer} <> ''`, engine.among(referrer, storable(values))]);
}

function numbersCondition(name: string, numbers: readonly number[]): Condition {
  return numbers.length === 0 ? NEVER : sql`${column(name)} IN (${sql.join(numbers)})`;
}

function storable(values: readonly string[]): string[] {
  return values.filter((value) => value !== '' && canBeStored(value));
}

/** The text itself is kept only where it differs from its folded form. */
function rawText(key: Piece, raw: Piece): Piece {
  return sql`CASE WHEN ${raw} = '' THEN ${key} ELSE ${raw} END`;
}
