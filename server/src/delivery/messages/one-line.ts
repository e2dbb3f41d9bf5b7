/** Control characters, line and paragraph separators, lone surrogates, and marks that turn the direction of writing. */
const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** A text of somebody's own as it may stand in a header or in the middle of a sentence: in one line that runs one way. */
export function oneLine(text: string): string {
  return text.replaceAll(UNFIT, ' ').replaceAll(/\s+/g, ' ').trim();
}
