import { type DescMethod, fromJson, type JsonObject, type Message, toJson } from '@bufbuild/protobuf';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { createServerTransport } from '@zitadel/client/node';
import { CredentialsCheckErrorSchema, ErrorDetailSchema } from '@zitadel/proto/zitadel/message_pb';
import { restRoutes } from '../../../src/api/zitadel/protocol/routes.ts';
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

/** One caller over every transport: raw JSON, and the official client's gRPC with the library's other protocols. */
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
    'grpc-web': over(createGrpcWebTransport({ ...options, httpVersion: '1.1' }), auth),
    grpc:
      token === undefined ? over(createGrpcTransport(options), {}) : over(createServerTransport(token, options), {}),
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
      const refused = ConnectError.from(error);
      const details = [
        ...refused.findDetails(ErrorDetailSchema).map((detail) => toJson(ErrorDetailSchema, detail)),
        ...refused
          .findDetails(CredentialsCheckErrorSchema)
          .map((detail) => toJson(CredentialsCheckErrorSchema, detail)),
      ];
      return { code: refused.code, message: refused.rawMessage, details, etag: null, replayed: false };
    }
  };
}

function overRest(send: Tessera['send'], auth: Headers): Call {
  return async (method, request, headers = {}) => {
    const route = restRoutes(method.parent).find((each) => each.method.name === method.name);
    if (route === undefined) throw new Error(`${method.name} has no REST binding`);
    const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(request[name] ?? '')));
    const response = await send(route.verb, path, {
      headers: { ...auth, ...headers },
      ...(route.verb !== 'GET' && { body: request }),
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
