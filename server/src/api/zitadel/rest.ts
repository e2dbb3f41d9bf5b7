import type { Message } from '@bufbuild/protobuf';
import type { FastifyRequest } from 'fastify';
import type { Answer } from '../shared/answer.ts';
import { jsonBody } from '../shared/body.ts';
import { paramsOf, queryOf } from '../shared/dialect.ts';
import { Fault } from '../shared/faults.ts';
import { header } from '../shared/headers.ts';
import type { Method, Route } from '../shared/route.ts';
import { checkCaller } from './check-caller.ts';
import { restOperation } from './documentation/method-operations.ts';
import { decodeRest } from './protocol/decode.ts';
import type { RestRoute } from './protocol/routes.ts';
import { restStatus, STATUS_CODES, statusJson } from './protocol/status.ts';
import type { ServiceMethods, TransportCall } from './service.ts';
import { StatusError } from './status-error.ts';

/** What the vendor's gateway hands through from its gRPC server with every success. */
const GATEWAY_HEADERS = {
  'grpcgateway-cache-control': 'no-store',
  'grpcgateway-pragma': 'no-cache',
  'grpcgateway-expires': 'now',
};

const METHODS: ReadonlySet<string> = new Set<Method>(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** The HTTP route of one REST binding. */
export function routeOf(binding: RestRoute, service: ServiceMethods): Route {
  const { method, verb, path, body } = binding;
  if (!METHODS.has(verb)) throw new Error(`${method} is bound to the HTTP method ${verb}, which is not served`);
  return {
    method: verb as Method,
    path,
    // A body that no field takes is read and ignored, whatever it is.
    ...(body === null && { consumes: 'any' as const }),
    operation: () => restOperation(binding, service.isServed(method)),
    handler: async (request) => {
      try {
        const { json, etag, replayed } = await service.invoke(method, new RestCall(binding, request));
        const headers = { ...(etag !== '' && { etag }), ...GATEWAY_HEADERS };
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

  constructor(binding: RestRoute, request: FastifyRequest) {
    this.#binding = binding;
    this.#request = request;
  }

  get requestId(): string {
    return this.#request.id;
  }

  header(name: string): string | undefined {
    return header(this.#request.headers, name);
  }

  checkWanted(): void {
    checkCaller(this.#request);
  }

  readMessage(): Message {
    const { body } = this.#binding;
    const params = paramsOf(this.#request);
    if (Object.values(params).some((value) => value.includes('\0'))) {
      throw new Fault('malformed_path', 'The path holds a NUL character.');
    }
    const json = body === null ? undefined : jsonBody(this.#request);
    const query = body === '*' ? [] : pairsOf(this.#request);
    return decodeRest(this.#binding, params, query, json);
  }
}

function pairsOf(request: FastifyRequest): [string, string][] {
  return [...queryOf(request)].flatMap(([name, values]) => values.map((value): [string, string] => [name, value]));
}
