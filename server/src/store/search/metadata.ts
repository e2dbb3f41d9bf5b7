import { hash } from 'node:crypto';
import { sql } from 'kysely';
import type { MetadataFilter, TextMatch } from '../../app/ports/user-list.ts';
import type { User } from '../../core/user/user.ts';
import type { SearchEngine } from './compiler.ts';
import { ALWAYS, type Condition, joined, NEVER } from './condition.ts';
import { canBeStored, foldedForm } from './text.ts';
import { partCondition, prefixCondition, rawText } from './text-condition.ts';

/** One entry of a user's metadata, by which those are found who have what few have. */
export interface MetadataEntry {
  readonly name: string;
  readonly nameKey: string;
  readonly valueDigest: string;
}

/**
 * All entries of a user together, which a list reads beside the user's row: with folded keys, and with keys as they are
 * where that differs. `|value=key|value=key|`, with marks for the values.
 */
export const METADATA_COLUMNS = ['metadata', 'metadata_raw'] as const;
export type MetadataColumn = (typeof METADATA_COLUMNS)[number];
export type MetadataTexts = Readonly<Record<MetadataColumn, string>>;

/** Between entries, and between the value and the key of each. */
const BESIDE = '|';
const BEFORE_KEY = '=';
/** Characters of a value's mark, each of five bits, which tell it from all others. */
const MARK_LENGTH = 20;

export function metadataEntriesOf(user: User): MetadataEntry[] {
  return Object.entries(user.extra.metadata).map(([name, value]) => ({
    name,
    nameKey: foldedForm(name),
    valueDigest: valueDigest(value),
  }));
}

/** Both are empty for who has no metadata. */
export function metadataTextsOf(entries: readonly MetadataEntry[]): MetadataTexts {
  const folded = textOf(entries, ({ nameKey }) => nameKey);
  const raw = textOf(entries, ({ name }) => name);
  return { metadata: folded, metadata_raw: raw === folded ? '' : raw };
}

/** Whether the texts are not enough to tell who meets the filter: that key and value are of one entry. */
export function needsEntries({ key, value }: MetadataFilter): boolean {
  return value !== undefined && (key?.method === 'endsWith' || key?.method === 'contains');
}

/** Condition on all metadata of a user. */
export function metadataCondition(filter: MetadataFilter, engine: SearchEngine): Condition {
  const { key, value } = filter;
  if (key !== undefined && !canBeStored(key.value)) return NEVER;
  const folded = engine.metadata('metadata');
  const text = key?.ignoreCase === false ? rawText(folded, engine.metadata('metadata_raw')) : folded;
  const named = key === undefined ? BEFORE_KEY : partOf(key);
  if (value === undefined) return engine.contains(text, named);
  const mark = markOf(digestOf(value));
  const valued = engine.contains(text, `${mark}${BEFORE_KEY}`);
  if (needsEntries(filter)) {
    const ofOne = engine.hasEntry(entryCondition(filter, engine));
    const isOfAny = 'equals' in value ? [valued, ofOne] : [joined('or', [sql`NOT (${valued})`, ofOne])];
    return joined('and', [engine.contains(text, named), ...isOfAny]);
  }
  if ('equals' in value) return engine.contains(text, `${mark}${named}`);
  return engine.contains(sql`replace(${text}, ${`${mark}${named}`}, '')`, named);
}

/** Condition on an entry `m` of `user_metadata`; who has one that meets it meets the filter, and nobody else. */
export function entryCondition({ key, value }: MetadataFilter, engine: SearchEngine): Condition {
  const conditions: Condition[] = [];
  if (key !== undefined) conditions.push(keyCondition(key, engine));
  if (value !== undefined) {
    const [digest, wanted] = [sql.ref('m.value_digest'), digestOf(value)];
    conditions.push('equals' in value ? sql`${digest} = ${wanted}` : sql`${digest} <> ${wanted}`);
  }
  return joined('and', conditions);
}

function keyCondition({ method, value, ignoreCase }: TextMatch, engine: SearchEngine): Condition {
  if (!canBeStored(value)) return NEVER;
  const [key, raw, folded] = [sql.ref('m.name_key'), sql.ref('m.name'), foldedForm(value)];
  const text = ignoreCase ? folded : value;
  if (method === 'equals') {
    const isFolded: Condition = sql`${key} = ${folded}`;
    return ignoreCase ? isFolded : joined('and', [isFolded, sql`${raw} = ${value}`]);
  }
  if (text === '') return ALWAYS;
  const prefix = method === 'startsWith' ? indexedPrefix({ value, ignoreCase }) : '';
  const inRange = prefix === '' ? [] : [prefixCondition(key, prefix)];
  if (ignoreCase && inRange.length > 0) return joined('and', inRange);
  return joined('and', [...inRange, partCondition(ignoreCase ? key : raw, { method, value: text }, engine)]);
}

/**
 * What the folded forms of all keys start with that start with a text, as far as an index leads to them: where case
 * counts, the last letter of the text may be another when folded with a mark that follows it, as may letters beyond ASCII.
 */
export function indexedPrefix({ value, ignoreCase }: Pick<TextMatch, 'value' | 'ignoreCase'>): string {
  if (ignoreCase) return foldedForm(value);
  return /^[ -~]+$/.test(value) ? foldedForm(value.slice(0, -1)) : '';
}

/** What is in the text of those who have such a key; from before it, if that is where it starts. */
function partOf({ method, value, ignoreCase }: TextMatch): string {
  const key = withoutMarks(ignoreCase ? foldedForm(value) : value);
  switch (method) {
    case 'equals':
      return `${BEFORE_KEY}${key}${BESIDE}`;
    case 'startsWith':
      return `${BEFORE_KEY}${key}`;
    case 'endsWith':
      return `${key}${BESIDE}`;
    case 'contains':
      return key === '' ? BEFORE_KEY : key;
  }
}

/** Values may be long; their digests are compared. */
function valueDigest(value: string): string {
  return hash('sha256', value, 'base64url');
}

function digestOf(value: NonNullable<MetadataFilter['value']>): string {
  return valueDigest('equals' in value ? value.equals : value.differsFrom);
}

/** Of control characters: so many stand side by side in no key. */
function markOf(digest: string): string {
  return controls(...Buffer.from(digest, 'base64url').subarray(0, MARK_LENGTH));
}

function textOf(entries: readonly MetadataEntry[], keyOf: (entry: MetadataEntry) => string): string {
  if (entries.length === 0) return '';
  const parts = entries.map((entry) => `${markOf(entry.valueDigest)}${BEFORE_KEY}${withoutMarks(keyOf(entry))}`);
  return `${BESIDE}${parts.join(BESIDE)}${BESIDE}`;
}

/** No part of a key looks like what stands for such a character, nor do two of them: all begin alike, and are as long. */
function withoutMarks(key: string): string {
  return key.replaceAll(/[\p{Cc}^|=]/gu, (character) => {
    const code = character.charCodeAt(0);
    return `^${controls(code >> 5, code)}`;
  });
}

/** The last five bits of each, as control characters. */
function controls(...numbers: readonly number[]): string {
  return String.fromCharCode(...numbers.map((number) => number % 32 || 0x7f));
}
