import type { JsonSchema } from '../api/shared/operation.ts';

type Members = Readonly<Record<string, unknown>>;

const NULL = 'null';

/** Writes schemas as a document holds them: named ones once, and referred to wherever the same object is met. */
export class SchemaWriter {
  readonly #names: ReadonlyMap<JsonSchema, string>;
  readonly #written = new Map<string, Members>();

  /** @param named schemas by their names in the document */
  constructor(named: Readonly<Record<string, JsonSchema>>) {
    this.#names = new Map(Object.entries(named).map(([name, schema]) => [schema, name]));
  }

  /** The schema, or a reference to it. */
  write(schema: JsonSchema): Members {
    const name = this.#names.get(schema);
    if (name === undefined) return this.#members(schema);
    if (!this.#written.has(name)) {
      // Known before its members are written: a schema may hold itself.
      this.#written.set(name, {});
      this.#written.set(name, this.#members(schema));
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** Those that were referred to so far, by name. */
  get written(): Readonly<Record<string, Members>> {
    return Object.fromEntries([...this.#written].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  #members(schema: JsonSchema): Members {
    const members = Object.entries(schema).map(([key, value]) => [key, this.#value(key, value)]);
    return nullable(Object.fromEntries(members));
  }

  #value(key: string, value: unknown): unknown {
    // What stands in these is data, whatever it looks like.
    if (key === 'enum' || key === 'const' || key === 'default' || key === 'required') return value;
    if (Array.isArray(value)) return value.map((item) => (isSchema(item) ? this.write(item) : item));
    if (!isSchema(value)) return value;
    if (key !== 'properties' && key !== '$defs' && key !== 'patternProperties') return this.write(value);
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.write(inner as JsonSchema)]));
  }
}

/** `anyOf` a type and null as one schema, which says the same and is shown as one. */
function nullable(schema: Members): Members {
  const { anyOf, ...others } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema;
  const [value, none] = anyOf as [Members, Members];
  if (none.type !== NULL || Object.keys(none).length > 1 || '$ref' in value) return schema;
  if (Array.isArray(value.enum)) return { ...others, ...value, enum: [...value.enum, null] };
  return typeof value.type === 'string' ? { ...others, ...value, type: [value.type, NULL] } : schema;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
