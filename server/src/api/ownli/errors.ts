import type { DomainError, ErrorCode, Reason } from '../../core/errors.ts';
import type { FieldPath } from '../../core/user/fields.ts';
import type { Answer } from '../shared/answer.ts';
import type { FaultName } from '../shared/faults.ts';
import type { RequestError, RequestInfo } from '../shared/route.ts';
import { FIELD_RULES } from './values.ts';

/** A status, the code that clients look at, and a sentence for people. */
interface WireError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const invalid = (message: string): WireError => ({ status: 400, code: 'ERROR_INVALID_PARAMETERS', message });

const BY_CODE: Readonly<Record<ErrorCode, WireError>> = {
  invalid_argument: invalid('The parameters are invalid.'),
  unauthenticated: { status: 401, code: 'ERROR_UNAUTHORIZED', message: 'The credentials are invalid or missing.' },
  permission_denied: {
    status: 403,
    code: 'ERROR_NO_PERMISSIONS_TO_RESOURCE',
    message: 'The credentials do not permit this.',
  },
  not_found: { status: 404, code: 'ERROR_USER_NOT_FOUND', message: 'The user was not found.' },
  already_exists: {
    status: 409,
    code: 'ERROR_USER_ALREADY_EXISTS',
    message: 'Another user has that phone or email.',
  },
  failed_precondition: invalid('The state of the user does not allow this.'),
  version_conflict: {
    status: 412,
    code: 'ERROR_PRECONDITION_FAILED',
    message: 'The user is not at the version that If-Match names.',
  },
  key_reused: invalid('The Idempotency-Key was used before, with another request.'),
  rate_limited: { status: 429, code: 'ERROR_TOO_MANY_REQUESTS', message: 'Too many requests; retry later.' },
  unavailable: {
    status: 503,
    code: 'ERROR_SERVICE_UNAVAILABLE',
    message: 'The service is not available; retry later.',
  },
  internal: { status: 500, code: 'INTERNAL_SERVER_ERROR', message: 'An internal error occurred.' },
};

/** Reasons that clients can tell from the others of their code. */
const BY_REASON: { readonly [R in Reason]?: WireError } = {
  us_state_invalid: {
    status: 400,
    code: 'ERROR_INVALID_STATE_CODE',
    message: 'address.state must be the 2-letter code of a US state.',
  },
  policy_taken: {
    status: 409,
    code: 'ERROR_USER_ALREADY_EXISTS',
    message: 'Another user has that phone and policy number.',
  },
  contact_missing: invalid('There is no email or phone whose verification could be set.'),
};

const FAULT_CODES: Readonly<Record<FaultName, string>> = {
  malformed_body: 'ERROR_INVALID_PARAMETERS',
  unsupported_media_type: 'ERROR_INVALID_PARAMETERS',
  body_too_large: 'ERROR_INVALID_PARAMETERS',
  content_encoding: 'ERROR_INVALID_PARAMETERS',
  malformed_header: 'ERROR_INVALID_PARAMETERS',
  missing_header: 'ERROR_INVALID_PARAMETERS',
  malformed_idempotency_key: 'ERROR_INVALID_PARAMETERS',
  malformed_if_match: 'ERROR_INVALID_PARAMETERS',
  malformed_path: 'ERROR_INVALID_PARAMETERS',
  malformed_query: 'ERROR_INVALID_PARAMETERS',
  route_not_found: 'ERROR_NOT_FOUND',
  method_not_allowed: 'ERROR_METHOD_NOT_ALLOWED',
  request_timeout: 'ERROR_REQUEST_TIMEOUT',
};

/** Every error is one object, that of a 401 too. */
export function renderError(error: RequestError, { requestId }: RequestInfo): Answer {
  switch (error.kind) {
    case 'fault':
      return answer({ status: error.fault.status, code: FAULT_CODES[error.fault.fault], message: error.fault.detail });
    case 'domain':
      return domainAnswer(error.error, requestId);
    case 'internal':
      return answer(withRequest(BY_CODE.internal, requestId));
  }
}

function domainAnswer({ code, reason, details }: DomainError, requestId: string): Answer {
  const wire = BY_REASON[reason] ?? BY_CODE[code];
  switch (code) {
    case 'unauthenticated':
      return answer(wire, { 'www-authenticate': 'Bearer' });
    case 'rate_limited':
    case 'unavailable':
      return answer(wire, { 'retry-after': String(details.retryAfter ?? 1) });
    case 'internal':
      return answer(withRequest(wire, requestId));
    case 'invalid_argument': {
      const rule = wire === BY_CODE[code] ? FIELD_RULES[details.field as FieldPath] : undefined;
      return answer(rule === undefined ? wire : { ...wire, message: rule });
    }
    default:
      return answer(wire);
  }
}

function withRequest(wire: WireError, requestId: string): WireError {
  return { ...wire, message: `${wire.message} Request id: ${requestId}` };
}

function answer({ status, code, message }: WireError, headers?: Readonly<Record<string, string>>): Answer {
  const body = JSON.stringify({ error_code: code, error_message: message });
  return headers === undefined ? { status, body } : { status, headers, body };
}
