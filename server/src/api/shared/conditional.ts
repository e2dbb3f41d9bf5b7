import { Fault } from './faults.ts';

/** A precondition: any existing record, or one whose version is listed. An empty list is never met. */
export type IfMatch = { readonly any: true } | { readonly any: false; readonly versions: readonly number[] };

/** An entity tag: optional weakness mark, then a quoted opaque value (RFC 9110, 8.8.3). */
const TAG = /[ \t]*(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(,|$)/y;
const VERSION = /^(?:0|[1-9][0-9]{0,14})$/;

/** The entity tag of a record's version, such as `"12"`. */
export function etag(version: number): string {
  return `"${version}"`;
}

/**
 * Reads `If-Match`. Weak and strong tags compare alike, by the number inside. A well-formed tag that is none of ours
 * can match nothing and so adds no version.
 *
 * @returns null when the header is absent
 * @throws Fault `malformed_if_match`
 */
export function parseIfMatch(header: string | undefined): IfMatch | null {
  if (header === undefined) return null;
  if (header.trim() === '*') return { any: true };
  const versions: number[] = [];
  TAG.lastIndex = 0;
  for (;;) {
    const tag = TAG.exec(header);
    if (tag === null) throw new Fault('malformed_if_match', 'If-Match is neither * nor a list of entity tags.');
    const value = tag[1] ?? '';
    if (VERSION.test(value)) versions.push(Number(value));
    if (tag[2] !== ',') return { any: false, versions };
  }
}

/** Whether a record at `version` meets the precondition; no precondition is always met. */
export function matches(condition: IfMatch | null, version: number): boolean {
  return condition === null || condition.any || condition.versions.includes(version);
}
