import { codePoints } from './text.ts';

const LONGEST = 2048;

// What no URI may hold: the URL parser would drop or repair it, and then show something else than was stored.
const NEVER_IN_A_URI = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}\\<>"]/u;

/**
 * The parsed form of an absolute http or https URL of up to 2048 code points with a host and without user name and
 * password, or `null`.
 */
export function readWebUrl(text: string): URL | null {
  if (codePoints(text) > LONGEST || NEVER_IN_A_URI.test(text)) return null;
  const authority = authorityOf(text);
  if (authority === null || authority.includes('@')) return null;
  return URL.canParse(text) ? new URL(text) : null;
}

/** What stands between `//` and the path, as written; `null` when there is nothing. */
export function authorityOf(text: string): string | null {
  return /^https?:\/\/([^/?#]+)/i.exec(text)?.[1] ?? null;
}

/** Reads a web address (see `readWebUrl`), answering it as it was given. */
export function parseWebUrl(text: string): string | null {
  return readWebUrl(text) === null ? null : text;
}
