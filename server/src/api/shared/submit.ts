import { hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type Caller, callerName } from '../../app/callers.ts';
import type { IdempotencyKey, Receipt } from '../../app/submission.ts';
import type { Answer } from './answer.ts';
import { type IfMatch, parseIfMatch } from './conditional.ts';
import { paramsOf, queryOf } from './dialect.ts';
import { Fault } from './faults.ts';
import { header } from './headers.ts';
import { fingerprint, parseIdempotencyKey } from './idempotency.ts';

/** What a mutating call is, for its idempotency key: the same key of another caller or operation is another key. */
export interface Operation {
  readonly dialect: string;
  /** The same for every call of one kind, such as `update-user`. */
  readonly name: string;
  readonly caller: Caller;
  /** The parsed body. */
  readonly body: unknown;
  /** The answer may hold a code or a token. */
  readonly secret?: boolean;
}

/**
 * The idempotency key of a request, or undefined when it has none.
 *
 * @throws Fault `malformed_idempotency_key`
 */
export function idempotencyOf(request: FastifyRequest, operation: Operation): IdempotencyKey | undefined {
  const key = parseIdempotencyKey(header(request.headers, 'idempotency-key'));
  if (key === null) return undefined;
  const { dialect, name, caller, body, secret = false } = operation;
  return {
    key: scopedKey({ caller, dialect, name }, key),
    fingerprint: fingerprint({ operation: name, params: paramsOf(request), query: queryOf(request), body }),
    secret,
  };
}

/** What an idempotency key is stored under: nothing of another caller or operation is found by it. */
export function scopedKey(
  { caller, dialect, name }: Pick<Operation, 'caller' | 'dialect' | 'name'>,
  key: string,
): string {
  return hash('sha256', JSON.stringify([callerName(caller), dialect, name, key]), 'base64url');
}

/** @throws Fault `malformed_if_match` */
export function ifMatchOf(request: FastifyRequest): IfMatch | null {
  return parseIfMatch(request.headers['if-match']);
}

/** The answer of a receipt; a replayed one says so. */
export function answerOf({ answer, replayed }: Receipt): Answer {
  if (!replayed) return answer;
  return { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } };
}

/** A JSON object as its members; the prototype is never looked at. @throws Fault `malformed_body` */
export function membersOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new Fault('malformed_body', 'The body must be a JSON object.');
  }
  return body as Readonly<Record<string, unknown>>;
}
