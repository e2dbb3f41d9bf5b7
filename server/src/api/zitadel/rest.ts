import type { Message } from '@bufbuild/protobuf';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../app/callers.ts';
import type { IdempotencyKey, IfMatch } from '../../app/submission.ts';
import type { Answer } from '../shared/answer.ts';
import { jsonBody } from '../shared/body.ts';
import { paramsOf, queryOf } from '../shared/dialect.ts';
import { header } from '../shared/headers.ts';
import type { Method, Route } from '../shared/route.ts';
import { idempotencyOf, ifMatchOf } from '../shared/submit.ts';
import { decodeRest } from './protocol/decode.ts';
import type { RestRoute } from './protocol/routes.ts';
import { restStatus, STATUS_CODES, statusJson } from './protocol/status.ts';
import { SECTION } from './section.ts';
import type { TransportCall, UserServiceMethods } from './service.ts';
import { StatusError } from './status-error.ts';

/** What the vendor's gateway hands through from its gRPC server with every success. */
const GATEWAY_HEADERS = {
  'grpcgateway-cache-control': 'no-store',
  'grpcgateway-pragma': 'no-cache',
  'grpcgateway-expires': 'now',
};

const METHODS: ReadonlySet<string> = new Set<Method>(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** The HTTP route of one REST binding. */
export function routeOf(binding: RestRoute, service: UserServiceMethods): Route {
  const { method, verb, path, body } = binding;
  if (!METHODS.has(verb)) throw new Error(`${method} is bound to the HTTP method ${verb}, which is not served`);
  return {
    method: verb as Method,
    path,
    // A body that no field takes is read and ignored, whatever it is.
    ...(body === null && { consumes: 'any' as const }),
    handler: async (request) => {
      try {
        const { json, etag, replayed } = await service.invoke(method, new RestCall(binding, request));
        const headers = { etag, ...GATEWAY_HEADERS };
        return { status: 200, headers: replayed ? { ...headers, 'idempotent-replayed': 'true' } : headers, body: json };
      } catch (error) {
        if (error instanceof StatusError) return answerOf(error);
        throw error;
      }
    },
  };
}

/** A refusal as REST tells it. */
export function answerOf({ status, httpStatus, retryAfter }: StatusError): Answer {
  return {
    status: httpStatus ?? restStatus(status.code),
    headers: {
      ...(status.code === STATUS_CODES.unauthenticated && { 'www-authenticate': status.message }),
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    },
    body: JSON.stringify(statusJson(status)),
  };
}

class RestCall implements TransportCall {
  readonly #binding: RestRoute;
  readonly #request: FastifyRequest;
  #body: unknown;

  constructor(binding: RestRoute, request: FastifyRequest) {
    this.#binding = binding;
    this.#request = request;
  }

  get requestId(): string {
    return this.#request.id;
  }

  get authorization(): string | undefined {
    return header(this.#request.headers, 'authorization');
  }

  get organizationId(): string | undefined {
    return header(this.#request.headers, 'x-zitadel-orgid');
  }

  readMessage(): Message {
    const { body } = this.#binding;
    this.#body = body === null ? undefined : jsonBody(this.#request);
    const query = body === '*' ? [] : pairsOf(this.#request);
    return decodeRest(this.#binding, paramsOf(this.#request), query, this.#body);
  }

  readIfMatch(): IfMatch | null {
    return this.#binding.verb === 'GET' ? null : ifMatchOf(this.#request);
  }

  readIdempotency(caller: Caller): IdempotencyKey | undefined {
    if (this.#binding.verb === 'GET') return undefined;
    const name = this.#binding.method.localName;
    return idempotencyOf(this.#request, { dialect: SECTION, name, caller, body: this.#body });
  }
}

function pairsOf(request: FastifyRequest): [string, string][] {
  return [...queryOf(request)].flatMap(([name, values]) => values.map((value): [string, string] => [name, value]));
}
