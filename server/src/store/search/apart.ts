import { sql } from 'kysely';
import type { TextField, UserFilter } from '../../app/ports/user-list.ts';
import type { SearchEngine } from './compiler.ts';
import { type Condition, joined } from './condition.ts';
import { type SearchRow, TEXT_COLUMNS } from './row.ts';

/** Texts that mostly are part of another: who looks for something in both finds it there. */
const PART_OF: ReadonlyMap<TextField, { readonly whole: TextField; readonly bit: number }> = new Map([
  ['username', { whole: 'email', bit: 1 }],
  ['givenName', { whole: 'displayName', bit: 2 }],
  ['familyName', { whole: 'displayName', bit: 4 }],
]);

/** The bits of those texts of a user that are no part of the other, folded or as they are. */
export function apartOf(row: SearchRow): number {
  let bits = 0;
  for (const [field, { whole, bit }] of PART_OF) {
    const [part, all] = [textsOf(row, field), textsOf(row, whole)];
    if (!all.key.includes(part.key) || !all.raw.includes(part.raw)) bits |= bit;
  }
  return bits;
}

/** At least one of them; what is looked for in a text and in another is looked for in the one only if it stands apart. */
export function eitherCondition(
  filters: readonly UserFilter[],
  engine: SearchEngine,
  conditionOf: (filter: UserFilter) => Condition,
): Condition {
  const { apart } = engine;
  const bits = new Map(apart === null ? [] : filters.map((filter) => [filter, bitOf(filter, filters)]));
  const always = filters.filter((filter) => !bits.get(filter)).map(conditionOf);
  const ofFew = filters.flatMap((filter) => {
    const bit = bits.get(filter) ?? 0;
    return bit === 0 ? [] : [sql<boolean>`(${apart} & ${bit} <> 0 AND ${conditionOf(filter)})`];
  });
  if (ofFew.length === 0) return joined('or', always);
  return joined('or', [...always, sql`(${apart} <> 0 AND ${joined('or', ofFew)})`]);
}

/** The bit of the text that is looked at, if the same is looked for in the whole; else 0. */
function bitOf(filter: UserFilter, others: readonly UserFilter[]): number {
  if (filter.type !== 'text' || filter.method !== 'contains') return 0;
  const { value, ignoreCase } = filter;
  const known = PART_OF.get(filter.field);
  const isInWhole = others.some(
    (other) =>
      other.type === 'text' &&
      other.method === 'contains' &&
      other.field === known?.whole &&
      other.value === value &&
      other.ignoreCase === ignoreCase,
  );
  return isInWhole ? (known?.bit ?? 0) : 0;
}

function textsOf(row: SearchRow, field: TextField): { key: string; raw: string } {
  const columns = TEXT_COLUMNS[field];
  const key = String(row[columns.key]);
  return { key, raw: String(row[columns.raw]) || key };
}
