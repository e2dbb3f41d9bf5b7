import type { IncomingHttpHeaders } from 'node:http';
import { Code, ConnectError } from '@connectrpc/connect';
import { codeToHttpStatus, errorToJson, parseTimeout, protocolVersion } from '@connectrpc/connect/protocol-connect';
import { DETAIL_TYPES } from '../protocol/encode.ts';
import { decompress, GZIP, tooLarge } from './compression.ts';
import type { RpcProtocol } from './protocol.ts';

/** Connect, where the body is the message and the HTTP status tells how it went. */
export const connect: RpcProtocol = {
  trailers: false,
  statusInHttp: true,

  timeout: (headers: IncomingHttpHeaders): number | undefined => {
    const version = headers['connect-protocol-version'];
    if (version !== undefined && version !== protocolVersion) {
      throw new ConnectError(`connect-protocol-version must be ${protocolVersion}`, Code.InvalidArgument);
    }
    const { timeoutMs, error } = parseTimeout(
      headers['connect-timeout-ms']?.toString() ?? null,
      Number.MAX_SAFE_INTEGER,
    );
    if (error !== undefined) throw error;
    return timeoutMs;
  },

  unwrap: (headers, body, limit) => {
    if (body.length > limit) throw tooLarge(limit);
    return headers['content-encoding']?.toLowerCase() === GZIP && body.length > 0 ? decompress(body, limit) : body;
  },

  success: (message, contentType, headers) => ({ status: 200, contentType, headers, body: message }),

  refusal: (error, _contentType, headers) => ({
    status: codeToHttpStatus(error.code),
    contentType: 'application/json',
    headers,
    body: JSON.stringify(errorToJson(error, { registry: DETAIL_TYPES })),
  }),
};
