import type { Parameter } from '../../shared/operation.ts';
import type { QueryReader } from '../query.ts';

/** A value that a recorded parameter does not have: whoever reads it finds nothing, as with an empty query. */
const NOTHING = undefined;

/**
 * The parameters that a reader of query strings looks at: it is given an empty query, and what it asks for is noted. So
 * a document names what is read, and nothing else.
 */
export function queryParametersOf(read: (query: QueryReader) => unknown): Parameter[] {
  const found = new Map<string, Parameter>();
  const note = (name: string, schema: object, more: Partial<Parameter> = {}): undefined => {
    found.set(name, { name, in: 'query', schema, ...more });
    return NOTHING;
  };
  read({
    text: (name) => note(name, { type: 'string' }),
    required: (name) => note(name, { type: 'string', minLength: 1 }, { required: true }) ?? '',
    flag: (name) => note(name, { type: 'boolean' }),
    integer: (name, { min, max } = {}) =>
      note(name, {
        type: 'integer',
        format: 'int32',
        ...(min !== undefined && { minimum: min }),
        ...(max !== undefined && { maximum: max }),
      }),
    oneOf: (name, values) => note(name, { type: 'string', enum: [...values] }, { description: 'In any letter case.' }),
    parsed: (name, _parse, message) => note(name, { type: 'string' }, { description: message }),
    list: (name, max) =>
      note(
        name,
        { type: 'array', items: { type: 'string' }, ...(max !== undefined && { maxItems: max }) },
        { description: 'Repeated, or one value with commas between.' },
      ),
    refuse: () => NOTHING,
  });
  return [...found.values()];
}
