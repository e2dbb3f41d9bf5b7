import type { IncomingHttpHeaders } from 'node:http';
import type { ConnectError } from '@connectrpc/connect';
import type { WireAnswer } from '../../shared/answer.ts';

type Headers = Readonly<Record<string, string>>;

/** How one of the three protocols carries a call with one message either way. */
export interface RpcProtocol {
  /** It needs trailers, so it is for HTTP/2 only. */
  readonly trailers: boolean;
  /** The HTTP status tells how the call went; otherwise it is always 200. */
  readonly statusInHttp: boolean;
  /**
   * Milliseconds in which the caller wants its answer, or undefined.
   *
   * @throws ConnectError when it says so in a way that cannot be read, or speaks another version of the protocol
   */
  timeout(headers: IncomingHttpHeaders): number | undefined;
  /**
   * The bytes of the request message.
   *
   * @param limit most bytes that the message may have
   * @throws ConnectError when the body does not hold just one message, or one too large
   */
  unwrap(headers: IncomingHttpHeaders, body: Buffer, limit: number): Buffer | Promise<Buffer>;
  success(message: Uint8Array | string, contentType: string, headers: Headers): WireAnswer;
  refusal(error: ConnectError, contentType: string, headers: Headers): WireAnswer;
}
