import type { FastifyRequest } from 'fastify';
import { queryOf } from '../shared/dialect.ts';
import type { WireError } from './envelope.ts';
import { pascalCase, requiredError } from './fields.ts';
import { invalidBody } from './read-body.ts';

/** Most values of one array parameter, unless the operation says otherwise. */
export const MAX_VALUES = 1000;

const LARGEST_INT32 = 2 ** 31 - 1;
const INTEGER = /^-?\d{1,10}$/;
/** `ids[]` and `ids[0]`. */
const INDEXED = /^(.+)\[\d{0,9}\]$/;

/**
 * The parameters of a query string, by their names in camel case; callers may write them in any case. A parameter that
 * is empty is absent. What is not valid is `undefined`, and refused once all of them were read.
 */
export interface QueryReader {
  text(name: string): string | undefined;
  /** Like `text`, but an absent one is an error. */
  required(name: string): string;
  flag(name: string): boolean | undefined;
  /** Both ends included. */
  integer(name: string, range?: { readonly min?: number; readonly max?: number }): number | undefined;
  /** One of a few words, in any letter case. */
  oneOf<V extends string>(name: string, values: readonly V[]): V | undefined;
  /**
   * @param parse gives `undefined` for a text that is not valid
   * @param message of the error, such as `The startDate must be a date.`
   */
  parsed<T>(name: string, parse: (text: string) => T | undefined, message: string): T | undefined;
  /**
   * An array: `a=1&a=2`, `a[]=1&a[]=2`, `a[0]=1&a[1]=2` or `a=1,2`. Each value once; `undefined` when there is none.
   *
   * @param max most values that are taken
   */
  list(name: string, max?: number): readonly string[] | undefined;
  /** Adds an error of the operation's own. */
  refuse(error: WireError): void;
}

/**
 * Reads the query string.
 *
 * @throws Fault `malformed_query`; Refusal 400 with one error for each parameter that is not valid
 */
export function readQuery<T>(request: FastifyRequest, read: (query: QueryReader) => T): T {
  const query = new Query(request);
  const result = read(query);
  if (query.errors.length > 0) throw invalidBody(query.errors);
  return result;
}

class Query implements QueryReader {
  readonly errors: WireError[] = [];
  /** Values by the name in lower case, and whether their spelling was that of an element. */
  readonly #values = new Map<string, { readonly value: string; readonly isElement: boolean }[]>();

  constructor(request: FastifyRequest) {
    for (const [spelled, values] of queryOf(request)) {
      const element = INDEXED.exec(spelled)?.[1];
      const name = (element ?? spelled).toLowerCase();
      const isElement = element !== undefined;
      const known = this.#values.get(name) ?? [];
      known.push(...values.map((value) => ({ value, isElement })));
      this.#values.set(name, known);
    }
  }

  text(name: string): string | undefined {
    const values = this.#values.get(name.toLowerCase()) ?? [];
    if (values.length > 1) {
      this.#invalid(name, `The ${name} may be given once.`);
      return undefined;
    }
    return values[0]?.value || undefined;
  }

  required(name: string): string {
    const errors = this.errors.length;
    const text = this.text(name);
    if (text === undefined && this.errors.length === errors) this.errors.push(requiredError(name));
    return text ?? '';
  }

  flag(name: string): boolean | undefined {
    const word = this.oneOf(name, ['true', 'false']);
    return word === undefined ? undefined : word === 'true';
  }

  integer(name: string, { min = -LARGEST_INT32 - 1, max = LARGEST_INT32 } = {}): number | undefined {
    const parse = (text: string): number | undefined => {
      const value = INTEGER.test(text) ? Number(text) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    };
    return this.parsed(name, parse, `The ${name} must be a whole number from ${min} to ${max}.`);
  }

  oneOf<V extends string>(name: string, values: readonly V[]): V | undefined {
    const parse = (text: string): V | undefined => {
      const word = text.toLowerCase();
      return values.find((value) => value.toLowerCase() === word);
    };
    return this.parsed(name, parse, `The ${name} must be one of ${values.join(', ')}.`);
  }

  parsed<T>(name: string, parse: (text: string) => T | undefined, message: string): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) this.#invalid(name, message);
    return value;
  }

  list(name: string, max = MAX_VALUES): readonly string[] | undefined {
    const values = this.#values.get(name.toLowerCase()) ?? [];
    // Within brackets a comma is part of the value.
    const all = values.flatMap(({ value, isElement }) => (isElement ? value : value.split(',')));
    const distinct = [...new Set(all.filter((value) => value !== ''))];
    if (distinct.length > max) this.#invalid(name, `The ${name} may have at most ${max} values.`);
    return distinct.length === 0 ? undefined : distinct;
  }

  refuse(error: WireError): void {
    this.errors.push(error);
  }

  #invalid(name: string, message: string): void {
    this.errors.push({ code: `Invalid${pascalCase(name)}`, message });
  }
}
