import { sql } from 'kysely';
import type { TextField, TextMatch } from '../../app/ports/user-list.ts';
import { codePoints } from '../../core/values/text.ts';
import type { Piece, SearchEngine } from './compiler.ts';
import { type Condition, column, joined, NEVER } from './condition.ts';
import { TEXT_COLUMNS } from './row.ts';
import { behindPrefix, canBeStored, foldedForm } from './text.ts';

export function textCondition(field: TextField, match: TextMatch, engine: SearchEngine): Condition {
  const { key, raw } = TEXT_COLUMNS[field];
  const folded = foldedCondition(column(key), match, engine);
  if (match.ignoreCase || folded === NEVER || match.value === '') return folded;
  const text = rawText(column(key), column(raw));
  return joined('and', [folded, partCondition(text, match, engine)]);
}

export function textInCondition(
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

/** The part of a filter on a text that its folded form decides. */
export function foldedCondition(key: Piece, { method, value }: TextMatch, engine: SearchEngine): Condition {
  if (!canBeStored(value)) return NEVER;
  const folded = foldedForm(value);
  if (folded === '') return method === 'equals' ? NEVER : sql`${key} <> ''`;
  return method === 'startsWith' ? prefixCondition(key, folded) : partCondition(key, { method, value: folded }, engine);
}

/** Whether a text starts with another, as a range of an index. */
export function prefixCondition(text: Piece, prefix: string): Condition {
  const behind = behindPrefix(prefix);
  return behind === null ? sql`${text} >= ${prefix}` : sql`(${text} >= ${prefix} AND ${text} < ${behind})`;
}

/**
 * Whether a text is, or has at a place, another, character by character.
 *
 * @param value not empty
 */
export function partCondition(
  text: Piece,
  { method, value }: Pick<TextMatch, 'method' | 'value'>,
  engine: SearchEngine,
): Condition {
  switch (method) {
    case 'equals':
      return sql`${text} = ${value}`;
    case 'startsWith':
      return sql`substr(${text}, 1, ${codePoints(value)}) = ${value}`;
    case 'endsWith':
      return sql`${engine.lastCharacters(text, codePoints(value))} = ${value}`;
    case 'contains':
      return engine.contains(text, value);
  }
}

/** Texts that a row can have, which absent ones are not. */
export function storable(values: readonly string[]): string[] {
  return values.filter((value) => value !== '' && canBeStored(value));
}

/** The text itself is kept only where it differs from its folded form. */
export function rawText(key: Piece, raw: Piece): Piece {
  return sql`CASE WHEN ${raw} = '' THEN ${key} ELSE ${raw} END`;
}
