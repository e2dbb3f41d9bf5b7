import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { Pointer } from 'typebox/value';
import { SetupFile } from './setup-schema.ts';
import { PATTERNS, type Pattern } from './setup-values.ts';

type SchemaNode = Readonly<Record<string, unknown>>;

let compiled: ReturnType<typeof compile> | undefined;

function compile() {
  return Compile(SetupFile);
}

/** Whether the value has the shape of a setup file. */
export function isSetupFile(value: unknown): value is SetupFile {
  compiled ??= compile();
  return compiled.Check(value);
}

/** The first fault of a value that is no setup file, as path and predicate: `organizations[0].name is missing`. */
export function describeProblem(value: unknown): string {
  compiled ??= compile();
  const error = mostTelling(compiled.Errors(value));
  if (error === undefined) {
    return 'the file does not have the form of a setup file';
  }
  const path = error.instancePath;
  switch (error.keyword) {
    case 'boolean':
      return `${memberPath(path)} is not a known member`;
    case 'required':
      return `${memberPath(`${path}/${error.params.requiredProperties[0]}`)} is missing`;
    case 'uniqueItems':
      return `${memberPath(path)} must not list a value twice`;
    default:
      return `${memberPath(path)} must be ${expectation(error)}`;
  }
}

/** `/organizations/0/name` as `organizations[0].name`. */
export function memberPath(pointer: string): string {
  const path = Pointer.Indices(pointer).reduce((parent, index) => {
    if (/^\d+$/.test(index)) {
      return `${parent}[${index}]`;
    }
    const name = /^[A-Za-z_$][\w$]*$/.test(index) ? index : JSON.stringify(index);
    return parent === '' ? name : `${parent}.${name}`;
  }, '');
  return path === '' ? 'the file' : path;
}

// The branches of a union are secrets: a string first, then an object that names a variable.
function mostTelling(errors: readonly TLocalizedValidationError[]): TLocalizedValidationError | undefined {
  const [first] = errors;
  if (first?.keyword !== 'type' || !first.schemaPath.endsWith('/anyOf/0')) {
    return first;
  }
  const inVariable = errors.find((error) => error.schemaPath.startsWith(first.schemaPath.replace(/0$/, '1')));
  return inVariable === undefined || (inVariable.keyword === 'type' && inVariable.instancePath === first.instancePath)
    ? first
    : inVariable;
}

function expectation(error: TLocalizedValidationError): string {
  const node = schemaNode(error.schemaPath);
  if (error.schemaPath.endsWith('/anyOf/0') && error.keyword === 'type') {
    return 'a string or {"env": "NAME"}';
  }
  if (Array.isArray(node.enum)) {
    return `one of ${node.enum.map((allowed) => JSON.stringify(allowed)).join(', ')}`;
  }
  switch (node.type) {
    case 'string':
      return describeString(node);
    case 'integer':
      return `an integer${describeRange(node)}`;
    case 'number':
      return `a number${describeRange(node)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return node.minItems === undefined ? 'a list' : `a list of at least ${node.minItems}`;
    default:
      return 'an object';
  }
}

function describeString({ minLength, maxLength, pattern }: SchemaNode): string {
  const words = typeof pattern === 'string' && isPattern(pattern) ? PATTERNS[pattern] : undefined;
  const length =
    maxLength === undefined
      ? minLength === undefined
        ? ''
        : ' that is not empty'
      : ` of ${minLength} to ${maxLength} characters`;
  return words === undefined ? `a string${length}` : `${words}${length}`;
}

function describeRange({ minimum, maximum }: SchemaNode): string {
  if (minimum === undefined) {
    return '';
  }
  return maximum === undefined ? ` of at least ${minimum}` : ` from ${minimum} to ${maximum}`;
}

function schemaNode(schemaPath: string): SchemaNode {
  const node = Pointer.Get(SetupFile, schemaPath.replace(/^#/, ''));
  return typeof node === 'object' && node !== null ? (node as SchemaNode) : {};
}

function isPattern(pattern: string): pattern is Pattern {
  return Object.hasOwn(PATTERNS, pattern);
}
