import { DomainError, type ErrorCode, type Reason } from '../../core/errors.ts';
import type { Answer } from '../shared/answer.ts';
import type { Fault, FaultName } from '../shared/faults.ts';
import type { RequestError, RequestInfo } from '../shared/route.ts';

interface WireError {
  readonly status: number;
  readonly errorcode: string;
  readonly errormessage: string;
}

const INTERNAL: WireError = { status: 500, errorcode: 'server_error', errormessage: 'The server failed.' };

/** The contract lists 400, 401, 404, 409 (create only) and 500; the rest are what HTTP has for the purpose. */
const ERRORS: Readonly<Record<ErrorCode, WireError>> = {
  invalid_argument: { status: 400, errorcode: 'invalid_request', errormessage: 'A value is invalid.' },
  unauthenticated: {
    status: 401,
    errorcode: 'unauthorized',
    errormessage: 'The access token or API key is not valid.',
  },
  permission_denied: { status: 403, errorcode: 'forbidden', errormessage: 'This may not be changed.' },
  not_found: { status: 404, errorcode: 'record_not_found', errormessage: 'There is no such user.' },
  already_exists: {
    status: 400,
    errorcode: 'already_exists',
    errormessage: 'A user with this userid, e-mail address or phone number exists already.',
  },
  failed_precondition: { status: 400, errorcode: 'invalid_state', errormessage: 'The record does not allow this now.' },
  version_conflict: { status: 412, errorcode: 'version_conflict', errormessage: 'The record has another version.' },
  key_reused: {
    status: 400,
    errorcode: 'idempotency_key_reused',
    errormessage: 'The Idempotency-Key was used with another request.',
  },
  rate_limited: { status: 429, errorcode: 'rate_limited', errormessage: 'There are too many requests.' },
  unavailable: { status: 503, errorcode: 'unavailable', errormessage: 'Try again in a moment.' },
  internal: INTERNAL,
};

/** What a client may want to tell its user; `{field}` is the member of the body. */
const MESSAGES: Readonly<Partial<Record<Reason, string>>> = {
  value_invalid: '{field} is invalid.',
  value_required: '{field} is required.',
  email_invalid: '{field} must be an e-mail address.',
  phone_invalid: '{field} must be a US number of 10 digits.',
  us_state_invalid: '{field} must be the code of a US state.',
  email_taken: 'The e-mail address belongs to another user.',
  phone_taken: 'The phone number belongs to another user.',
  offer_missing: 'The user has no offer to choose benefits from.',
};

/** Only what the contract's statuses do not cover keeps the status HTTP gives it. */
const FAULT_ERRORS: Readonly<Record<FaultName, Pick<WireError, 'status' | 'errorcode'>>> = {
  malformed_body: { status: 400, errorcode: 'invalid_request' },
  unsupported_media_type: { status: 400, errorcode: 'invalid_request' },
  body_too_large: { status: 413, errorcode: 'request_too_large' },
  content_encoding: { status: 400, errorcode: 'invalid_request' },
  malformed_header: { status: 400, errorcode: 'invalid_request' },
  missing_header: { status: 400, errorcode: 'invalid_request' },
  malformed_idempotency_key: { status: 400, errorcode: 'invalid_request' },
  malformed_if_match: { status: 400, errorcode: 'invalid_request' },
  malformed_path: { status: 400, errorcode: 'invalid_request' },
  malformed_query: { status: 400, errorcode: 'invalid_request' },
  route_not_found: { status: 404, errorcode: 'not_found' },
  method_not_allowed: { status: 405, errorcode: 'method_not_allowed' },
  request_timeout: { status: 408, errorcode: 'request_timeout' },
};

/** Paths whose contract has a 409 for what exists already and for a key used twice; elsewhere that is a 400. */
const CONFLICT_PATH = /^(?:\/preprod)?\/user\/(?:account\/create|prefill)$/;
/** Calls that have no 404 among their statuses. */
const NO_MISSING_PATH = /^(?:\/preprod)?\/user\/(?:account\/cancel|offers\/)/;
const TOKEN_PATH = /^(?:\/preprod)?\/oauth2\/token$/;

export function renderError(error: RequestError, info: RequestInfo): Answer {
  if (TOKEN_PATH.test(info.path)) return renderTokenError(error);
  if (error.kind === 'fault') return renderFault(error.fault);
  if (error.kind === 'domain') return renderRefusal(error.error, info.path);
  return answer(INTERNAL);
}

function renderFault(fault: Fault): Answer {
  return answer({ ...FAULT_ERRORS[fault.fault], errormessage: fault.detail });
}

function renderRefusal(error: DomainError, path: string): Answer {
  const wire = ERRORS[error.code];
  const isConflict = CONFLICT_PATH.test(path) && (error.code === 'already_exists' || error.code === 'key_reused');
  const isBad = error.code === 'not_found' && NO_MISSING_PATH.test(path);
  const { retryAfter, field = '' } = error.details;
  // Which value of a repeated create is found first says nothing about whose it is.
  const message = isConflict ? undefined : MESSAGES[error.reason];
  return answer(
    {
      status: isConflict ? 409 : isBad ? 400 : wire.status,
      errorcode: wire.errorcode,
      errormessage: message?.replace('{field}', field) ?? wire.errormessage,
    },
    {
      ...(error.code === 'unauthenticated' && { 'www-authenticate': 'Bearer' }),
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    },
  );
}

function answer(
  { status, errorcode, errormessage }: WireError,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers, body: JSON.stringify({ errorcode, errormessage }) };
}

/** Error codes of RFC 6749, 5.2, that the token endpoint can give. */
export type OAuthError = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type' | 'invalid_scope';

/** The contract lists 400 for every refusal, also where RFC 6749 would have 401. */
export function oauthRefusal(error: OAuthError, description?: string): Answer {
  return oauthAnswer(400, { error, ...(description !== undefined && { error_description: description }) });
}

function renderTokenError(error: RequestError): Answer {
  if (error.kind === 'fault') {
    const { status } = FAULT_ERRORS[error.fault.fault];
    return oauthAnswer(status, { error: 'invalid_request', error_description: error.fault.detail });
  }
  const { code, details } = error.kind === 'domain' ? error.error : new DomainError('internal');
  if (code !== 'unavailable' && code !== 'rate_limited') return oauthAnswer(500, { error: 'server_error' });
  const headers = { 'retry-after': String(details.retryAfter ?? 1) };
  return oauthAnswer(code === 'unavailable' ? 503 : 429, { error: 'temporarily_unavailable' }, headers);
}

function oauthAnswer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { pragma: 'no-cache', ...headers }, body: JSON.stringify(body) };
}
