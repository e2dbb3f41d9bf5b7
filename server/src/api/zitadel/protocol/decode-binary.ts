import { type DescMessage, fromBinary, type JsonValue, type MessageShape, toJson } from '@bufbuild/protobuf';
import { DecodeError } from './decode-error.ts';
import { holdsField } from './holds-field.ts';

const OPTIONS = { readUnknownFields: false };
const embedsWellKnown = holdsField(({ message }) => message?.typeName.startsWith('google.protobuf.') === true);

/**
 * A message from its binary form. Unknown fields are ignored, unknown enum numbers kept, and of several members of a
 * oneof the last one wins.
 *
 * @throws DecodeError when the bytes are no such message, hold a time or a number that JSON could not tell, or a text
 *   with a NUL, which no JSON request may hold either
 */
export function decodeBinary<Desc extends DescMessage>(desc: Desc, bytes: Uint8Array): MessageShape<Desc> {
  const { message, json } = parse(desc, bytes);
  // PostgreSQL can neither store one nor be asked for one.
  if (json !== undefined && holdsNul(json)) throw new DecodeError('The body holds a NUL character.');
  return message;
}

interface Parsed<Desc extends DescMessage> {
  readonly message: MessageShape<Desc>;
  /** Absent where the message can be judged without it. */
  readonly json?: JsonValue;
}

function parse<Desc extends DescMessage>(desc: Desc, bytes: Uint8Array): Parsed<Desc> {
  try {
    const message = fromBinary(desc, bytes, OPTIONS);
    // Some values of well-known types exist in binary only, and would fail wherever they are used or shown.
    if (!bytes.includes(0) && !embedsWellKnown(desc)) return { message };
    return { message, json: toJson(desc, message) };
  } catch (error) {
    throw new DecodeError('cannot parse the message', error);
  }
}

function holdsNul(json: JsonValue): boolean {
  if (typeof json === 'string') return json.includes('\0');
  if (typeof json !== 'object' || json === null) return false;
  return Object.entries(json).some(([name, value]) => name.includes('\0') || holdsNul(value));
}
