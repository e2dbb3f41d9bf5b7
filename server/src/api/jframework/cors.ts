import type { IncomingMessage } from 'node:http';
import type { Answer } from '../shared/answer.ts';
import type { RequestInfo } from '../shared/route.ts';

const ALLOWED_HEADERS = 'Brand-URL, Auth-Key, Content-Type, Accept, X-Current-URL, If-Match, Idempotency-Key';
const NONE: readonly string[] = [];
const ANY_ORIGIN: readonly string[] = [
  'access-control-allow-origin',
  '*',
  'access-control-expose-headers',
  'ETag, Idempotent-Replayed, X-Request-Id, Retry-After',
  'vary',
  'origin',
];

/**
 * Headers of answers to pages, names and values in turn: clients of the vendor run in browsers, at addresses of the
 * brand. Any origin may call, as calls are authenticated by a key that no browser adds by itself.
 */
export function headersForPages({ headers }: IncomingMessage): readonly string[] {
  return headers.origin === undefined ? NONE : ANY_ORIGIN;
}

/** Answers a browser's question whether a page may call. */
export function preflight({ headers }: RequestInfo): Answer {
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS',
      'access-control-allow-headers': headers['access-control-request-headers'] ?? ALLOWED_HEADERS,
      'access-control-max-age': '600',
    },
    body: null,
  };
}
