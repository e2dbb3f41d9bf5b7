import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { formBody, jsonBody, rawBody } from '../../src/api/shared/body.ts';
import {
  type Answer,
  type Dialect,
  mountDialect,
  paramsOf,
  queryOf,
  type RequestError,
  type Route,
} from '../../src/api/shared/dialect.ts';
import { createLogger } from '../../src/logger.ts';
import { mountGrpcServices } from '../../src/server/grpc/mount.ts';
import { mountHealth, type Readiness } from '../../src/server/health.ts';
import { type Certificate, createHttpServer, type HttpLimits } from '../../src/server/http.ts';

export interface Toy {
  readonly app: FastifyInstance;
  readonly port: number;
  readonly log: Record<string, unknown>[];
}

const json = (value: unknown): Answer => ({ status: 200, body: JSON.stringify(value ?? null) });

/** Two dialects whose errors look different, so that a test sees which of them answered. */
export const alpha = (routes: readonly Route[] = []): Dialect => ({
  name: 'alpha',
  prefixes: ['/api/v1', '/proto.'],
  singleHeaders: ['X-Brand'],
  renderError: (error, info) => ({
    status: statusOf(error),
    body: JSON.stringify({ alpha: nameOf(error), id: info.requestId }),
  }),
  preflight: () => ({ status: 204, headers: { 'access-control-allow-origin': '*' }, body: null }),
  routes: [
    { method: 'POST', path: '/api/v1/echo', handler: (request) => json(jsonBody(request)) },
    { method: 'POST', path: '/api/v1/any', consumes: 'any', handler: (request) => json(rawBody(request).length) },
    { method: 'GET', path: '/api/v1/users/:id', handler: (request) => json(paramsOf(request).id) },
    { method: 'PUT', path: '/api/v1/users/:id', handler: async (request) => json(jsonBody(request)) },
    { method: 'GET', path: '/api/v1/query', handler: (request) => json(Object.fromEntries(queryOf(request))) },
    ...routes,
  ],
});

const beta: Dialect = {
  name: 'beta',
  prefixes: ['/api', '/oauth'],
  contentType: 'text/plain',
  extraHeaders: () => ['x-robots-tag', 'none'],
  renderError: (error) => ({ status: statusOf(error), body: `beta ${nameOf(error)}` }),
  routes: [
    {
      method: 'POST',
      path: '/oauth/token',
      consumes: ['application/x-www-form-urlencoded'],
      handler: (request) => json(Object.fromEntries(formBody(request))),
    },
  ],
};

function nameOf(error: RequestError): string {
  if (error.kind === 'fault') return error.fault.fault;
  return error.kind === 'domain' ? error.error.reason : 'internal';
}

function statusOf(error: RequestError): number {
  if (error.kind === 'fault') return error.fault.status;
  return error.kind === 'domain' && error.error.code === 'unavailable' ? 503 : 500;
}

export async function startToy(
  options: {
    routes?: readonly Route[];
    trustedProxies?: readonly string[];
    limits?: Partial<HttpLimits>;
    ready?: () => Readiness;
    certificate?: Certificate;
  } = {},
): Promise<Toy> {
  const log: Record<string, unknown>[] = [];
  const logger = createLogger({ level: 'info' }, { write: (line) => log.push(JSON.parse(line)) });
  const app = createHttpServer({
    logger,
    trustedProxies: options.trustedProxies ?? [],
    limits: options.limits ?? {},
    certificate: options.certificate,
  });
  mountDialect(app, beta);
  mountDialect(app, alpha(options.routes));
  const ready = options.ready ?? (() => ({ ok: true }));
  mountHealth(app, ready);
  mountGrpcServices(app, [], ready);
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, port: (app.server.address() as AddressInfo).port, log };
}
