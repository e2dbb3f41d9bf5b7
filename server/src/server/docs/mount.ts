import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../api/shared/faults.ts';
import '../../api/shared/gateway.ts';
import type { Dialect } from '../../api/shared/route.ts';
import { refuseUnrouted } from '../../api/shared/serve.ts';
import { documentServer, type Served, served } from './documents.ts';

const READS = ['GET', 'HEAD'];
const NOT_ALLOWED = new Fault('method_not_allowed', 'The path does not know this method.', READS);
const NOT_FOUND = new Fault('route_not_found', 'There is no such path.');
/** Few routes, as each costs time at the start. */
const ROUTES = ['/docs', '/docs/*', '/openapi/*'];

/** Scripts, styles and requests of this server only; the symbols of the style sheet are part of it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HTML = 'text/html; charset=utf-8';
const CSS = 'text/css; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** Files of the package `swagger-ui-dist`, and ours. */
const PACKAGED = {
  'swagger-ui.css': CSS,
  'swagger-ui-bundle.js': SCRIPT,
  'swagger-ui-standalone-preset.js': SCRIPT,
  'favicon-32x32.png': 'image/png',
} as const;
const OURS = { 'page.css': CSS, 'initializer.js': SCRIPT } as const;

/** What is served at a path. */
interface Part {
  readonly contentType: string;
  readonly text: () => Served;
}

/**
 * Adds `/openapi/<dialect>.json` and `/docs`, a page that shows them, for anybody. Nothing is made or read before it is
 * asked for. As with health, none of it counts as work or is in the access log.
 */
export function mountDocs(app: FastifyInstance, dialects: readonly Dialect[]): void {
  const parts = partsOf(dialects);
  const partAt = ({ url }: FastifyRequest) => parts.get(url.split('?', 1)[0] ?? '');
  for (const url of ROUTES) {
    app.route({
      method: READS,
      url,
      handler: (request, reply) => {
        const part = partAt(request);
        return part === undefined ? refuse(app, request, reply, NOT_FOUND) : answer(request, reply, part);
      },
    });
    app.route({
      method: app.supportedMethods.filter((method) => !READS.includes(method)),
      url,
      handler: (request, reply) => refuse(app, request, reply, partAt(request) === undefined ? NOT_FOUND : NOT_ALLOWED),
    });
  }
}

function partsOf(dialects: readonly Dialect[]): ReadonlyMap<string, Part> {
  const ours = (name: string) => fileServer(() => new URL(name, import.meta.url));
  const packaged = (name: string) =>
    fileServer(() => createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`));
  return new Map<string, Part>([
    ...dialects.map((dialect): [string, Part] => [
      `/openapi/${dialect.name}.json`,
      { contentType: 'application/json', text: documentServer(dialect) },
    ]),
    ['/docs', { contentType: HTML, text: ours('page.html') }],
    ...Object.entries(OURS).map(([name, contentType]): [string, Part] => [
      `/docs/${name}`,
      { contentType, text: ours(name) },
    ]),
    ...Object.entries(PACKAGED).map(([name, contentType]): [string, Part] => [
      `/docs/${name}`,
      { contentType, text: packaged(name) },
    ]),
  ]);
}

function fileServer(file: () => URL | string): () => Served {
  let read: Served | undefined;
  return () => {
    read ??= served(readFileSync(file()));
    return read;
  };
}

function refuse(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, fault: Fault): void {
  refuseUnrouted(app.gateway, request, reply, fault);
}

function answer(request: FastifyRequest, reply: FastifyReply, { contentType, text }: Part) {
  const { body, etag } = text();
  reply.headers({
    'x-request-id': request.id,
    'x-content-type-options': 'nosniff',
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
    // Kept, but asked for each time whether it is still the same.
    'cache-control': 'no-cache',
    etag,
  });
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known?.includes(etag) || known?.includes('*')) return reply.code(304).send();
  return reply.type(contentType).send(body);
}
