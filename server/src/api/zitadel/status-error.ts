import type { DomainError } from '../../core/errors.ts';
import { STATUS_CODES, type Status, statusWithId } from './protocol/status.ts';

export interface StatusErrorOptions {
  /** HTTP status of REST where it is not the one of the code. */
  readonly httpStatus?: number | undefined;
  /** Seconds after which a retry may succeed. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

/** A refusal in the words of this dialect; each transport packs its status in its own way. */
export class StatusError extends Error {
  readonly status: Status;
  readonly httpStatus: number | undefined;
  readonly retryAfter: number | undefined;

  constructor(status: Status, options: StatusErrorOptions = {}) {
    super(status.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StatusError';
    this.status = status;
    this.httpStatus = options.httpStatus;
    this.retryAfter = options.retryAfter;
  }
}

/** A refusal that no other dialect knows: code, id and text of the contract. */
export function refusal(code: Status['code'], id: string, text: string): StatusError {
  return new StatusError(statusWithId(code, id, text));
}

/** A request that is refused by its text alone. */
export function invalid(message: string): StatusError {
  return new StatusError({ code: STATUS_CODES.invalidArgument, message });
}

/** Whether the refusal hides a fault of ours that belongs in the log. */
export function hasHiddenCause(error: DomainError): boolean {
  return error.code === 'internal' || error.details.cause !== undefined;
}
