import { type DescField, type DescMessage, type JsonObject, type JsonValue, ScalarType } from '@bufbuild/protobuf';
import { DecodeError, invalidValue } from './decode-error.ts';
import { integerText } from './integer-text.ts';

/** Deeper values would overflow the stack of whoever walks them. */
const MAX_DEPTH = 1000;

type Prepare = (json: JsonValue) => JsonValue;

const prepares = new WeakMap<DescMessage, Prepare>();

/**
 * A JSON value made fit for the protobuf library, which differs from Go's reader in a few cases: a `null` member of a
 * oneof counts as set there, impossible dates, hexadecimal numbers and loose base64 are let through, and exponents are
 * not understood everywhere. Nulls of oneofs are dropped, integers written out, the rest is refused. The input itself is
 * never changed.
 *
 * @throws DecodeError for those, and for text with lone surrogates anywhere
 */
export function strictJson(desc: DescMessage, json: JsonValue): JsonValue {
  checkText(json, 0);
  return prepareOf(desc)(json);
}

function checkText(json: JsonValue, depth: number): void {
  if (typeof json === 'string') {
    if (!json.isWellFormed()) throw new DecodeError('invalid UTF-8 in string');
  } else if (typeof json === 'object' && json !== null) {
    if (depth === MAX_DEPTH) throw new DecodeError('exceeded max recursion depth');
    if (Array.isArray(json)) {
      for (const item of json) checkText(item, depth + 1);
      return;
    }
    for (const key of Object.keys(json)) {
      if (!key.isWellFormed()) throw new DecodeError('invalid UTF-8 in string');
      checkText(json[key] ?? null, depth + 1);
    }
  }
}

function prepareOf(desc: DescMessage): Prepare {
  const known = prepares.get(desc);
  if (known !== undefined) return known;
  const members = new Map<string, Prepare>();
  const nullable = new Set<string>();
  const prepare: Prepare = (json) => (isObject(json) ? prepareObject(json, members, nullable) : json);
  prepares.set(desc, prepare);
  for (const field of desc.fields) {
    const value = prepareField(field);
    for (const name of [field.name, field.jsonName]) {
      if (value !== undefined) members.set(name, value);
      if (field.oneof !== undefined && !takesNull(field)) nullable.add(name);
    }
  }
  return prepare;
}

function prepareObject(json: JsonObject, members: Map<string, Prepare>, nullable: Set<string>): JsonObject {
  let copy: JsonObject | undefined;
  for (const key of Object.keys(json)) {
    const value = json[key] ?? null;
    if (value === null) {
      if (!nullable.has(key)) continue;
      copy ??= { ...json };
      delete copy[key];
      continue;
    }
    const prepared = members.get(key)?.(value) ?? value;
    if (prepared === value) continue;
    copy ??= { ...json };
    copy[key] = prepared;
  }
  return copy ?? json;
}

/** The check of a field's values, or undefined when the library's own is as strict. */
function prepareField(field: DescField): Prepare | undefined {
  const single = prepareSingle(field);
  if (single === undefined || field.fieldKind === 'map') return undefined;
  if (field.fieldKind !== 'list') return single;
  return (json) => {
    if (!Array.isArray(json)) throw invalidValue(field);
    const prepared = json.map(single);
    return prepared.some((item, i) => item !== json[i]) ? prepared : json;
  };
}

function prepareSingle(field: DescField): Prepare | undefined {
  if (field.message !== undefined) {
    if (field.message.typeName === 'google.protobuf.Timestamp') return unless(field, isImpossibleTime);
    if (field.message.typeName.startsWith('google.protobuf.')) return undefined;
    const nested = prepareOf(field.message);
    return (json) => {
      if (!isObject(json)) throw invalidValue(field);
      return nested(json);
    };
  }
  switch (field.scalar) {
    case undefined:
    case ScalarType.STRING:
    case ScalarType.BOOL:
      return undefined;
    case ScalarType.BYTES:
      return unless(field, isLooseBase64);
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return unless(field, isOddNumber);
    default:
      return (json) => integerOf(field, json);
  }
}

function unless(field: DescField, refused: (text: string) => boolean): Prepare {
  return (json) => {
    if (typeof json === 'string' && refused(json)) throw invalidValue(field);
    return json;
  };
}

function integerOf(field: DescField, json: JsonValue): JsonValue {
  // A larger number may have been rounded to another on its way here; which one was meant, only its text could tell.
  if (typeof json === 'number' && Number.isInteger(json) && !Number.isSafeInteger(json)) throw invalidValue(field);
  if (typeof json !== 'string') return json;
  const digits = integerText(json);
  if (digits === undefined) throw invalidValue(field);
  return digits;
}

function isOddNumber(text: string): boolean {
  return !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$|^NaN$|^-?Infinity$/.test(text);
}

function isLooseBase64(text: string): boolean {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (padding > 0 && text.length % 4 !== 0) return true;
  return /[^A-Za-z0-9+/_-]/.test(padding === 0 ? text : text.slice(0, -padding));
}

/** True for days a month does not have and for hour 24, which JavaScript's date parser silently moves on. */
function isImpossibleTime(text: string): boolean {
  const [, year, month, day, hour] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):/.exec(text) ?? [];
  if (hour === '24') return true;
  return Number(day) > new Date(Date.UTC(Number(year) || 2000, Number(month), 0)).getUTCDate();
}

function takesNull(field: DescField): boolean {
  return field.message?.typeName === 'google.protobuf.Value' || field.enum?.typeName === 'google.protobuf.NullValue';
}

function isObject(json: JsonValue): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
