import type { FastifyRequest } from 'fastify';
import { jsonBody } from '../shared/body.ts';
import type { SchemaProblem, SchemaReader } from '../shared/schema.ts';
import { membersOf } from '../shared/submit.ts';
import type { WireError } from './envelope.ts';
import { Refusal } from './errors.ts';
import { pascalCase, requiredError } from './fields.ts';

/**
 * The body of a request when it has the shape of its operation.
 *
 * @throws Fault `malformed_body`, Refusal 400 with one error for each member of the wrong shape
 */
export function readBody<T>(request: FastifyRequest, reader: SchemaReader<T>): T {
  const members = membersOf(jsonBody(request));
  const result = reader.read(members);
  if ('value' in result) return result.value;
  throw invalidBody(result.problems.map((problem) => shapeError(problem, members)));
}

export function invalidBody(errors: readonly WireError[]): Refusal {
  return new Refusal('value_invalid', 400, errors);
}

/** By the types of JSON schema. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
};

/** What is left out, null or empty is missing; anything else has the wrong type, or breaks another rule. */
function shapeError({ path, message }: SchemaProblem, members: Readonly<Record<string, unknown>>): WireError {
  const [member = '', ...within] = path.split('.');
  if (within.length > 0) return { code: `Invalid${pascalCase(member)}`, message: `The ${member} is not valid.` };
  const value = members[path];
  if (value === undefined || value === null || value === '') return requiredError(path);
  const type = TYPES[/^must be (\w+)$/.exec(message)?.[1] ?? ''];
  return {
    code: `Invalid${pascalCase(path)}`,
    message: type === undefined ? `The ${path} is not valid.` : `The ${path} must be ${type}.`,
  };
}
