/**
 * Every way in which a request is refused before a command or query is made of it, each with the HTTP status a REST
 * dialect gives it unless its contract says otherwise. The list is closed; a dialect maps every name.
 */
export const FAULTS = {
  malformed_body: 400,
  unsupported_media_type: 415,
  body_too_large: 413,
  content_encoding: 415,
  malformed_header: 400,
  missing_header: 400,
  malformed_idempotency_key: 400,
  malformed_if_match: 400,
  malformed_path: 400,
  malformed_query: 400,
  route_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
} as const;

export type FaultName = keyof typeof FAULTS;

/** A refusal by the transport. `detail` is a fixed sentence of ours and may be sent to the caller. */
export class Fault extends Error {
  readonly fault: FaultName;
  readonly detail: string;
  /** Methods the path does know, for `method_not_allowed`; empty otherwise. */
  readonly allow: readonly string[];

  constructor(fault: FaultName, detail: string, allow: readonly string[] = []) {
    super(detail);
    this.name = 'Fault';
    this.fault = fault;
    this.detail = detail;
    this.allow = allow;
  }

  /** The usual HTTP status of this fault. */
  get status(): number {
    return FAULTS[this.fault];
  }
}
