import { hash } from 'node:crypto';
import { Fault } from './faults.ts';

/** Longest idempotency key, in characters. */
export const MAX_KEY_LENGTH = 255;

const BARE = /^[\x21\x23-\x7e][\x21-\x7e]*$/;
const QUOTED = /^"((?:[\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"$/;

/**
 * Reads `Idempotency-Key`: the bare key, or the same key as a quoted string of structured fields. Both spellings give
 * the same key of 1 to 255 visible ASCII characters.
 *
 * @returns null when the header is absent
 * @throws Fault `malformed_idempotency_key`
 */
export function parseIdempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  const quoted = QUOTED.exec(header)?.[1];
  const key = quoted === undefined ? header : quoted.replace(/\\(.)/g, '$1');
  if (key.length > MAX_KEY_LENGTH || (quoted === undefined && !BARE.test(key))) {
    throw new Fault(
      'malformed_idempotency_key',
      `Idempotency-Key must hold 1 to ${MAX_KEY_LENGTH} visible ASCII characters, bare or as one quoted string.`,
    );
  }
  return key;
}

/** What must be the same for a repeated key to count as the same request. Preconditions are no part of it. */
export interface FingerprintInput {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** The parsed body; bytes for a body that is not JSON; undefined for none. */
  readonly body: unknown;
}

/**
 * SHA-256, in hexadecimal, over a canonical form: order of members and query names, white space, escapes and spellings
 * of one number make no difference; the order of repeated query values does.
 */
export function fingerprint(input: FingerprintInput): string {
  const query = input.query.size === 0 ? {} : Object.fromEntries(input.query);
  const text = `[${canonical(input.operation)},${canonical(input.params)},${canonical(query)},${canonical(input.body)}]`;
  return hash('sha256', text, 'hex');
}

function canonical(value: unknown): string {
  if (value === undefined) return '-';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('base64')}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const object = value as Record<string, unknown>;
  let text = '';
  for (const name of Object.keys(object).sort()) {
    if (object[name] === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonical(object[name])}`;
  }
  return `{${text}}`;
}
