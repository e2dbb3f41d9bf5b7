import { TEXT_FIELDS, type TextField } from '../../../app/ports/user-list.ts';
import { KEY_COLUMNS } from '../../search/row.ts';

/**
 * The index of trigrams, over the folded forms. It keeps for each run of three characters the rows that have it, and
 * nothing else (no text, no place), so what it finds must be looked at again.
 *
 * So that a run is found in its own field only, though no field is kept either, the ASCII characters of each field stand
 * under characters of their own: what all e-mail addresses end in does not get into the way of finding the few nicknames
 * that have it. They are taken from those of two bytes, and these move to a private range.
 */
export const TRIGRAM_TABLE = `CREATE VIRTUAL TABLE user_search_text USING fts5 (
  ${KEY_COLUMNS.join(', ')}, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1'
)`;

/** Most trigrams of one text that are looked up: more of them find hardly fewer rows. */
const MOST_TRIGRAMS = 24;

/** Characters per field, and where those of the first begin. */
const CHARACTERS = 0x80;
const FIRST = 0x80;
/** Behind the characters of the last field. */
const BEHIND = FIRST + TEXT_FIELDS.length * CHARACTERS;
/** Where the characters that stood there move. */
const PRIVATE = 0xe000;

/** A folded text as the index has it. */
export function indexedForm(field: TextField, folded: string): string {
  const shift = FIRST + TEXT_FIELDS.indexOf(field) * CHARACTERS;
  let form = '';
  for (let at = 0; at < folded.length; at += 1) {
    const unit = folded.charCodeAt(at);
    if (unit < CHARACTERS) form += String.fromCharCode(shift + unit);
    else form += unit < BEHIND ? String.fromCharCode(PRIVATE + unit) : folded.charAt(at);
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
  const count = Math.min(last + 1, MOST_TRIGRAMS);
  const trigrams = new Set<string>();
  for (let n = 0; n < count; n += 1) {
    const from = Math.round((n * last) / Math.max(1, count - 1));
    // No character of the query language is left in that form, not even a quotation mark.
    trigrams.add(`"${characters.slice(from, from + 3).join('')}"`);
  }
  return `(${[...trigrams].join(' AND ')})`;
}
