import { type DescMethod, type DescService, fromJson, type Message, toBinary } from '@bufbuild/protobuf';
import { ConnectError } from '@connectrpc/connect';
import type { FastifyRequest } from 'fastify';
import type { WireAnswer } from '../../shared/answer.ts';
import { rawBody } from '../../shared/body.ts';
import { Fault } from '../../shared/faults.ts';
import { countUntilSettled } from '../../shared/gateway.ts';
import { header } from '../../shared/headers.ts';
import { parseJson } from '../../shared/json.ts';
import type { Route } from '../../shared/route.ts';
import { checkCaller } from '../check-caller.ts';
import { connectOperation } from '../documentation/method-operations.ts';
import type { MethodResult } from '../method.ts';
import { decodeJson } from '../protocol/decode.ts';
import { decodeBinary } from '../protocol/decode-binary.ts';
import type { ServiceMethods, TransportCall } from '../service.ts';
import { StatusError } from '../status-error.ts';
import { GZIP } from './compression.ts';
import { type Deadline, withinDeadline } from './deadline.ts';
import { formOf, RPC_TYPES, type RpcForm } from './forms.ts';
import { PREFIX } from './grpc.ts';
import { refusalOf } from './refusal.ts';

/** Largest request message, in bytes, also of a compressed one. */
const MAX_MESSAGE = 1024 * 1024;
/** What the vendor's server sends with every success. */
const UNCACHED = { pragma: 'no-cache', expires: 'now' };

/** The routes of a service over gRPC, gRPC-Web and Connect: one of each method, and one for methods it does not have. */
export function rpcRoutes(service: DescService, methods: ServiceMethods): Route[] {
  const route = { method: 'POST', consumes: RPC_TYPES, encodings: [GZIP], framing: PREFIX } as const;
  return [
    ...service.methods.map((method) => ({
      ...route,
      path: `/${service.typeName}/${method.name}`,
      handler: (request: FastifyRequest) => answer(request, method, methods),
      operation: () => connectOperation(method, methods.isServed(method)),
    })),
    {
      ...route,
      path: `/${service.typeName}/*`,
      handler: () => {
        throw new Fault('route_not_found', 'There is no such path.');
      },
    },
  ];
}

async function answer(request: FastifyRequest, method: DescMethod, methods: ServiceMethods): Promise<WireAnswer> {
  const form = formOf(request.headers['content-type']);
  // Requests without a body come here whatever type they name.
  if (form === undefined) throw new Fault('unsupported_media_type', 'The content type is none of this service.');
  const { protocol, contentType } = form;
  if (protocol.trailers && request.raw.httpVersionMajor < 2) return { status: 505, body: null };
  try {
    const timeout = protocol.timeout(request.headers);
    const result = await withinDeadline(
      timeout,
      (deadline) => methods.invoke(method, new RpcCall(request, method, form, deadline)),
      (work) => countUntilSettled(request.server.gateway, work),
    );
    const { etag, replayed } = result;
    const headers = { ...(etag && { etag }), ...UNCACHED };
    return protocol.success(
      form.json ? result.json : binaryOf(method, result),
      contentType,
      replayed ? { ...headers, 'idempotent-replayed': 'true' } : headers,
    );
  } catch (error) {
    if (error instanceof StatusError) return refusalOf(error, form);
    if (error instanceof ConnectError) return protocol.refusal(error, contentType, {});
    throw error;
  }
}

function binaryOf({ output }: DescMethod, { message, json }: MethodResult): Uint8Array {
  return toBinary(output, message ?? fromJson(output, JSON.parse(json)));
}

class RpcCall implements TransportCall {
  readonly #request: FastifyRequest;
  readonly #method: DescMethod;
  readonly #form: RpcForm;
  readonly #deadline: Deadline;

  constructor(request: FastifyRequest, method: DescMethod, form: RpcForm, deadline: Deadline) {
    this.#request = request;
    this.#method = method;
    this.#form = form;
    this.#deadline = deadline;
  }

  get requestId(): string {
    return this.#request.id;
  }

  header(name: string): string | undefined {
    return header(this.#request.headers, name);
  }

  checkWanted(): void {
    this.#deadline.check();
    checkCaller(this.#request);
  }

  readMessage(): Message | Promise<Message> {
    const bytes = this.#form.protocol.unwrap(this.#request.headers, rawBody(this.#request), MAX_MESSAGE);
    return bytes instanceof Promise ? bytes.then((all) => this.#decode(all)) : this.#decode(bytes);
  }

  #decode(bytes: Buffer): Message {
    const { input } = this.#method;
    if (!this.#form.json) return decodeBinary(input, bytes);
    return decodeJson(input, bytes.length === 0 ? undefined : parseJson(bytes));
  }
}
