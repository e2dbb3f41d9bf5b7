import {
  type DescField,
  type DescMessage,
  type DescOneof,
  type DescService,
  getOption,
  hasOption,
  type JsonObject,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf';
import { openapiv2_field } from '@zitadel/proto/protoc-gen-openapiv2/options/annotations_pb';
import { FieldRulesSchema, required as requiredOneof, rules } from '@zitadel/proto/validate/validate_pb';
import { ruledSchema } from './ruled-schema.ts';
import { WELL_KNOWN } from './well-known.ts';

/** What a message is part of: field rules hold for requests alone, and answers have no members beside these. */
export type Direction = 'request' | 'answer';

type Schema = Record<string, unknown>;

/**
 * JSON schemas of messages by the rules of protobuf JSON. A message that is part of itself has a schema that is part of
 * itself, so they are only of use by their names.
 */
export class MessageSchemas {
  readonly #schemas = { request: new Map<DescMessage, Schema>(), answer: new Map<DescMessage, Schema>() };

  /** @param services whose messages will be asked for, so that all their names are known */
  constructor(services: readonly DescService[], others: readonly DescMessage[] = []) {
    for (const { input, output } of services.flatMap(({ methods }) => methods)) {
      this.of(input, 'request');
      this.of(output, 'answer');
    }
    for (const message of others) this.of(message, 'answer');
  }

  /** By full names of messages. One that stands in requests and answers has two schemas. */
  get named(): Readonly<Record<string, object>> {
    const { request, answer } = this.#schemas;
    return Object.fromEntries([
      ...[...request].map(([{ typeName }, schema]) => [typeName, schema]),
      ...[...answer].map(([desc, schema]) => [request.has(desc) ? `${desc.typeName}.Answered` : desc.typeName, schema]),
    ]);
  }

  of(desc: DescMessage, direction: Direction): Schema {
    const wellKnown = WELL_KNOWN[desc.typeName];
    if (wellKnown !== undefined) return wellKnown;
    const known = this.#schemas[direction].get(desc);
    if (known !== undefined) return known;
    const schema: Schema = {};
    this.#schemas[direction].set(desc, schema);
    return Object.assign(schema, this.object(desc, direction));
  }

  /** A message without some of its fields, which something else fills. */
  object(desc: DescMessage, direction: Direction, without: readonly DescField[] = []): Schema {
    const fields = desc.fields.filter((field) => !without.includes(field));
    const needed = direction === 'request' ? fields.filter(isRequired).map(({ jsonName }) => jsonName) : [];
    const choices = direction === 'request' ? desc.oneofs.flatMap((oneof) => choice(oneof, without)) : [];
    const properties = fields.map((field) => [field.jsonName, this.field(field, direction)]);
    return {
      type: 'object',
      ...(properties.length > 0 && { properties: Object.fromEntries(properties) }),
      ...(needed.length > 0 && { required: needed }),
      ...(choices.length === 1 ? choices[0] : choices.length > 1 && { allOf: choices }),
      ...(direction === 'answer' && { additionalProperties: false }),
    };
  }

  field(field: DescField, direction: Direction): Schema {
    const rule = direction === 'request' ? ruleOf(field) : {};
    const schema = this.#repeated(field, rule, direction);
    const described = describing(field);
    if (Object.keys(described).length === 0) return schema;
    // The schema of a message is known by its identity.
    return field.fieldKind === 'message' ? { allOf: [schema], ...described } : { ...schema, ...described };
  }

  #repeated(field: DescField, rule: JsonObject, direction: Direction): Schema {
    if (field.fieldKind === 'map') return { type: 'object', additionalProperties: this.#value(field, {}, direction) };
    if (field.fieldKind !== 'list') return this.#value(field, rule, direction);
    const { minItems, maxItems, items = {} } = (rule.repeated ?? {}) as JsonObject;
    return {
      type: 'array',
      items: this.#value(field, items as JsonObject, direction),
      ...(minItems !== undefined && { minItems: Number(minItems) }),
      ...(maxItems !== undefined && { maxItems: Number(maxItems) }),
    };
  }

  #value(field: DescField, rule: JsonObject, direction: Direction): Schema {
    if (field.message !== undefined) return this.of(field.message, direction);
    if (field.enum !== undefined) return { type: 'string', enum: field.enum.values.map(({ name }) => name) };
    return ruledSchema(field.scalar ?? ScalarType.STRING, rule);
  }
}

function ruleOf(field: DescField): JsonObject {
  return hasOption(field, rules) ? (toJson(FieldRulesSchema, getOption(field, rules)) as JsonObject) : {};
}

/** A field whose zero value, which stands for one that is left out, breaks its rule. */
function isRequired(field: DescField): boolean {
  if (field.oneof !== undefined || field.proto.proto3Optional) return false;
  const { string, bytes, repeated, message, timestamp } = ruleOf(field) as Readonly<Record<string, JsonObject>>;
  if (message?.['required'] === true || timestamp?.['required'] === true) return true;
  return [string?.['minLen'], bytes?.['minLen'], repeated?.['minItems']].some((least) => Number(least ?? 0) > 0);
}

/** At most one member of a oneof; one of them where it has to be set. */
function choice(oneof: DescOneof, without: readonly DescField[]): Schema[] {
  const members = oneof.fields.filter((field) => !without.includes(field)).map(({ jsonName }) => jsonName);
  const isNeeded = hasOption(oneof, requiredOneof) && getOption(oneof, requiredOneof);
  if (members.length === 0 || (members.length === 1 && !isNeeded)) return [];
  const one = members.map((name) => ({ required: [name] }));
  return [{ oneOf: isNeeded ? one : [...one, { not: { anyOf: one } }] }];
}

/** What the descriptor says of a field to people. A message is described where it is defined. */
function describing(field: DescField): Schema {
  const { description } = hasOption(field, openapiv2_field) ? getOption(field, openapiv2_field) : { description: '' };
  return {
    ...(description !== '' && { description: description.trim() }),
    ...(field.proto.options?.deprecated === true && { deprecated: true }),
  };
}
