import type { Documentation, DocumentedAnswer, Operation, Parameter } from '../api/shared/operation.ts';
import type { Dialect, Route } from '../api/shared/route.ts';
import { SchemaWriter } from './json-schema.ts';
import { pathParametersOf, pathTemplate } from './paths.ts';
import {
  type Content,
  type Example,
  type Examples,
  NO_EXAMPLES,
  type OpenApiDocument,
  type OperationObject,
  type ParameterObject,
  type Reference,
  type ResponseObject,
  type SecurityRequirement,
} from './types.ts';

const JSON_TYPE = 'application/json';

/** Headers of answers: the first is in every one. */
const HEADERS = {
  RequestId: { description: 'Id of the request, as it stands in the log.', schema: { type: 'string' } },
  ETag: { description: 'Version of the record, for `If-Match`.', schema: { type: 'string' } },
  Replayed: {
    description: 'The answer is that of an earlier request under the same idempotency key.',
    schema: { const: 'true' },
  },
  RetryAfter: { description: 'Seconds after which a retry may succeed.', schema: { type: 'string' } },
} as const;

/** Statuses that go with a time after which it may be tried again. */
const LATER: ReadonlySet<number> = new Set([429, 503]);

/**
 * The OpenAPI document of a dialect: an operation for every route but those that end in `*`, which answer that there is
 * no such path.
 *
 * @throws Error for a dialect or a route that says nothing of itself
 */
export function documentOf(dialect: Dialect, examples: Examples = NO_EXAMPLES): OpenApiDocument {
  const documentation = dialect.documentation?.();
  if (documentation === undefined) throw new Error(`${dialect.name} has no documentation`);
  return new Writer(documentation, examples).document(dialect.routes);
}

/** The operation of a route. @throws Error when it has none */
export function operationOf({ operation, method, path }: Route): Operation {
  if (operation === undefined) throw new Error(`${method} ${path} has no operation`);
  return typeof operation === 'function' ? operation() : operation;
}

class Writer {
  readonly #of: Documentation;
  readonly #examples: Examples;
  readonly #schemas: SchemaWriter;

  constructor(of: Documentation, examples: Examples) {
    this.#of = of;
    this.#examples = examples;
    this.#schemas = new SchemaWriter(of.schemas);
  }

  document(routes: readonly Route[]): OpenApiDocument {
    const paths: Record<string, Record<string, OperationObject>> = {};
    const ids = new Set<string>();
    const tags = new Set<string>();
    for (const route of routes) {
      if (route.path.endsWith('/*')) continue;
      const operation = operationOf(route);
      const id = distinct(operation.id, ids);
      tags.add(operation.tag);
      const path = pathTemplate(route.path);
      const operations = paths[path] ?? {};
      paths[path] = operations;
      operations[route.method.toLowerCase()] = this.#operation(route, operation, id);
    }
    const { title, version, description, security, securitySchemes, refusals } = this.#of;
    return {
      openapi: '3.1.1',
      info: { title, version, description },
      servers: [{ url: '/' }],
      security: requirements(security),
      tags: [...tags].map((name) => ({ name })),
      paths,
      components: {
        headers: HEADERS,
        responses: Object.fromEntries(
          Object.entries(refusals).map(([status, answer]) => [`Refusal${status}`, this.#refusal(status, answer)]),
        ),
        schemas: this.#schemas.written,
        securitySchemes,
      },
    };
  }

  #operation(route: Route, operation: Operation, operationId: string): OperationObject {
    const { method, path, aliasOf } = route;
    const example = this.#examples.operations[`${method} ${pathTemplate(aliasOf ?? path)}`];
    const { summary, description, tag, deprecated, security, body } = operation;
    const alias = aliasOf === undefined ? undefined : `Another way to write \`${pathTemplate(aliasOf)}\`.`;
    const described = [description, alias].filter((text) => text !== undefined).join('\n\n');
    const parameters = this.#parameters(route, operation, example);
    return {
      operationId,
      summary,
      ...(described !== '' && { description: described }),
      tags: [tag],
      ...((deprecated === true || aliasOf !== undefined) && { deprecated: true as const }),
      ...(security !== undefined && { security: requirements(security) }),
      ...(parameters.length > 0 && { parameters }),
      ...(body !== undefined && {
        requestBody: {
          required: body.required,
          content: this.#content(body.schema, body.contentTypes, example?.request.body),
        },
      }),
      responses: this.#responses(operation, method, example),
    };
  }

  #parameters({ path }: Route, operation: Operation, example: Example | undefined): ParameterObject[] {
    const { pathParameters = {}, parameters = [] } = operation;
    const shared = this.#of.parameters.filter(({ appliesTo }) => appliesTo(operation));
    const inPath = pathParametersOf(path).map((name): ParameterObject => {
      const value = example?.request.path?.[name];
      return {
        name,
        in: 'path',
        required: true,
        schema: { type: 'string', minLength: 1, maxLength: 200 },
        ...pathParameters[name],
        ...(value !== undefined && { example: value }),
      };
    });
    return [...inPath, ...[...parameters, ...shared].map((parameter) => this.#parameter(parameter, example))];
  }

  #parameter({ name, in: place, required = false, description, schema }: Parameter, example: Example | undefined) {
    const value = place === 'query' ? example?.request.query?.[name] : undefined;
    return {
      name,
      in: place,
      required,
      ...(description !== undefined && { description }),
      schema: this.#schemas.write(schema),
      ...(value !== undefined && { example: value }),
    };
  }

  #responses(operation: Operation, method: string, example: Example | undefined): OperationObject['responses'] {
    const { answers, refusals = [], changes } = operation;
    const own = Object.entries(answers).map(([status, answer]): [string, ResponseObject] => {
      const shown = example?.status === Number(status) ? example.answer : undefined;
      return [status, this.#response(answer, shown, changes && status.startsWith('2'))];
    });
    const statuses = new Set([...refusals, ...this.#of.refusalsOf(operation, method)]);
    const refused = [...statuses]
      .filter((status) => !(status in answers))
      .sort((left, right) => left - right)
      .map((status) => [String(status), { $ref: `#/components/responses/Refusal${status}` }] as const);
    return Object.fromEntries([...own, ...refused]);
  }

  #response({ description, schema, contentType }: DocumentedAnswer, example: unknown, changed: boolean) {
    return {
      description,
      headers: {
        'x-request-id': header('RequestId'),
        ...(changed && { etag: header('ETag'), 'idempotent-replayed': header('Replayed') }),
      },
      ...(schema !== undefined && {
        content: this.#content(schema, contentType === undefined ? undefined : [contentType], example),
      }),
    };
  }

  #refusal(status: string, { description, schema, contentType = JSON_TYPE }: DocumentedAnswer): ResponseObject {
    const examples = Object.entries(this.#examples.refusals[status] ?? {});
    return {
      description,
      headers: {
        'x-request-id': header('RequestId'),
        ...(LATER.has(Number(status)) && { 'retry-after': header('RetryAfter') }),
      },
      ...(schema !== undefined && {
        content: {
          [contentType]: {
            schema: this.#schemas.write(schema),
            ...(examples.length > 0 && {
              examples: Object.fromEntries(examples.map(([name, value]) => [name, { value }])),
            }),
          },
        },
      }),
    };
  }

  #content(schema: object, contentTypes: readonly string[] = [JSON_TYPE], example: unknown): Content {
    const written = { schema: this.#schemas.write(schema), ...(example !== undefined && { example }) };
    return Object.fromEntries(contentTypes.map((type) => [type, written]));
  }
}

function header(name: keyof typeof HEADERS): Reference {
  return { $ref: `#/components/headers/${name}` };
}

/** The id, with a number where another operation has it already. */
function distinct(id: string, taken: Set<string>): string {
  let next = id;
  for (let number = 2; taken.has(next); number += 1) next = `${id}${number}`;
  taken.add(next);
  return next;
}

function requirements(security: readonly (readonly string[])[]): SecurityRequirement[] {
  return security.map((schemes) => Object.fromEntries(schemes.map((name) => [name, []])));
}
