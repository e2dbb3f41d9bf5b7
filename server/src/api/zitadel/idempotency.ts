import { hash } from 'node:crypto';
import { type DescMethod, type Message, toBinary, toJson } from '@bufbuild/protobuf';
import type { Caller } from '../../app/callers.ts';
import type { IdempotencyKey } from '../../app/submission.ts';
import { fingerprint, parseIdempotencyKey } from '../shared/idempotency.ts';
import { scopedKey } from '../shared/submit.ts';
import { holdsField } from './protocol/holds-field.ts';
import { SECTION } from './section.ts';

const holdsMaps = holdsField(({ fieldKind }) => fieldKind === 'map');
const NO_QUERY: ReadonlyMap<string, readonly string[]> = new Map();

export interface Repeatable {
  readonly caller: Caller;
  readonly method: DescMethod;
  readonly message: Message;
}

/**
 * The idempotency key of a call, or undefined when it has none. What counts as the same request is the message, so that
 * a call may be repeated through another transport.
 *
 * @param key the header or metadata `idempotency-key`
 * @throws Fault `malformed_idempotency_key`
 */
export function idempotencyOf(
  key: string | undefined,
  { caller, method, message }: Repeatable,
): IdempotencyKey | undefined {
  const parsed = parseIdempotencyKey(key);
  if (parsed === null) return undefined;
  return {
    key: scopedKey({ caller, dialect: SECTION, name: method.localName }, parsed),
    fingerprint: digestOf(method, message),
    secret: false,
  };
}

/** Fields are written in the order of their numbers, so equal messages are equal bytes; only maps have no order. */
function digestOf({ input, localName }: DescMethod, message: Message): string {
  if (!holdsMaps(input)) return hash('sha256', toBinary(input, message, { writeUnknownFields: false }), 'hex');
  return fingerprint({ operation: localName, params: {}, query: NO_QUERY, body: toJson(input, message) });
}
