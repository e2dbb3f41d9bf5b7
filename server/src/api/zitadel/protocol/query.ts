import { type DescField, type DescMessage, type JsonObject, type JsonValue, ScalarType } from '@bufbuild/protobuf';
import { DecodeError, invalidValue } from './decode-error.ts';
import { fieldNamed } from './routes.ts';

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/**
 * The fields that a query string names, as protobuf JSON. Names are proto or JSON names with dots between nested ones;
 * repeated fields take every value. Unknown names are ignored, and so are fields below one of `bound`, which the path
 * or the body fills.
 *
 * @throws DecodeError for a value that does not fit its field and for a second value of a field that takes one
 */
export function queryToJson(
  desc: DescMessage,
  pairs: Iterable<readonly [string, string]>,
  bound: readonly (readonly DescField[])[] = [],
): JsonObject {
  const json: JsonObject = {};
  for (const [name, text] of pairs) {
    const fields = resolve(desc, name);
    if (fields === undefined || bound.some((path) => path.every((field, i) => fields[i] === field))) continue;
    setText(json, fields, text);
  }
  return json;
}

/** Writes one textual value, from a path or a query string, below `json` at the place that `fields` lead to. */
export function setText(json: JsonObject, fields: readonly DescField[], text: string): void {
  const leaf = fields.at(-1);
  if (leaf === undefined) throw new Error('a value needs a field');
  let parent = json;
  for (const field of fields.slice(0, -1)) {
    const nested = parent[field.jsonName] ?? {};
    parent[field.jsonName] = nested;
    parent = nested as JsonObject;
  }
  const value = textToJson(leaf, text);
  const present = parent[leaf.jsonName];
  if (leaf.fieldKind === 'list') {
    parent[leaf.jsonName] = [...((present as JsonValue[] | undefined) ?? []), value];
    return;
  }
  if (present !== undefined) throw new DecodeError(`too many values for field ${leaf.name}`);
  parent[leaf.jsonName] = value;
}

function resolve(desc: DescMessage, dotted: string): DescField[] | undefined {
  const fields: DescField[] = [];
  let message: DescMessage = desc;
  const names = dotted.split('.');
  for (const [i, name] of names.entries()) {
    const field = fieldNamed(message, name);
    if (field === undefined) return undefined;
    fields.push(field);
    if (i === names.length - 1) break;
    if (field.fieldKind !== 'message') throw new DecodeError(`invalid path: ${field.name} is not a message`);
    message = field.message;
  }
  return fields;
}

function textToJson(field: DescField, text: string): JsonValue {
  if (field.fieldKind === 'map') throw invalidValue(field);
  if (field.enum !== undefined) {
    const number = field.enum.values.find((value) => value.name === text || String(value.number) === text)?.number;
    if (number === undefined) throw invalidValue(field);
    return number;
  }
  if (field.message !== undefined) {
    // Of messages only those that protobuf JSON writes as one string fit into one value.
    if (/^google\.protobuf\.(Timestamp|Duration|FieldMask)$/.test(field.message.typeName)) return text;
    throw invalidValue(field);
  }
  if (field.scalar === ScalarType.BOOL) {
    if (TRUE.has(text)) return true;
    if (FALSE.has(text)) return false;
    throw invalidValue(field);
  }
  return text;
}
