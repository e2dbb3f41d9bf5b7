import { KEY_COLUMNS, type KeyColumn, type SearchRow } from '../../search/row.ts';

/**
 * The signature of a row: words of 32 bits, in which the characters of its folded texts, and their pairs, have set bits.
 * A row without the bits of a part has no text with that part, which is seen without a look at its texts.
 */
export const SIGNATURE_COLUMNS = [
  'signature_0',
  'signature_1',
  'signature_2',
  'signature_3',
  'signature_4',
  'signature_5',
  'signature_6',
  'signature_7',
  'signature_8',
  'signature_9',
  'signature_10',
] as const;

/** The first words are of characters: all of ASCII that can be seen have bits of their own. */
const CHARACTER_BITS = 96;
const PAIRS_FROM = CHARACTER_BITS / 32;

/** Words in the order of the columns. They are stored, so the bits of a text must stay the same for ever. */
export function signatureOf(row: Pick<SearchRow, KeyColumn>): Int32Array {
  const words = new Int32Array(SIGNATURE_COLUMNS.length);
  for (const key of KEY_COLUMNS) {
    setCharacters(words, String(row[key]));
    setPairs(words, String(row[key]));
  }
  return words;
}

/** Bits of all rows that have a text with that part, which is not empty. */
export function signatureOfPart(folded: string): Int32Array {
  const words = new Int32Array(SIGNATURE_COLUMNS.length);
  // Its pairs tell more, and each word is to be looked at.
  if (folded.length === 1) setCharacters(words, folded);
  else setPairs(words, folded);
  return words;
}

function setCharacters(words: Int32Array, text: string): void {
  for (let at = 0; at < text.length; at += 1) {
    const bit = text.charCodeAt(at) % CHARACTER_BITS;
    set(words, bit >>> 5, 1 << (bit & 31));
  }
}

/** Two bits of one word each: a single one would too often be that of a pair which every row has. */
function setPairs(words: Int32Array, text: string): void {
  for (let at = 1; at < text.length; at += 1) {
    let hash = Math.imul((text.charCodeAt(at - 1) << 16) | text.charCodeAt(at), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    hash ^= hash >>> 13;
    set(words, PAIRS_FROM + (hash >>> 29), (1 << (hash & 31)) | (1 << ((hash >>> 5) & 31)));
  }
}

function set(words: Int32Array, at: number, bits: number): void {
  words[at] = (words[at] ?? 0) | bits;
}
