/** Object identifiers of the element types. */
const TEXT = 25;
const INT8 = 20;

/** Dimensions, whether there are nulls, element type, length and lower bound of the only dimension. */
const HEAD = 20;

/**
 * A column of values in PostgreSQL's binary form of an array, for `$n::text[]`: as text, every quote of every document
 * would be escaped here and unescaped there.
 */
export function textArray(values: readonly (string | null)[]): Buffer {
  let size = HEAD;
  let hasNull = false;
  for (const value of values) {
    size += 4;
    if (value === null) hasNull = true;
    else size += Buffer.byteLength(value);
  }
  const buffer = arrayOf(size, values.length, hasNull, TEXT);
  let at = HEAD;
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at);
      continue;
    }
    const length = buffer.write(value, at + 4);
    buffer.writeInt32BE(length, at);
    at += 4 + length;
  }
  return buffer;
}

/** The same for whole numbers and `$n::bigint[]`. */
export function integerArray(values: readonly (number | null)[]): Buffer {
  const nulls = values.reduce<number>((count, value) => (value === null ? count + 1 : count), 0);
  const buffer = arrayOf(HEAD + values.length * 12 - nulls * 8, values.length, nulls > 0, INT8);
  let at = HEAD;
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at);
      continue;
    }
    at = buffer.writeInt32BE(8, at);
    at = buffer.writeBigInt64BE(BigInt(value), at);
  }
  return buffer;
}

function arrayOf(size: number, length: number, hasNull: boolean, type: number): Buffer {
  if (length === 0) {
    const empty = Buffer.alloc(12);
    empty.writeInt32BE(type, 8);
    return empty;
  }
  const buffer = Buffer.allocUnsafe(size);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(hasNull ? 1 : 0, 4);
  buffer.writeInt32BE(type, 8);
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}
