import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { Fault } from '../api/shared/faults.ts';
import type { Gateway } from '../api/shared/gateway.ts';
import { refuseUnrouted } from '../api/shared/serve.ts';
import type { Logger } from '../logger.ts';
import { Connections } from './connections.ts';
import { Http2Side } from './http2.ts';

export interface HttpLimits {
  /** Longest request body, in bytes. */
  readonly maxBodyBytes: number;
  /** Longest header block, in bytes, and most fields in it. */
  readonly maxHeaderBytes: number;
  readonly maxHeaderFields: number;
  /** Time for the header block, for the whole request, and between requests, in milliseconds. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How often time-outs are looked at, in milliseconds. */
  readonly timeoutCheckMs: number;
  /** Requests of one connection of HTTP/1.1. */
  readonly maxRequestsPerSocket: number;
  readonly maxConnections: number;
  /** Streams of one HTTP/2 session at a time. */
  readonly maxStreams: number;
  /** Most requests between arrival and answer. */
  readonly maxActive: number;
}

export const HTTP_LIMITS: HttpLimits = {
  maxBodyBytes: 1024 * 1024,
  maxHeaderBytes: 16 * 1024,
  maxHeaderFields: 100,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  timeoutCheckMs: 2_000,
  maxRequestsPerSocket: 10_000,
  maxConnections: 10_000,
  maxStreams: 100,
  maxActive: 768,
};

export interface HttpServerOptions {
  readonly logger: Logger;
  /** Addresses and CIDR ranges whose `X-Forwarded-For` is believed; none unless named. */
  readonly trustedProxies: readonly string[];
  readonly limits?: Partial<HttpLimits>;
  /** Serves TLS instead of plain text. */
  readonly certificate?: Certificate | undefined;
}

/** PEM texts: the certificate with its chain, and its key. */
export interface Certificate {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

declare module 'fastify' {
  interface FastifyInstance {
    readonly http2: Http2Side;
    readonly connections: Connections;
  }
}

/**
 * The server that dialects are mounted on, not yet listening: HTTP/1.1 and HTTP/2 on one port. Fastify routes; reading
 * bodies and writing answers is done in `api/shared`, where the rules are stricter than Fastify's own.
 */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const gateway: Gateway = {
    logger: options.logger,
    maxBodyBytes: limits.maxBodyBytes,
    maxActive: limits.maxActive,
    active: 0,
    draining: false,
    mounts: [],
  };
  let http2!: Http2Side;
  let connections!: Connections;
  const app: FastifyInstance = fastify({
    serverFactory: (handler) => {
      const server = createNodeServer(limits, options.certificate, handler);
      http2 = new Http2Side(limits, handler as unknown as Http2Listener);
      connections = new Connections(server, (socket) => http2.accept(socket), limits.headersTimeoutMs);
      return server;
    },
    clientErrorHandler: answerParserFault,
    logger: false,
    genReqId: requestIds(),
    requestIdHeader: false,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    exposeHeadRoutes: false,
    return503OnClosing: false,
    routerOptions: {
      // Longer than any legal parameter even when it is all escapes; the exact limit is counted in code points.
      maxParamLength: 1000,
      querystringParser: (text) => text as unknown as Record<string, unknown>,
    },
    frameworkErrors: (_error, request, reply) =>
      refuseUnrouted(gateway, request, reply, new Fault('malformed_path', 'The path cannot be decoded.')),
  });
  app.decorate('gateway', gateway).decorate('http2', http2).decorate('connections', connections);
  // Also when the server never came to listen, or is closed without a drain.
  app.addHook('onClose', async () => http2.close());
  // Bodies are read by the routes themselves, so that a refusal need not wait for one.
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  }
  app.setNotFoundHandler((request, reply) => refuseUnrouted(gateway, request, reply));
  // The next two serve only routes outside dialects, which answer through Fastify's reply.
  app.addHook('onSend', (request, reply, payload, done) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    if (gateway.draining) reply.header('connection', 'close');
    done(null, payload);
  });
  app.setErrorHandler((err, request, reply) => {
    gateway.logger.error({ requestId: request.id, err }, 'request failed');
    reply.code(500).send({ error: 'internal' });
  });
  return app;
}

type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;
type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

function createNodeServer(limits: HttpLimits, certificate: Certificate | undefined, handler: RequestListener): Server {
  const maxRawHeaders = limits.maxHeaderFields * 2;
  const listener: RequestListener = (request, response) => {
    if (request.rawHeaders.length > maxRawHeaders) {
      response.writeHead(431, ['connection', 'close', 'content-length', '0']).end();
    } else handler(request, response);
  };
  const options: ServerOptions = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.timeoutCheckMs,
  };
  const server: Server =
    certificate === undefined
      ? createServer(options, listener)
      : createTlsServer(
          {
            ...options,
            ...certificate,
            minVersion: 'TLSv1.2',
            ALPNProtocols: ['h2', 'http/1.1'],
            handshakeTimeout: limits.headersTimeoutMs,
          },
          listener,
        );
  // Node's own count would drop what is beyond it without a word.
  server.maxHeadersCount = 0;
  // Without a byte either way: an answer that nobody takes. Between requests the time for that holds instead.
  server.timeout = 2 * limits.requestTimeoutMs;
  server.maxRequestsPerSocket = limits.maxRequestsPerSocket;
  server.maxConnections = limits.maxConnections;
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (Number(request.headers['content-length'] ?? 0) <= limits.maxBodyBytes) response.writeContinue();
    listener(request, response);
  });
  // Node would answer a bare 417; an expectation that is not known may be ignored (RFC 9110, 10.1.1).
  server.on('checkExpectation', listener);
  return server;
}

/**
 * Ids in the form of a UUID (version 8: of our own making), random per start and counted within it. They are ours alone:
 * a caller's are never taken over.
 */
function requestIds(): () => string {
  const start = randomBytes(10).toString('hex');
  const prefix = `${start.slice(0, 8)}-${start.slice(8, 12)}-8${start.slice(12, 15)}-8${start.slice(15, 18)}-`;
  let count = 0;
  return () => {
    count += 1;
    return prefix + count.toString(16).padStart(12, '0');
  };
}

const PARSER_STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Content Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What Node's parser refuses has no dialect yet: a bare status, then the end of the connection. */
function answerParserFault(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = PARSER_STATUS[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
