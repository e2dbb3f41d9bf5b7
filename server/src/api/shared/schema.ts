import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** One way in which a body misses its schema. */
export interface SchemaProblem {
  /** Dotted path of the member, such as `address.state`; empty for the body itself. */
  readonly path: string;
  /** `required` for a missing member, else the rule that is broken, such as `type` or `maxLength`. */
  readonly rule: string;
  readonly message: string;
}

export interface SchemaReader<T> {
  readonly schema: TSchema;
  /** The body when it fits; unknown members are left in it and must not be read. */
  read(body: unknown): { readonly value: T } | { readonly problems: readonly SchemaProblem[] };
}

/** Compiles a schema once; lengths count code points. */
export function reader<S extends TSchema>(schema: S): SchemaReader<Static<S>> {
  const compiled = Compile(schema);
  return {
    schema,
    read: (body) => {
      if (compiled.Check(body)) return { value: body as Static<S> };
      return { problems: problemsOf(compiled.Errors(body)) };
    },
  };
}

interface ReportedError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: unknown;
  readonly message: string;
}

/** One problem per member: alternatives of a union are reported one by one, which is more than a caller needs. */
function problemsOf(errors: readonly ReportedError[]): SchemaProblem[] {
  const byPath = new Map<string, SchemaProblem>();
  for (const error of errors) {
    const { requiredProperties } = error.params as { readonly requiredProperties?: readonly string[] };
    const paths =
      error.keyword === 'required' && requiredProperties !== undefined
        ? requiredProperties.map((name) => `${error.instancePath}/${name}`)
        : [error.instancePath];
    for (const pointer of paths) {
      const path = pointer.slice(1).replaceAll('/', '.');
      if (!byPath.has(path)) byPath.set(path, { path, rule: error.keyword, message: error.message });
    }
  }
  return [...byPath.values()];
}
