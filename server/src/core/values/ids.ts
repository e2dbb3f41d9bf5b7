import { codePoints, isWellFormedText } from './text.ts';

/** Whether `text` can be the id of a user: 1 to 200 code points. Generated ids are shorter; clients may choose others. */
export function isUserId(text: string): boolean {
  const length = codePoints(text);
  return length >= 1 && length <= 200 && isWellFormedText(text);
}
