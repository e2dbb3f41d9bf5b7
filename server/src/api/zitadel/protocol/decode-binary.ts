import { type DescMessage, fromBinary, type MessageShape, toJson } from '@bufbuild/protobuf';
import { DecodeError } from './decode-error.ts';

const OPTIONS = { readUnknownFields: false };

/**
 * A message from its binary form. Unknown fields are ignored, unknown enum numbers kept, and of several members of a
 * oneof the last one wins.
 *
 * @throws DecodeError when the bytes are no such message, or hold a time or a number that JSON could not tell
 */
export function decodeBinary<Desc extends DescMessage>(desc: Desc, bytes: Uint8Array): MessageShape<Desc> {
  try {
    const message = fromBinary(desc, bytes, OPTIONS);
    // Some values of well-known types exist in binary only, and would fail wherever they are used or shown.
    if (embedsWellKnown(desc)) toJson(desc, message);
    return message;
  } catch (error) {
    throw new DecodeError('cannot parse the message', error);
  }
}

const known = new WeakMap<DescMessage, boolean>();

function embedsWellKnown(desc: DescMessage): boolean {
  const found = known.get(desc);
  if (found !== undefined) return found;
  known.set(desc, false);
  const embeds = desc.fields.some(
    ({ message }) =>
      message !== undefined && (message.typeName.startsWith('google.protobuf.') || embedsWellKnown(message)),
  );
  known.set(desc, embeds);
  return embeds;
}
