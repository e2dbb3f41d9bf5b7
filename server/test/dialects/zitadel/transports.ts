import { type DescMethod, fromJson, type JsonObject, type JsonValue, type Message, toJson } from '@bufbuild/protobuf';
import { type CallOptions, Code, ConnectError, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { createServerTransport } from '@zitadel/client/node';
import { createUserServiceClient } from '@zitadel/client/v2';
import { createClientTransport } from '@zitadel/client/web';
import { CredentialsCheckErrorSchema, ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb';
import { UserService as PublishedUserService } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { type RestRoute, restRoutes } from '../../../src/api/zitadel/protocol/routes.ts';
import { UserService } from '../../../src/api/zitadel/protocol/user-service.ts';
import type { Tessera } from '../../support/tessera.ts';
import type { Headers } from './support.ts';

/** What a call came to, in the terms that all transports share. */
export interface Outcome {
  /** 0 for a success. */
  readonly code: number;
  readonly message?: string;
  /** Of the error, or the response. */
  readonly details: unknown;
  readonly etag: string | null;
  readonly replayed: boolean;
}

export type Call = (method: DescMethod, request: JsonObject, headers?: Headers) => Promise<Outcome>;

export const TRANSPORTS = ['rest', 'connect json', 'connect', 'grpc-web', 'grpc'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

export const { updateHumanUser, getUserByID } = UserService.method;

/** One caller over every transport: raw JSON, the official client's gRPC and gRPC-Web, and the library's Connect. */
export function transportsOf(
  { url, send }: Pick<Tessera, 'url' | 'send'>,
  token?: string,
): Record<TransportName, Call> {
  const auth: Headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const options = { baseUrl: url };
  return {
    rest: overRest(send, auth),
    'connect json': overConnectJson(send, auth),
    connect: over(createConnectTransport({ ...options, httpVersion: '1.1' }), auth),
    // The official client always sends a token.
    'grpc-web':
      token === undefined
        ? over(createGrpcWebTransport({ ...options, httpVersion: '1.1' }), {})
        : over(createClientTransport(token, options), {}),
    grpc:
      token === undefined ? over(createGrpcTransport(options), {}) : over(createServerTransport(token, options), {}),
  };
}

/** The same caller by the vendor's client as it is published, over both transports it has. */
export function officialsOf(
  { url }: Pick<Tessera, 'url'>,
  token: string,
): Record<'official grpc' | 'official grpc-web', Call> {
  const options = { baseUrl: url };
  return {
    'official grpc': published(createServerTransport(token, options)),
    'official grpc-web': published(createClientTransport(token, options)),
  };
}

/** What the published client does not know yet is called through its transport alone. */
function published(transport: Transport): Call {
  const plain = over(transport, {});
  const client: Readonly<Record<string, unknown>> = createUserServiceClient(transport);
  return async (method, request, headers = {}) => {
    const known = PublishedUserService.methods.find(({ name }) => name === method.name);
    if (known === undefined || method.parent.typeName !== PublishedUserService.typeName) {
      return plain(method, request, headers);
    }
    const ask = client[known.localName] as (message: Message, options: CallOptions) => Promise<Message>;
    let received = new globalThis.Headers();
    try {
      const message = await ask(fromJson(known.input, request, { ignoreUnknownFields: true }), {
        headers,
        onHeader: (header) => {
          received = header;
        },
      });
      return success(toJson(known.output, message), received);
    } catch (error) {
      return refused(error);
    }
  };
}

function over(transport: Transport, auth: Headers): Call {
  return async (method, request, headers = {}) => {
    const { input, output } = method;
    try {
      const { header, message } = await transport.unary(
        method as DescMethod & { methodKind: 'unary' },
        undefined,
        undefined,
        { ...auth, ...headers },
        fromJson(input, request, { ignoreUnknownFields: true }),
      );
      return success(toJson(output, message as Message), header);
    } catch (error) {
      return refused(error);
    }
  };
}

function refused(error: unknown): Outcome {
  const known = ConnectError.from(error);
  const details = [
    ...known.findDetails(ErrorDetailSchema).map((detail) => toJson(ErrorDetailSchema, detail)),
    ...known.findDetails(CredentialsCheckErrorSchema).map((detail) => toJson(CredentialsCheckErrorSchema, detail)),
  ];
  return { code: known.code, message: known.rawMessage, details, etag: null, replayed: false };
}

function overRest(send: Tessera['send'], auth: Headers): Call {
  return async (method, request, headers = {}) => {
    const route = restRoutes(method.parent).find((each) => each.method.name === method.name);
    if (route === undefined) throw new Error(`${method.name} has no REST binding`);
    const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(request[name] ?? '')));
    const query = route.body === null ? queryOf(request, route.pathFields) : '';
    const response = await send(route.verb, `${path}${query}`, {
      headers: { ...auth, ...headers },
      ...(route.body !== null && { body: request }),
    });
    if (response.status === 200) return success(response.json, response.headers);
    const { code, message, details = [] } = response.json;
    return {
      // The one refusal that REST tells by a status of its own.
      code: response.status === 412 ? Code.Aborted : code,
      message,
      details: details.map(({ '@type': _type, ...detail }: { '@type': string }) => detail),
      etag: null,
      replayed: false,
    };
  };
}

/** What a message says besides its path, for a route whose body nobody reads. */
function queryOf(request: JsonObject, pathFields: RestRoute['pathFields']): string {
  const inPath = new Set(pathFields.map(({ param }) => param));
  const pairs = (name: string, value: JsonValue): [string, string][] => {
    if (Array.isArray(value)) return value.flatMap((each) => pairs(name, each));
    if (typeof value !== 'object' || value === null) return [[name, String(value)]];
    return Object.entries(value).flatMap(([key, each]) => pairs(`${name}.${key}`, each));
  };
  const all = Object.entries(request).flatMap(([name, value]) => (inPath.has(name) ? [] : pairs(name, value)));
  return all.length === 0 ? '' : `?${new URLSearchParams(all)}`;
}

/** As the vendor's Python and Java clients call: HTTP/1.1, JSON, no header of the protocol's own. */
function overConnectJson(send: Tessera['send'], auth: Headers): Call {
  return async (method, request, headers = {}) => {
    const response = await send('POST', `/${method.parent.typeName}/${method.name}`, {
      headers: { ...auth, ...headers },
      body: request,
    });
    if (response.status === 200) return success(response.json, response.headers);
    const { code, message, details = [] } = response.json;
    const name = code.replaceAll(/(?:^|_)(\w)/g, (_: string, letter: string) => letter.toUpperCase());
    return {
      code: Code[name as keyof typeof Code],
      message,
      details: details.map(({ debug }: { debug: unknown }) => debug),
      etag: null,
      replayed: false,
    };
  };
}

function success(json: unknown, headers: globalThis.Headers): Outcome {
  const replayed = headers.get('idempotent-replayed') === 'true';
  return { code: 0, details: json, etag: headers.get('etag'), replayed };
}
