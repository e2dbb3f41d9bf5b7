import { TEXT_FIELDS, type TextField } from '../../../app/ports/user-list.ts';
import { KEY_COLUMNS } from '../../search/row.ts';

/**
 * The index of trigrams, over the folded forms. It keeps for each run of three characters the rows that have it, and
 * nothing else (no text, no place), so what it finds must be looked at again.
 *
 * So that a run is found in its own field only, though no field is kept either, the ASCII characters of each field stand
 * under characters of their own, from a private plane of Unicode: what all e-mail addresses end in does not get into the
 * way of finding the few nicknames that have it.
 */
export const TRIGRAM_TABLE = `CREATE VIRTUAL TABLE user_search_text USING fts5 (
  ${KEY_COLUMNS.join(', ')}, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1'
)`;

/** Most trigrams of one text that are looked up: more of them find hardly fewer rows. */
const MOST_TRIGRAMS = 24;

/** Code units per field; together they fit under one leading surrogate. */
const CHARACTERS = 0x80;
/** Leading surrogate of U+F0000 to U+F03FF, and the one that stands for it where a text has it itself. */
const LEADING = '\uDB80';
const INSTEAD = '\uDB81';

/** A folded text as the index has it. */
export function indexedForm(field: TextField, folded: string): string {
  const shift = 0xdc00 + TEXT_FIELDS.indexOf(field) * CHARACTERS;
  let form = '';
  for (let at = 0; at < folded.length; at += 1) {
    const unit = folded.charCodeAt(at);
    if (unit < CHARACTERS) form += LEADING + String.fromCharCode(shift + unit);
    else form += unit === 0xdb80 ? INSTEAD : folded.charAt(at);
  }
  return form;
}

/** Whether no trigram of the text can be one of another field. */
export function isOfItsFieldOnly(folded: string): boolean {
  return /^[\0-\x7f]*$/.test(folded);
}

/** What rows that have the text anywhere in the field must match, in the language of the index; `null` below three. */
export function trigramMatch(field: TextField, folded: string): string | null {
  const characters = Array.from(indexedForm(field, folded));
  const last = characters.length - 3;
  if (last < 0) return null;
  const step = Math.max(1, last / (MOST_TRIGRAMS - 1));
  const trigrams = new Set<string>();
  for (let at = 0; at <= last; at += step) {
    const from = Math.floor(at);
    trigrams.add(
      `"${characters
        .slice(from, from + 3)
        .join('')
        .replaceAll('"', '""')}"`,
    );
  }
  return `(${[...trigrams].join(' AND ')})`;
}
