import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documentOf } from '../../src/openapi/document.ts';
import { pathTemplate } from '../../src/openapi/paths.ts';
import type { Examples, ParameterObject } from '../../src/openapi/types.ts';
import { Documented } from '../support/documented.ts';
import { mountedDialects } from '../system/mounted-routes.ts';
import { operationsIn, structureFaults } from './structure.ts';

const dialects = mountedDialects();

it('there are four documents', () => {
  expect(dialects.map(({ name }) => name)).toEqual(['zitadel', 'jframework', 'avibra', 'ownli']);
});

describe.each(dialects.map((dialect) => [dialect.name, dialect] as const))('%s', (name, dialect) => {
  const file = new URL(`../../src/openapi/examples/${name}.json`, import.meta.url);
  const examples: Examples = JSON.parse(readFileSync(file, 'utf8'));
  const document = documentOf(dialect, examples);
  const documented = new Documented(document);
  const operations = operationsIn(document);

  it('describes every route that is mounted, and no other', () => {
    const mounted = dialect.routes
      .filter(({ path }) => !path.endsWith('/*'))
      .map(({ method, path }) => `${method} ${pathTemplate(path)}`);
    expect(operations.map(({ method, template }) => `${method} ${template}`).sort()).toEqual(mounted.sort());
  });

  it('is OpenAPI 3.1 in every part', () => {
    expect(structureFaults(document)).toEqual([]);
  });

  it.each(operations.map((one) => [`${one.method} ${one.template}`, one.operation] as const))(
    'the examples of %s are as its schemas say',
    (_name, operation) => {
      const { parameters = [], requestBody, responses } = operation;
      const shown = [
        ...parameters.map((parameter) => [parameter.schema, valueShown(parameter)] as const),
        ...Object.values(requestBody?.content ?? {}).map(
          ({ schema, example }) => [schema, formValue(example)] as const,
        ),
        ...Object.values(responses).flatMap((response) =>
          '$ref' in response
            ? []
            : Object.values(response.content ?? {}).map(({ schema, example }) => [schema, example] as const),
        ),
      ];
      for (const [schema, example] of shown) {
        if (example !== undefined) expect(documented.errors(schema, example)).toEqual([]);
      }
    },
  );

  it('the examples of refusals are as their schemas say', () => {
    for (const { content = {} } of Object.values(document.components.responses)) {
      for (const { schema, examples: shown = {} } of Object.values(content)) {
        for (const { value } of Object.values(shown)) expect(documented.errors(schema, value)).toEqual([]);
      }
    }
  });

  it('shows each example that is recorded', () => {
    const known = new Set(operations.map(({ method, template }) => `${method} ${template}`));
    expect(Object.keys(examples.operations).filter((one) => !known.has(one))).toEqual([]);
    const undescribed = Object.entries(examples.operations).flatMap(([one, { request }]) => {
      const [method = '', template = ''] = one.split(' ');
      const parameters = documented.operation(method, template)?.parameters ?? [];
      return Object.keys(request.query ?? {}).filter((key) => !parameters.some((parameter) => parameter.name === key));
    });
    expect(undescribed).toEqual([]);
  });
});

/** The text of an example as the value it stands for. */
function valueShown({ schema, example }: ParameterObject): unknown {
  const { type } = schema as { type?: unknown };
  if (example === undefined) return undefined;
  if (type === 'integer') return Number(example);
  if (type === 'boolean') return example === 'true';
  return type === 'array' ? String(example).split(',') : example;
}

/** A form as the object that its schema describes. */
function formValue(example: unknown): unknown {
  return typeof example === 'string' ? Object.fromEntries(new URLSearchParams(example)) : example;
}
