import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { createContextKey } from '@connectrpc/connect';
import type { Http2Side } from '../http2.ts';

/** A call that streams, as its connection knows it. */
export interface StreamingCall {
  /** The same object for all calls of one connection. */
  readonly connection: object;
  /** Lets its answer last, now that the request has been read. */
  exempt(): void;
  /** Gives its caller time for another question. */
  renew(): void;
}

const NOWHERE: StreamingCall = { connection: {}, exempt: () => {}, renew: () => {} };

/** Where handlers of the Connect library find it. */
export const STREAMING_CALL = createContextKey<StreamingCall>(NOWHERE, { description: 'the call as a stream' });

export function streamingCall(request: IncomingMessage, http2: Pick<Http2Side, 'exempt' | 'renew'>): StreamingCall {
  if (request.httpVersionMajor === 2) {
    const { stream } = request as unknown as Http2ServerRequest;
    return {
      connection: stream.session ?? stream,
      exempt: () => http2.exempt(stream),
      renew: () => http2.renew(stream),
    };
  }
  // Nobody asks twice on a stream of HTTP/1. The next request on its connection has a time-out again.
  const { socket } = request;
  return { connection: socket, exempt: () => socket.setTimeout(0), renew: () => {} };
}
