import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Fields, parseFields } from './fields.ts';
import './gateway.ts';
import { SingleHeaders } from './headers.ts';
import { type Mount, ownerOf, segmentsOf } from './mounts.ts';
import type { Dialect } from './route.ts';
import { routeHandler } from './serve.ts';

export type { Answer } from './answer.ts';
export type { Dialect, Handler, Method, RequestError, RequestInfo, Route } from './route.ts';

/**
 * Adds a dialect's routes to a server that `createHttpServer` made. Throws when a route lies outside the dialect's own
 * prefixes or clashes with another; a prefix that takes away another dialect's route is found when the server starts.
 */
export function mountDialect(app: FastifyInstance, dialect: Dialect): void {
  const mount: Mount = {
    dialect,
    singleHeaders: new SingleHeaders(dialect.singleHeaders),
    patterns: dialect.routes.map(({ method, path }) => ({ method, segments: segmentsOf(path) })),
  };
  app.gateway.mounts.push(mount);
  for (const route of dialect.routes) {
    app.route({
      method: route.method === 'GET' ? ['GET', 'HEAD'] : route.method,
      url: route.path,
      handler: routeHandler(app.gateway, mount, route),
    });
  }
  app.addHook('onReady', (done) => {
    const stray = dialect.routes.find(({ path }) => ownerOf(app.gateway.mounts, path) !== mount);
    done(stray === undefined ? undefined : new Error(`${dialect.name} does not own its route ${stray.path}`));
  });
}

/** All values of the query string, parsed at each call. @throws Fault `malformed_query` */
export function queryOf(request: FastifyRequest): Fields {
  return parseFields(request.query as string, 'malformed_query');
}

/** The path parameters, decoded; each has 1 to 200 code points, unless the dialect judges them itself. */
export function paramsOf(request: FastifyRequest): Readonly<Record<string, string>> {
  return request.params as Readonly<Record<string, string>>;
}
