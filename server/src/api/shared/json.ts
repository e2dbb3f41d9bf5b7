import { isUtf8 } from 'node:buffer';
import { Fault } from './faults.ts';

/** Deepest nesting of arrays and objects that a body may have. */
export const MAX_JSON_DEPTH = 64;

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

const malformed = (detail: string): Fault => new Fault('malformed_body', detail);

/**
 * Reads one JSON text strictly: UTF-8 without byte order mark, no repeated member names, no NUL or lone surrogate in
 * any string, no number beyond a double, at most 64 levels. Members named like parts of a prototype come out as plain
 * own properties, so a caller must still not merge the result into another object.
 *
 * @throws Fault `malformed_body`
 */
export function parseJson(bytes: Uint8Array): unknown {
  const { members, escapes } = scan(bytes);
  if (!isUtf8(bytes)) throw malformed('The body is not valid UTF-8.');
  let value: unknown;
  try {
    value = JSON.parse(asText(bytes));
  } catch {
    throw malformed('The body is not valid JSON.');
  }
  // Each member of the text has one colon outside strings; a repeated name leaves fewer keys than colons.
  if (audit(value, escapes) !== members) throw malformed('The body repeats a member name.');
  return value;
}

function asText(bytes: Uint8Array): string {
  return (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString();
}

interface Outline {
  readonly members: number;
  /** Whether any string holds a `\u` escape: the only way to write a NUL or a lone surrogate in valid UTF-8. */
  readonly escapes: boolean;
}

/** One pass over the bytes before anything recursive sees them. All structural characters of JSON are ASCII. */
function scan(bytes: Uint8Array): Outline {
  let members = 0;
  let depth = 0;
  let inString = false;
  let escapes = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === QUOTE) inString = false;
      else if (byte === BACKSLASH) {
        at += 1;
        if (bytes[at] === LETTER_U) escapes = true;
      }
    } else if (byte === QUOTE) inString = true;
    else if (byte === COLON) members += 1;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > MAX_JSON_DEPTH) throw malformed(`The body is nested deeper than ${MAX_JSON_DEPTH} levels.`);
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return { members, escapes };
}

/** Checks every value and gives the number of members in the tree. */
function audit(value: unknown, escapes: boolean): number {
  if (typeof value === 'string') {
    if (escapes) checkText(value);
    return 0;
  }
  if (typeof value === 'number') {
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      throw malformed('The body holds a number out of range.');
    }
    return 0;
  }
  if (typeof value !== 'object' || value === null) return 0;
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) members += audit(item, escapes);
    return members;
  }
  // Every member is an own enumerable property, `__proto__` included; `for in` would also be right, but is no faster.
  const object = value as Record<string, unknown>;
  for (const name of Object.keys(object)) {
    if (escapes) checkText(name);
    members += 1 + audit(object[name], escapes);
  }
  return members;
}

function checkText(text: string): void {
  if (text.includes('\0')) throw malformed('The body holds a NUL character.');
  if (!text.isWellFormed()) throw malformed('The body holds half of a surrogate pair.');
}
