import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DomainError } from '../../core/errors.ts';
import type { Answer, WireAnswer } from './answer.ts';
import type { Fault } from './faults.ts';
import type { Documentation, Operation } from './operation.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<WireAnswer> | WireAnswer;

export interface Route {
  readonly method: Method;
  /** Whole path with `:name` segments, or a last segment `*`. A GET route also answers HEAD. */
  readonly path: string;
  readonly handler: Handler;
  /** Media types of the body that are read; `any` for a route that ignores its body. JSON unless given. */
  readonly consumes?: readonly string[] | 'any';
  /** Content encodings that the handler undoes itself; none unless given. */
  readonly encodings?: readonly string[];
  /** Bytes that the protocol may put around a body of the largest size; none unless given. */
  readonly framing?: number;
  /** What its document says of it; a function where that takes work, which is only done for a document. */
  readonly operation?: Operation | (() => Operation);
  /** The path under which its operation is described, where this is another way to write that. */
  readonly aliasOf?: string;
}

/** Why a request failed. Of an internal error nothing is known here: its cause is in the log under the request id. */
export type RequestError =
  | { readonly kind: 'domain'; readonly error: DomainError }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'internal' };

export interface RequestInfo {
  readonly requestId: string;
  readonly method: string;
  /** Decoded path without query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A wire API: the paths it owns, its routes, and the shape of its errors. */
export interface Dialect {
  readonly name: string;
  /**
   * Path prefixes, such as `/api/v1`: whole segments, unless they end in `/` or `.`. A path belongs to the longest
   * prefix of all dialects, so that an unknown path is still answered in the right shape.
   */
  readonly prefixes: readonly string[];
  readonly routes: readonly Route[];
  readonly renderError: (error: RequestError, info: RequestInfo) => WireAnswer;
  /** Content type of answers that name none; `application/json` unless given. */
  readonly contentType?: string;
  /** Further headers that may be given only once, besides those that always may. */
  readonly singleHeaders?: readonly string[];
  /**
   * Its routes judge what path parameters hold themselves, once they know their caller: neither length nor NUL is looked
   * at before. The router takes none of more than 1,000 characters.
   */
  readonly judgesParams?: boolean;
  /** Answers OPTIONS on a known path; without it OPTIONS is a method like any other that is not allowed. */
  readonly preflight?: (info: RequestInfo) => Answer;
  /** What its document says besides its operations; called when the document is made. */
  readonly documentation?: () => Documentation;
  /** Headers for every answer, names and values in turn. Called once per answer. */
  readonly extraHeaders?: (request: IncomingMessage) => readonly string[];
}
