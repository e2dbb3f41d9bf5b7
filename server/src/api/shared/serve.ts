import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '../../core/errors.ts';
import { type AccessLog, accessLog } from '../../logger.ts';
import { type WireAnswer, writeAnswer } from './answer.ts';
import { announcesBody, checkBodyHeaders, readBody } from './body.ts';
import { Fault } from './faults.ts';
import type { Gateway } from './gateway.ts';
import { JSON_TYPE } from './media-type.ts';
import { type Mount, methodsOf, ownerOf, pathOf } from './mounts.ts';
import type { Handler, RequestError, RequestInfo, Route } from './route.ts';

/** Longest path parameter, in code points. */
export const MAX_PARAM_LENGTH = 200;
const JSON_ONLY: readonly string[] = [JSON_TYPE];
const NOTHING: readonly string[] = [];
const UNMATCHED = '(unmatched)';

/** One request on its way to its answer. */
interface Exchange {
  readonly gateway: Gateway;
  readonly mount: Mount | null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly access: AccessLog;
  readonly startedAt: number;
}

/**
 * Makes the Fastify handler of a route. It answers on the raw response: Fastify's reply would cost more than the rest
 * of a short request. A handler that answers at once causes no promise.
 */
export function routeHandler(gateway: Gateway, mount: Mount, route: Route) {
  const access = accessLog(gateway.logger, { dialect: mount.dialect.name, route: route.path });
  const rules = { consumes: route.consumes ?? JSON_ONLY, encodings: route.encodings ?? NOTHING };
  const maxBodyBytes = gateway.maxBodyBytes + (route.framing ?? 0);
  const hasParams = /[:*]/.test(route.path);
  const readsBody = route.method !== 'GET';

  return (request: FastifyRequest, reply: FastifyReply): void => {
    const exchange: Exchange = { gateway, mount, request, reply, access, startedAt: performance.now() };
    gateway.active += 1;
    try {
      if (gateway.active > gateway.maxActive) throw new DomainError('overloaded', { retryAfter: 1 });
      mount.singleHeaders.check(request.raw.rawHeaders);
      if (hasParams) checkParams(request.params as Record<string, string>, mount.dialect.judgesParams === true);
      if (readsBody && announcesBody(request.raw)) {
        checkBodyHeaders(request.raw, rules, maxBodyBytes);
        readBody(request.raw, maxBodyBytes, (fault, bytes) => {
          request.body = bytes;
          if (fault === null) run(exchange, route.handler);
          else fail(exchange, fault);
        });
        return;
      }
    } catch (error) {
      fail(exchange, error);
      return;
    }
    run(exchange, route.handler);
  };
}

/** Answers what reached no route: an unknown path, a method the path has not, a path that cannot be decoded. */
export function refuseUnrouted(gateway: Gateway, request: FastifyRequest, reply: FastifyReply, fault?: Fault): void {
  const mount = ownerOf(gateway.mounts, pathOf(request.raw.url ?? ''));
  const access = accessLog(gateway.logger, { dialect: mount?.dialect.name ?? 'none', route: UNMATCHED });
  const exchange: Exchange = { gateway, mount, request, reply, access, startedAt: performance.now() };
  gateway.active += 1;
  if (fault !== undefined || mount === null) {
    fail(exchange, fault ?? new Fault('route_not_found', 'There is no such path.'));
    return;
  }
  const info = describe(exchange);
  const allow = methodsOf(mount, info.path);
  const { preflight } = mount.dialect;
  if (allow.length === 0 || allow.includes(info.method)) {
    fail(exchange, new Fault('route_not_found', 'There is no such path.'));
  } else if (info.method === 'OPTIONS' && preflight !== undefined) {
    run(exchange, () => preflight(info));
  } else fail(exchange, new Fault('method_not_allowed', 'The path does not know this method.', allow));
}

function run(exchange: Exchange, handler: Handler): void {
  let result: Promise<WireAnswer> | WireAnswer;
  try {
    result = handler(exchange.request, exchange.reply);
  } catch (error) {
    fail(exchange, error);
    return;
  }
  if (result instanceof Promise) {
    result.then(
      (answer) => finish(exchange, answer),
      (error: unknown) => fail(exchange, error),
    );
  } else finish(exchange, result);
}

function checkParams(params: Record<string, string>, presenceOnly: boolean): void {
  for (const name in params) {
    const value = params[name] ?? '';
    if (!presenceOnly && value.includes('\0')) throw new Fault('malformed_path', 'The path holds a NUL character.');
    if (name === '*') continue;
    if (value === '') throw new Fault('route_not_found', 'There is no such path.');
    if (presenceOnly) continue;
    // Every code point has one or two units, so most values need no count.
    if (value.length > MAX_PARAM_LENGTH && [...value].length > MAX_PARAM_LENGTH) {
      throw new Fault('malformed_path', `A path parameter is longer than ${MAX_PARAM_LENGTH} characters.`);
    }
  }
}

function fail(exchange: Exchange, thrown: unknown): void {
  const error = classify(exchange, thrown);
  finish(exchange, render(exchange, error));
}

/** Sorts what was thrown, and logs what a caller must not see. */
function classify({ gateway, request }: Exchange, thrown: unknown): RequestError {
  if (thrown instanceof Fault) return { kind: 'fault', fault: thrown };
  if (thrown instanceof DomainError) {
    if (thrown.code === 'internal' || thrown.details.cause !== undefined) {
      gateway.logger.error({ requestId: request.id, err: thrown }, 'request refused with a cause');
    }
    return { kind: 'domain', error: thrown };
  }
  gateway.logger.error({ requestId: request.id, err: thrown }, 'request failed');
  return { kind: 'internal' };
}

function render(exchange: Exchange, error: RequestError): WireAnswer {
  const { gateway, mount, request } = exchange;
  if (mount === null) return plainError(error);
  try {
    const answer = mount.dialect.renderError(error, describe(exchange));
    const allow = error.kind === 'fault' && answer.status === 405 ? error.fault.allow : NOTHING;
    return allow.length === 0 ? answer : withAllow(answer, allow);
  } catch (err) {
    gateway.logger.error({ requestId: request.id, err }, 'error could not be rendered');
    return plainError({ kind: 'internal' });
  }
}

/** The answer where no dialect owns the path. */
function plainError(error: RequestError): WireAnswer {
  if (error.kind === 'internal') return { status: 500, body: '{"error":"internal"}' };
  if (error.kind === 'domain') return { status: 503, body: `{"error":"${error.error.code}"}` };
  const { fault, status, allow } = error.fault;
  const answer = { status, body: `{"error":"${fault === 'route_not_found' ? 'not_found' : fault}"}` };
  return allow.length === 0 ? answer : withAllow(answer, allow);
}

function withAllow(answer: WireAnswer, allow: readonly string[]): WireAnswer {
  return { ...answer, headers: { ...answer.headers, allow: allow.join(', ') } };
}

function describe({ request }: Exchange): RequestInfo {
  const { raw } = request;
  return { requestId: request.id, method: raw.method ?? '', path: pathOf(raw.url ?? ''), headers: raw.headers };
}

/** Sends the answer and closes the books on the request. Never throws. */
function finish(exchange: Exchange, answer: WireAnswer): void {
  const { gateway, access, request } = exchange;
  gateway.active -= 1;
  let status = 500;
  try {
    send(exchange, answer);
    status = answer.status;
  } catch (err) {
    gateway.logger.error({ requestId: request.id, err }, 'answer could not be written');
    abandon(exchange);
  }
  access(request.id, request.raw.method ?? '', status, performance.now() - exchange.startedAt);
}

function send({ gateway, mount, request, reply }: Exchange, answer: WireAnswer): void {
  writeAnswer(request.raw, reply.raw, answer, {
    requestId: request.id,
    contentType: mount?.dialect.contentType ?? JSON_TYPE,
    extra: mount?.dialect.extraHeaders?.(request.raw) ?? NOTHING,
    close: gateway.draining,
  });
}

/** After an answer that could not be written: the internal error instead, or the end of the connection. */
function abandon(exchange: Exchange): void {
  const { raw } = exchange.reply;
  try {
    if (!raw.headersSent) {
      send(exchange, render(exchange, { kind: 'internal' }));
      return;
    }
  } catch {
    // The error's own answer cannot be written either: nothing is left to tell the client.
  }
  raw.destroy();
}
