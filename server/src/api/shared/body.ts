import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { FastifyRequest } from 'fastify';
import { Fault } from './faults.ts';
import { type Fields, parseFields } from './fields.ts';
import { parseJson } from './json.ts';
import { mediaType } from './media-type.ts';

const EMPTY = Buffer.alloc(0);

/** Whether a body was announced. `Content-Length: 0` announces none. */
export function announcesBody(raw: IncomingMessage): boolean {
  const { headers } = raw;
  const length = headers['content-length'];
  // Over HTTP/2 a body needs no header that announces it.
  if (raw.httpVersionMajor === 2)
    return length !== '0' && !(raw as unknown as Http2ServerRequest).stream.endAfterHeaders;
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined;
}

export interface BodyRules {
  /** Media types that are read, or `any` where the body is ignored, and so how it is put. */
  readonly consumes: readonly string[] | 'any';
  /** Content encodings, besides `identity`, that the route undoes itself. */
  readonly encodings: readonly string[];
}

/**
 * Judges a body by its headers, before any of it is read. A body without `Content-Type` passes as the first type listed.
 *
 * @throws Fault `content_encoding`, `unsupported_media_type`, `body_too_large`
 */
export function checkBodyHeaders(raw: IncomingMessage, { consumes, encodings }: BodyRules, limit: number): void {
  const { headers } = raw;
  if (consumes !== 'any') {
    const encoding = headers['content-encoding']?.toLowerCase();
    if (encoding !== undefined && encoding !== 'identity' && !encodings.includes(encoding)) {
      throw new Fault('content_encoding', 'The encoding of the body is not accepted.');
    }
    const contentType = headers['content-type'];
    const type = contentType === undefined ? undefined : mediaType(contentType);
    if (type === null || (type !== undefined && !consumes.includes(type))) {
      throw new Fault('unsupported_media_type', `The media type must be ${consumes.join(' or ')} in UTF-8.`);
    }
  }
  if (Number(headers['content-length']) > limit) throw tooLarge(limit);
}

/** Collects the body and calls `done` once: with the bytes, or with a fault when it is too long or breaks off. */
export function readBody(
  raw: IncomingMessage,
  limit: number,
  done: (fault: Fault | null, bytes: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const finish = (fault: Fault | null): void => {
    raw.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
    if (fault !== null) done(fault, EMPTY);
    else done(null, chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
  };
  const onData = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > limit) {
      raw.pause();
      finish(tooLarge(limit));
    } else chunks.push(chunk);
  };
  const onEnd = (): void => finish(null);
  const onBroken = (): void => finish(new Fault('request_timeout', 'The body did not arrive in full.'));
  raw.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
}

function tooLarge(limit: number): Fault {
  return new Fault('body_too_large', `The body is larger than ${limit} bytes.`);
}

/** The bytes as received; empty when there was no body. */
export function rawBody(request: FastifyRequest): Buffer {
  return (request.body as Buffer | undefined) ?? EMPTY;
}

/**
 * The body as JSON, parsed at each call. Undefined when there was none, so that a handler decides whether it needs one.
 *
 * @throws Fault `malformed_body`
 */
export function jsonBody(request: FastifyRequest): unknown {
  const bytes = rawBody(request);
  return bytes.length === 0 ? undefined : parseJson(bytes);
}

/** The body as form fields. @throws Fault `malformed_body` */
export function formBody(request: FastifyRequest): Fields {
  const bytes = rawBody(request);
  if (!isUtf8(bytes)) throw new Fault('malformed_body', 'The form is not valid UTF-8.');
  return parseFields(bytes.toString(), 'malformed_body');
}
