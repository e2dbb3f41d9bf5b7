import type { FastifyRequest } from 'fastify';
import type { IfMatch } from '../../app/submission.ts';
import { Fault } from '../shared/faults.ts';
import { requireHeader } from '../shared/headers.ts';
import { ifMatchOf } from '../shared/submit.ts';

export interface CallHeaders {
  /** `v2` is executed before it is answered, `v1` afterwards. */
  readonly version: 'v1' | 'v2';
  readonly ifMatch: IfMatch | null;
}

const V1: CallHeaders = { version: 'v1', ifMatch: null };

/**
 * Reads what governs a mutating call. Callers of the older API sent neither `Version` nor `Idempotency-Key`, and
 * nothing can be compared with a version that is yet to come; so under `v1` only the key is read, by who stores it.
 *
 * @throws Fault `malformed_header`, `missing_header`, `malformed_if_match`
 */
export function readCallHeaders(request: FastifyRequest): CallHeaders {
  const { version } = request.headers;
  if (version === undefined || version === 'v1') return V1;
  if (version !== 'v2') throw new Fault('malformed_header', 'The header version must be v1 or v2.');
  requireHeader(request.headers, 'idempotency-key');
  return { version, ifMatch: ifMatchOf(request) };
}
