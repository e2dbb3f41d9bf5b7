import type { IncomingHttpHeaders } from 'node:http';
import { Code, ConnectError } from '@connectrpc/connect';
import { parseTimeout, setTrailerStatus } from '@connectrpc/connect/protocol-grpc';
import { trailerFlag, trailerSerialize } from '@connectrpc/connect/protocol-grpc-web';
import { decompress, GZIP, tooLarge, unknownCompression } from './compression.ts';
import type { RpcProtocol } from './protocol.ts';

/** Before each message: one byte of flags, four of length. */
export const PREFIX = 5;
const COMPRESSED = 1;
const OK = { 'grpc-status': '0' };
const ENDED_WELL = envelope(trailerSerialize(new Headers(OK)), trailerFlag);
const NOTHING = new Uint8Array(0);

const shared = {
  statusInHttp: false,

  timeout: (headers: IncomingHttpHeaders): number | undefined => {
    const { timeoutMs, error } = parseTimeout(single(headers, 'grpc-timeout') ?? null, Number.MAX_SAFE_INTEGER);
    if (error !== undefined) throw error;
    return timeoutMs;
  },

  unwrap: (headers: IncomingHttpHeaders, body: Buffer, limit: number): Buffer | Promise<Buffer> => {
    const encoding = single(headers, 'grpc-encoding') ?? 'identity';
    if (encoding !== 'identity' && encoding !== GZIP) throw unknownCompression(encoding);
    if (body.length < PREFIX || body.readUInt32BE(1) !== body.length - PREFIX) {
      throw new ConnectError('the body must hold one message', Code.InvalidArgument);
    }
    const message = body.subarray(PREFIX);
    const flags = body[0] ?? 0;
    if (flags === 0) {
      if (message.length > limit) throw tooLarge(limit);
      return message;
    }
    if (flags === COMPRESSED && encoding === GZIP) return decompress(message, limit);
    throw new ConnectError('the flags of the message are not supported', Code.InvalidArgument);
  },
} as const;

/** gRPC, whose status is in the trailers. */
export const grpc: RpcProtocol = {
  ...shared,
  trailers: true,
  success: (message, contentType, headers) => ({
    status: 200,
    contentType,
    headers,
    body: envelope(message),
    trailers: OK,
  }),
  refusal: (error, contentType, headers) => ({
    status: 200,
    contentType,
    headers: { ...headers, 'grpc-accept-encoding': GZIP },
    body: NOTHING,
    trailers: Object.fromEntries(setTrailerStatus(new Headers(), error)),
  }),
};

/** gRPC-Web, whose trailers are the end of the body. */
export const grpcWeb: RpcProtocol = {
  ...shared,
  trailers: false,
  success: (message, contentType, headers) => ({
    status: 200,
    contentType,
    headers,
    body: Buffer.concat([envelope(message), ENDED_WELL]),
  }),
  refusal: (error, contentType, headers) => ({
    status: 200,
    contentType,
    headers: { ...headers, 'grpc-accept-encoding': GZIP },
    body: envelope(trailerSerialize(setTrailerStatus(new Headers(), error)), trailerFlag),
  }),
};

function envelope(content: Uint8Array | string, flags = 0): Buffer {
  const length = Buffer.byteLength(content);
  const bytes = Buffer.allocUnsafe(PREFIX + length);
  bytes.writeUInt8(flags, 0);
  bytes.writeUInt32BE(length, 1);
  if (typeof content === 'string') bytes.write(content, PREFIX);
  else bytes.set(content, PREFIX);
  return bytes;
}

function single(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
