import type { IncomingMessage } from 'node:http';
import type { Answer } from '../shared/answer.ts';
import type { RequestInfo } from '../shared/route.ts';

const COMMON = ['x-robots-tag', 'none'] as const;
const EXPOSED =
  'Grpc-Status, Grpc-Message, Grpc-Status-Details-Bin, ETag, Idempotent-Replayed, X-Request-Id, Retry-After';
const ALLOWED_HEADERS =
  'Authorization, Content-Type, Accept, Accept-Language, If-Match, Idempotency-Key, X-Zitadel-Orgid';

/**
 * Headers of every answer, names and values in turn. Any origin may call: calls are authenticated by a token that no
 * browser adds by itself.
 */
export function commonHeaders({ headers }: IncomingMessage): readonly string[] {
  const { origin } = headers;
  if (origin === undefined) return COMMON;
  return [
    ...COMMON,
    'access-control-allow-origin',
    origin,
    'access-control-allow-credentials',
    'true',
    'access-control-expose-headers',
    EXPOSED,
    'vary',
    'origin',
  ];
}

/** Answers a browser's question whether it may call. */
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
