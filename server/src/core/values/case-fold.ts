/**
 * Unicode full case folding, the same in every locale.
 *
 * JavaScript has no such function, but its case mappings are the data that folding is derived from: down, up and down
 * again joins every pair, also those that only meet on the way (`ẞ`, `ß`, `ss`; `K`, the Kelvin sign; `ſ`, `s`).
 * Three things need care. Lower-casing a whole string is context-sensitive for the final sigma, so `ς` is joined with
 * `σ`. Going up would turn the dotless `ı` into `I`, which folding keeps apart from `i`. And Cherokee comes out in
 * lower case where the Unicode table has upper case: another representative of the same pairs.
 */
export function foldCase(text: string): string {
  if (isPrintableAscii(text)) return text.toLowerCase();
  return text.split('ı').map(foldDotted).join('ı');
}

function foldDotted(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

/**
 * Reordering a run of combining marks takes time quadratic in its length. Nothing that is stored under a key is longer
 * than this (in UTF-16 units), so a longer text is only folded: it can match nothing.
 */
const LONGEST_NORMALIZED = 1024;

/**
 * The form in which two spellings of a name are compared: normalised, then case-folded, repeated until nothing changes
 * (folding can separate what normalising joins, as in `ᾳ` followed by a diaeresis). So
 * `caselessForm(caselessForm(x)) === caselessForm(x)` for every string.
 */
export function caselessForm(text: string, normalization: 'NFC' | 'NFKC'): string {
  if (isPrintableAscii(text) || text.length > LONGEST_NORMALIZED) return foldCase(text);
  let form = text;
  // Ends after at most three rounds: the first leaves no iota subscript and no compatibility character to separate.
  for (;;) {
    const next = foldCase(form.normalize(normalization));
    if (next === form) return form;
    form = next;
  }
}

function isPrintableAscii(text: string): boolean {
  return !/[^ -~]/.test(text);
}
