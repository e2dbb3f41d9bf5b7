import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest } from 'node:http2';
import type { Answer } from '../../app/submission.ts';
import { announcesBody } from './body.ts';

export type { Answer } from '../../app/submission.ts';

/** An answer as it goes out: that of an API in JSON, or that of a protocol with bytes and trailers. */
export interface WireAnswer extends Omit<Answer, 'body'> {
  readonly body: string | Uint8Array | null;
  /** Headers after the body; over HTTP/2 only. */
  readonly trailers?: Readonly<Record<string, string>>;
}

/** What every answer carries besides: the request's own id, and whatever the connection needs. */
export interface Envelope {
  readonly requestId: string;
  readonly contentType: string;
  /** Further headers, names and values in turn. */
  readonly extra: readonly string[];
  readonly close: boolean;
}

/** Unread bodies up to this size are swallowed; for a longer one the connection ends. */
const MAX_DISCARD_BYTES = 64 * 1024;
const LINGER_MS = 1000;

/** Writes the answer with one `writeHead` and one `end`. Throws when a header holds what HTTP cannot carry. */
export function writeAnswer(
  raw: IncomingMessage,
  response: ServerResponse,
  answer: WireAnswer,
  envelope: Envelope,
): void {
  const { status, headers, body, trailers } = answer;
  const head: (string | number)[] = ['x-request-id', envelope.requestId];
  head.push('x-content-type-options', 'nosniff', 'cache-control', 'no-store');
  if (body !== null) {
    head.push('content-type', answer.contentType ?? envelope.contentType);
    if (trailers === undefined) head.push('content-length', Buffer.byteLength(body));
  } else if (status !== 204 && status !== 304) head.push('content-length', 0);
  if (headers !== undefined) for (const name of Object.keys(headers)) head.push(name, headers[name] ?? '');
  if (envelope.extra.length > 0) head.push(...envelope.extra);
  if (raw.httpVersionMajor === 2) {
    if (!raw.complete && announcesBody(raw)) stopSender(raw, trailers !== undefined);
  } else {
    const abandon = !raw.complete && !isDiscardable(raw);
    if (abandon) linger(raw);
    if (abandon || envelope.close) head.push('connection', 'close');
  }
  response.writeHead(status, head as string[]);
  if (trailers !== undefined) response.addTrailers(trailers);
  if (body === null) response.end();
  else response.end(body);
}

function isDiscardable(raw: IncomingMessage): boolean {
  if (!announcesBody(raw)) return true;
  const length = raw.headers['content-length'];
  return length !== undefined && Number(length) <= MAX_DISCARD_BYTES;
}

/**
 * Lets an answer reach a client that is still sending: nothing more is read, our side is closed once the answer is out,
 * and the socket dies a moment later. Closing at once would reset the connection and could destroy the answer.
 */
function linger(raw: IncomingMessage): void {
  raw.pause();
  // Marks the body as taken, or Node would read all of it to throw it away.
  raw.read(0);
  const { socket } = raw;
  socket.destroySoon = () => {
    socket.end();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.once('close', () => clearTimeout(timer));
  };
}

/** Ends the stream of a client that is still sending, once it has its answer; its other streams go on. */
function stopSender(raw: IncomingMessage, hasTrailers: boolean): void {
  const { stream } = raw as unknown as Http2ServerRequest;
  const stop = (): void => stream.close(constants.NGHTTP2_NO_ERROR);
  // Trailers are asked for after the last of the body, and whoever was asked first sends them.
  if (hasTrailers) stream.once('wantTrailers', () => setImmediate(stop));
  else stream.once('finish', stop);
}
