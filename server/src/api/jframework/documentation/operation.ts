import { type TSchema, Type } from 'typebox';
import type { JsonSchema, Operation, Parameter } from '../../shared/operation.ts';
import { DEVICE_HEADERS, LONGEST_DEVICE_TEXT, LONGEST_PUSH_TOKEN } from '../device-headers.ts';
import { Success } from '../models.ts';
import type { QueryReader } from '../query.ts';
import { queryParametersOf } from './query-parameters.ts';

/** What is said of an operation of this dialect. */
interface Description {
  readonly description?: string;
  /** Shape of the body; a list where it may be any of them. */
  readonly body?: TSchema;
  /** Without one it is read as far as it is there. */
  readonly bodyOptional?: true;
  /** What reads the query string. */
  readonly query?: (query: QueryReader) => unknown;
  /** Who may call: whoever has a key unless given, `anybody` without one, `either` with or without. */
  readonly access?: 'anybody' | 'either';
  /** It says of a device where it is called. */
  readonly atDevice?: true;
  /** Status of its success; 200 unless given, and null where it always refuses. */
  readonly status?: 201 | null;
  /** Its `data`: `true` unless given. */
  readonly data?: TSchema;
  readonly refusals?: readonly number[];
  /** It changes nothing: preconditions and repetitions mean nothing to it. */
  readonly reads?: true;
}

/** What a change without more to say answers. */
export const Done = Type.Literal(true);

const DEVICE_PARAMETERS: readonly Parameter[] = DEVICE_HEADERS.map((name) => ({
  name,
  in: 'header',
  description: 'Of the device where somebody signs in.',
  schema: { type: 'string', maxLength: name === 'x-device-token' ? LONGEST_PUSH_TOKEN : LONGEST_DEVICE_TEXT },
}));

/** Makes the functions that describe the operations of one group. */
export function operationsOf(tag: string) {
  /**
   * @param id of the operation, in camel case
   * @param of what it asks for and answers
   */
  return (id: string, summary: string, of: Description = {}): (() => Operation) =>
    () => ({
      id,
      summary,
      tag,
      changes: of.reads !== true,
      ...(of.description !== undefined && { description: of.description }),
      ...(of.access !== undefined && { security: of.access === 'anybody' ? [[]] : [[], ['authKey']] }),
      parameters: [...(of.query ? queryParametersOf(of.query) : []), ...(of.atDevice ? DEVICE_PARAMETERS : [])],
      ...(of.body !== undefined && { body: { schema: of.body, required: of.bodyOptional !== true } }),
      answers: answersOf(of),
      refusals: refusalsOf(of),
    });
}

/** Also what asks for no key is refused so when the brand has gone meanwhile. */
function refusalsOf({ refusals = [], access, reads }: Description): readonly number[] {
  return access === 'anybody' && reads !== true ? [...new Set([401, ...refusals])] : refusals;
}

function answersOf({ status: other, data = Done }: Description): Operation['answers'] {
  if (other === null) return {};
  const status = other ?? 200;
  return {
    [status]: { description: status === 201 ? 'It was made.' : 'It was done.', schema: envelopeOf(data, status) },
  };
}

/** A success around its data. */
function envelopeOf(data: JsonSchema, status: number): JsonSchema {
  return {
    ...Success,
    properties: { ...Success.properties, statusCode: { const: status }, data },
  };
}
