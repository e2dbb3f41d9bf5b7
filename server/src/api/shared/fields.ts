import { Fault, type FaultName } from './faults.ts';

/** Names with all their values, in the order of the text: a query string or a form. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** Most fields that a query string or form may have. */
export const MAX_FIELDS = 1000;

const NONE: Fields = new Map();

/**
 * Reads `a=1&b=2` strictly: escapes must be whole and spell UTF-8, and nothing may decode to NUL.
 *
 * @param fault what to throw, as it depends on where the text was found
 */
export function parseFields(text: string, fault: FaultName): Fields {
  if (text === '') return NONE;
  const parts = text.split('&', MAX_FIELDS + 1);
  if (parts.length > MAX_FIELDS) throw new Fault(fault, `There are more than ${MAX_FIELDS} fields.`);
  const fields = new Map<string, string[]>();
  for (const part of parts) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals === -1 ? part : part.slice(0, equals), fault);
    const value = equals === -1 ? '' : decode(part.slice(equals + 1), fault);
    const values = fields.get(name);
    if (values === undefined) fields.set(name, [value]);
    else values.push(value);
  }
  return fields;
}

/**
 * The value of a field that may be given once.
 *
 * @throws Fault when it is repeated
 */
export function single(fields: Fields, name: string, fault: FaultName = 'malformed_query'): string | undefined {
  const values = fields.get(name);
  if (values !== undefined && values.length > 1) throw new Fault(fault, `The field ${name} is repeated.`);
  return values?.[0];
}

function decode(text: string, fault: FaultName): string {
  let decoded = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (decoded.includes('%')) {
    try {
      decoded = decodeURIComponent(decoded);
    } catch {
      throw new Fault(fault, 'A percent-encoded field is malformed.');
    }
  }
  if (decoded.includes('\0')) throw new Fault(fault, 'A field holds a NUL character.');
  return decoded;
}
