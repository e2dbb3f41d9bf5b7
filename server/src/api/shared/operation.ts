/** A JSON Schema, draft 2020-12: one that validates what arrives, or one that says what is answered. */
export type JsonSchema = object;

/** A value of the query string, or a header, that an operation looks at. */
export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

/** What an operation answers when it succeeds, or refuses in a way of its own. */
export interface DocumentedAnswer {
  readonly description: string;
  /** Absent for an answer without a body. */
  readonly schema?: JsonSchema;
  /** `application/json` unless given. */
  readonly contentType?: string;
}

/** What a document says of a route beside its path, in the terms of OpenAPI. */
export interface Operation {
  /** In camel case; no other operation of the dialect has it. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** The group it is shown in. */
  readonly tag: string;
  readonly deprecated?: boolean;
  /** Names of security schemes, all those of one entry together; the dialect's unless given, and none for everybody. */
  readonly security?: readonly (readonly string[])[];
  readonly parameters?: readonly Parameter[];
  /** What path parameters stand for, where their names do not say it. */
  readonly pathParameters?: Readonly<Record<string, Omit<Parameter, 'name' | 'in'>>>;
  readonly body?: {
    readonly schema: JsonSchema;
    readonly required: boolean;
    readonly contentTypes?: readonly string[];
  };
  /** By status; `default` is every other one. */
  readonly answers: Readonly<Record<number, DocumentedAnswer>> & { readonly default?: DocumentedAnswer };
  /** Statuses of refusals besides those that the dialect gives every operation of its kind. */
  readonly refusals?: readonly number[];
  /** It changes a record, so it may carry an idempotency key and a precondition. */
  readonly changes: boolean;
}

/** What a document says of a dialect as a whole. */
export interface Documentation {
  readonly title: string;
  /** Of the API, as its callers know it. */
  readonly version: string;
  /** In CommonMark. */
  readonly description: string;
  /** Schemas that are referred to by their names wherever one of these very objects is met. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly securitySchemes: Readonly<Record<string, object>>;
  /** What every operation asks for that does not say otherwise. */
  readonly security: readonly (readonly string[])[];
  /** Parameters of every operation of which `appliesTo` says so. */
  readonly parameters: readonly CommonParameter[];
  /** Every refusal by its status. */
  readonly refusals: Readonly<Record<number, DocumentedAnswer>>;
  /** The statuses of refusals that an operation of this kind can end in. */
  readonly refusalsOf: (operation: Operation, method: string) => readonly number[];
}

export interface CommonParameter extends Parameter {
  readonly appliesTo: (operation: Operation) => boolean;
}

/** The header of every change that can be repeated. */
export const IDEMPOTENCY_KEY: CommonParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Requests under the same key take effect once, within 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 257 },
  appliesTo: ({ changes }) => changes,
};
