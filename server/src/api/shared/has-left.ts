import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';

/** Whether the stream or connection that a request came on is gone, so that no answer reaches anybody. */
export function hasLeft(raw: IncomingMessage): boolean {
  return raw.httpVersionMajor === 2 ? (raw as unknown as Http2ServerRequest).stream.destroyed : raw.socket.destroyed;
}
