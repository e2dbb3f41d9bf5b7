import { type DescField, type DescOneof, ScalarType } from '@bufbuild/protobuf';

/**
 * A request that is not the protobuf JSON (or query string) of its message. The message starts with `proto: ` and is
 * meant for the caller; it never repeats a value, which may be a secret.
 */
export class DecodeError extends Error {
  constructor(what: string, cause?: unknown) {
    super(`proto: ${what}`, cause === undefined ? undefined : { cause });
    this.name = 'DecodeError';
  }
}

/** A value that does not fit its field. */
export function invalidValue(field: DescField, cause?: unknown): DecodeError {
  return new DecodeError(`invalid value for ${kindOf(field)} field ${field.name}`, cause);
}

/**
 * What the protobuf library threw, as a `DecodeError`. Anything that is not a complaint about the input is given back
 * unchanged.
 */
export function asDecodeError(error: unknown): unknown {
  // The library complains with plain errors; a subclass such as TypeError would be a fault of the program.
  if (!(error instanceof Error) || Object.getPrototypeOf(error) !== Error.prototype) return error;
  const subject = fieldOf(error.cause);
  if (subject === undefined) {
    const type = /^cannot decode (?:message |enum )?([\w.]+)/.exec(error.message)?.[1];
    if (error.message.includes('recursion depth')) return new DecodeError('exceeded max recursion depth', error);
    return new DecodeError(type === undefined ? 'invalid JSON' : `invalid value for ${type}`, error);
  }
  if (subject.kind === 'oneof') {
    return new DecodeError(`oneof ${subject.parent.typeName}.${subject.name} is already set`, error);
  }
  if (error.message.endsWith('set multiple times')) return new DecodeError(`duplicate field ${subject.name}`, error);
  return invalidValue(subject, error);
}

function fieldOf(cause: unknown): DescField | DescOneof | undefined {
  if (!(cause instanceof Error) || !('field' in cause) || typeof cause.field !== 'function') return undefined;
  return cause.field() as DescField | DescOneof;
}

function kindOf(field: DescField): string {
  if (field.fieldKind === 'map') return 'map';
  if (field.enum !== undefined) return 'enum';
  return field.scalar === undefined ? 'message' : ScalarType[field.scalar].toLowerCase();
}
