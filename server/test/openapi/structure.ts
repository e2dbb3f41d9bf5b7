import type { OpenApiDocument, OperationObject } from '../../src/openapi/types.ts';

/** Keywords of JSON Schema, draft 2020-12, that documents may use; any other is a slip. */
const KEYWORDS: ReadonlySet<string> = new Set(
  `$ref type enum const properties required additionalProperties items minItems maxItems anyOf oneOf allOf not
   minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum default description deprecated
   contentEncoding`.split(/\s+/),
);
const TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'number', 'boolean', 'object', 'array', 'null']);
/** Keywords whose values are schemas by name, lists of schemas, and schemas. */
const MAPS = ['properties'];
const LISTS = ['anyOf', 'oneOf', 'allOf'];
const SINGLES = ['items', 'not', 'additionalProperties'];

type Members = Readonly<Record<string, unknown>>;

export interface FoundOperation {
  readonly method: string;
  readonly template: string;
  readonly operation: OperationObject;
}

export function operationsIn({ paths }: OpenApiDocument): FoundOperation[] {
  return Object.entries(paths).flatMap(([template, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), template, operation })),
  );
}

/** Everything in which a document departs from OpenAPI 3.1, with the place where it does. */
export function structureFaults(document: OpenApiDocument): string[] {
  const { components } = document;
  const operations = operationsIn(document);
  const ids = operations.map(({ operation }) => operation.operationId);
  return [
    ...(document.openapi.startsWith('3.1.') ? [] : ['openapi is not 3.1']),
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `operationId ${id} is repeated`),
    ...operations.flatMap((found) => operationFaults(found, document)),
    ...Object.entries(components.schemas).flatMap(([name, schema]) => schemaFaults(schema, `schemas/${name}`)),
    ...Object.entries(components.responses).flatMap(([name, response]) =>
      Object.values(response.content ?? {}).flatMap(({ schema }) => schemaFaults(schema, `responses/${name}`)),
    ),
    ...referenceFaults(document),
  ];
}

function operationFaults({ method, template, operation }: FoundOperation, document: OpenApiDocument): string[] {
  const where = `${method} ${template}`;
  const { parameters = [], requestBody, responses, security = [], tags, summary } = operation;
  const wanted = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const names = parameters.map((parameter) => `${parameter.in} ${parameter.name.toLowerCase()}`);
  const schemas = [
    ...parameters.map(({ schema }) => schema),
    ...Object.values(requestBody?.content ?? {}).map(({ schema }) => schema),
    ...Object.values(responses).flatMap((response) =>
      '$ref' in response ? [] : Object.values(response.content ?? {}).map(({ schema }) => schema),
    ),
  ];
  return [
    ...(JSON.stringify(inPath.map(({ name }) => name)) === JSON.stringify(wanted) ? [] : ['path parameters']),
    ...(inPath.every(({ required }) => required) ? [] : ['a path parameter that is not required']),
    ...(new Set(names).size === names.length ? [] : ['a repeated parameter']),
    ...(summary === '' ? ['no summary'] : []),
    ...(Object.keys(responses).length === 0 ? ['no responses'] : []),
    ...(Object.keys(responses).every((status) => /^([1-5]\d\d|default)$/.test(status)) ? [] : ['a status']),
    ...(Object.values(responses).some((one) => '$ref' in one || one.description !== '') ? [] : ['no description']),
    ...(tags.every((tag) => document.tags.some(({ name }) => name === tag)) ? [] : ['an unknown tag']),
    ...[...security, ...document.security]
      .flatMap((one) => Object.keys(one))
      .filter((name) => document.components.securitySchemes[name] === undefined)
      .map((name) => `unknown security scheme ${name}`),
    ...(method === 'GET' && requestBody !== undefined ? ['a GET with a body'] : []),
    ...schemas.flatMap((schema) => schemaFaults(schema, '')),
  ].map((fault) => `${where}: ${fault}`);
}

/** Slips in a schema and in those within. */
function schemaFaults(schema: unknown, where: string): string[] {
  if (typeof schema === 'boolean') return [];
  if (typeof schema !== 'object' || schema === null) return [`${where} is no schema`];
  const members = schema as Members;
  const types = [members['type'] ?? []].flat();
  const properties = members['properties'] as Members | undefined;
  const missing = ((members['required'] ?? []) as string[]).filter(
    (name) => properties !== undefined && !Object.hasOwn(properties, name),
  );
  return [
    ...Object.keys(members)
      .filter((keyword) => !KEYWORDS.has(keyword))
      .map((keyword) => `${where} has ${keyword}`),
    ...types.filter((type) => !TYPES.has(type)).map((type) => `${where} has the type ${type}`),
    ...missing.map((name) => `${where} requires ${name}, which it does not have`),
    ...MAPS.flatMap((keyword) => Object.entries((members[keyword] ?? {}) as Members)).flatMap(([name, inner]) =>
      schemaFaults(inner, `${where}/${name}`),
    ),
    ...LISTS.flatMap((keyword) => (members[keyword] ?? []) as unknown[]).flatMap((inner, at) =>
      schemaFaults(inner, `${where}/${at}`),
    ),
    ...SINGLES.flatMap((keyword) => (keyword in members ? schemaFaults(members[keyword], `${where}/${keyword}`) : [])),
  ];
}

/** References that lead nowhere, and components that nothing refers to. */
function referenceFaults(document: OpenApiDocument): string[] {
  const referred = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '$ref' && typeof inner === 'string') referred.add(inner);
      // What examples hold is data.
      else if (key !== 'example' && key !== 'examples') look(inner);
    }
  };
  look(document);
  const { headers, responses, schemas } = document.components;
  const there = Object.entries({ headers, responses, schemas }).flatMap(([kind, all]) =>
    Object.keys(all).map((name) => `#/components/${kind}/${name}`),
  );
  return [
    ...[...referred].filter((reference) => !there.includes(reference)).map((one) => `${one} is not there`),
    ...there.filter((one) => !referred.has(one)).map((one) => `nothing refers to ${one}`),
  ];
}
