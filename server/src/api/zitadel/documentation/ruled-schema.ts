import { type JsonObject, ScalarType } from '@bufbuild/protobuf';

type Schema = Record<string, unknown>;

const INTEGER = { type: 'integer' };
/** 64 bits do not fit a number of JSON, so these are written as strings; numbers are read too. */
const LONG = { type: ['string', 'integer'], pattern: '^-?[0-9]+$' };
const BYTES_PER_BLOCK = 3;
const DIGITS_PER_BLOCK = 4;

/** The schema of a scalar value under its `validate.rules`, given as protobuf JSON. */
export function ruledSchema(scalar: ScalarType, rule: JsonObject): Schema {
  const [settings = {}] = Object.values(rule) as JsonObject[];
  switch (scalar) {
    case ScalarType.STRING:
      return { type: 'string', ...lengths(settings), ...formats(settings) };
    case ScalarType.BYTES:
      return { type: 'string', contentEncoding: 'base64', ...encodedLengths(settings) };
    case ScalarType.BOOL:
      return { type: 'boolean', ...(settings['const'] !== undefined && { const: settings['const'] }) };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return { type: 'number', ...range(settings) };
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return { ...LONG, format: 'int64', ...range(settings) };
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return { ...LONG, format: 'uint64', ...range(settings) };
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return { ...INTEGER, format: 'uint32', minimum: 0, ...range(settings) };
    default:
      return { ...INTEGER, format: 'int32', ...range(settings) };
  }
}

/** Lengths are code points in both. */
function lengths({ minLen, maxLen }: JsonObject): Schema {
  return {
    ...(minLen !== undefined && { minLength: Number(minLen) }),
    ...(maxLen !== undefined && { maxLength: Number(maxLen) }),
  };
}

function formats({ email, uriRef }: JsonObject): Schema {
  return { ...(email === true && { format: 'email' }), ...(uriRef === true && { format: 'uri-reference' }) };
}

/** Lengths of base64 for lengths in bytes: with padding at most, without it at least. */
function encodedLengths({ minLen, maxLen }: JsonObject): Schema {
  return {
    ...(minLen !== undefined && { minLength: Math.ceil((Number(minLen) * DIGITS_PER_BLOCK) / BYTES_PER_BLOCK) }),
    ...(maxLen !== undefined && { maxLength: Math.ceil(Number(maxLen) / BYTES_PER_BLOCK) * DIGITS_PER_BLOCK }),
  };
}

const BOUNDS = { gt: 'exclusiveMinimum', gte: 'minimum', lt: 'exclusiveMaximum', lte: 'maximum' } as const;

function range(settings: JsonObject): Schema {
  return Object.fromEntries(
    Object.entries(BOUNDS).flatMap(([name, keyword]) =>
      settings[name] === undefined ? [] : [[keyword, Number(settings[name])]],
    ),
  );
}
