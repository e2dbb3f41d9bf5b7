import type { IncomingHttpHeaders } from 'node:http';
import { Fault } from './faults.ts';

/** Headers of which a request may carry only one, in every dialect. */
const ALWAYS_SINGLE = ['host', 'authorization', 'content-type', 'content-encoding', 'idempotency-key', 'if-match'];

/** Refuses repeated headers, which Node would silently join or drop, so that no two parts of a path read them differently. */
export class SingleHeaders {
  readonly #bits = new Map<string, number>();
  readonly #lengths = new Uint8Array(256);

  /** @param names further header names of the dialect, at most 24 */
  constructor(names: readonly string[] = []) {
    for (const name of new Set([...ALWAYS_SINGLE, ...names.map((n) => n.toLowerCase())])) {
      if (this.#bits.size === 30) throw new RangeError('too many single-valued headers');
      this.#bits.set(name, 1 << this.#bits.size);
      this.#lengths[name.length] = 1;
    }
  }

  /**
   * @param rawHeaders names and values in turn, as received
   * @throws Fault `malformed_header`
   */
  check(rawHeaders: readonly string[]): void {
    let seen = 0;
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const name = rawHeaders[at] as string;
      // Most names are told apart by their length alone, which spares the lower-casing.
      if (this.#lengths[name.length] !== 1) continue;
      const bit = this.#bits.get(name.toLowerCase());
      if (bit === undefined) continue;
      if ((seen & bit) !== 0) throw new Fault('malformed_header', `The header ${name.toLowerCase()} is repeated.`);
      seen |= bit;
    }
  }
}

/** The value of a header known to be single, or undefined. An empty value counts as absent. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** @throws Fault `missing_header` when the header is absent or empty */
export function requireHeader(headers: IncomingHttpHeaders, name: string): string {
  const value = header(headers, name);
  if (value === undefined) throw new Fault('missing_header', `The header ${name} is required.`);
  return value;
}

export type Bearer = { readonly kind: 'absent' | 'malformed' } | { readonly kind: 'token'; readonly token: string };

const ABSENT: Bearer = { kind: 'absent' };
const MALFORMED: Bearer = { kind: 'malformed' };
const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]+=*)$/i;

/** Reads `Authorization` by RFC 6750: the scheme in any case, one space, one token. Anything else is malformed. */
export function bearerToken(authorization: string | undefined): Bearer {
  if (authorization === undefined) return ABSENT;
  const token = BEARER.exec(authorization)?.[1];
  return token === undefined ? MALFORMED : { kind: 'token', token };
}
