import { caselessForm } from './case-fold.ts';
import { parseEmail } from './email.ts';
import { codePoints, isWellFormedText } from './text.ts';

/**
 * The key under which a username is unique and looked up: NFKC and full case folding to a fixed point. The name itself
 * is shown as it was given.
 */
export function usernameKey(username: string): string {
  return caselessForm(username, 'NFKC');
}

/** Whether `text` can be a username at all: 1 to 200 code points. */
export function isUsername(text: string): boolean {
  const length = codePoints(text);
  return length >= 1 && length <= 200 && isWellFormedText(text);
}

/** The narrower rule of APIs that know handles: 5 to 64 of `A-Z a-z 0-9 . _ -`, or an e-mail address. */
export function isHandleOrEmail(text: string): boolean {
  return /^[A-Za-z0-9._-]{5,64}$/.test(text) || parseEmail(text) !== null;
}
