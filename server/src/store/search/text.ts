import { caselessForm } from '../../core/values/case-fold.ts';
import { isWellFormedText } from '../../core/values/text.ts';

const LAST_CODE_POINT = 0x10ffff;

/** The form in which texts are searched and put in order. */
export function foldedForm(text: string): string {
  return caselessForm(text, 'NFKC');
}

/** Whether any stored text can contain `text`; databases cannot even be asked for others. */
export function canBeStored(text: string): boolean {
  return isWellFormedText(text);
}

/**
 * The first text, by code point, that is behind all texts that start with `prefix`; `null` when there is none.
 */
export function behindPrefix(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last === LAST_CODE_POINT) continue;
    // Surrogates are no characters.
    points.push(last === 0xd7ff ? 0xe000 : last + 1);
    return String.fromCodePoint(...points);
  }
  return null;
}
