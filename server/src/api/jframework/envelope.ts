import type { Answer } from '../../app/submission.ts';
import { etag } from '../shared/conditional.ts';

/** One entry of `errors`, as far as it does not depend on the request. */
export interface WireError {
  readonly code: string;
  readonly message: string;
}

const MESSAGE = 'The request was successful.';

/**
 * A success.
 *
 * @param data the payload, as JSON
 * @param version of the record it is about, for the entity tag; absent when it is about no single record
 */
export function success(status: 200 | 201, data: string, version?: number): Answer {
  return {
    status,
    ...(version !== undefined && { headers: { etag: etag(version) } }),
    body: `{"success":true,"statusCode":${status},"message":"${MESSAGE}","data":${data},"errors":[]}`,
  };
}

/** A failure: its message is that of the first error. The request's id is what support asks for. */
export function failure(
  status: number,
  errors: readonly WireError[],
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = {
    success: false,
    statusCode: status,
    message: errors[0]?.message,
    data: null,
    errors: errors.map(({ code, message }) => ({ code, message, correlationId: requestId })),
  };
  return { status, headers, body: JSON.stringify(body) };
}
