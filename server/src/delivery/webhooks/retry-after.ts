/** Longer is not waited on anybody's word: a day. */
const LONGEST = 24 * 60 * 60 * 1000;

/**
 * What a `Retry-After` header asks for: seconds, or a date.
 *
 * @returns milliseconds from now; `undefined` when it asks for nothing that can be understood
 */
export function retryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim() ?? '';
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : dateOf(text) - now;
  return Number.isNaN(wait) || wait <= 0 ? undefined : Math.min(wait, LONGEST);
}

/** Dates of HTTP only: what else the language takes for a date is none here. */
function dateOf(text: string): number {
  return /^[A-Z][a-z]{2,8}, |^[A-Z][a-z]{2} [A-Z][a-z]{2} /.test(text) ? Date.parse(text) : Number.NaN;
}
