import type { Answer } from '../../app/submission.ts';
import { DomainError, type ErrorCode, type Reason } from '../../core/errors.ts';
import { FAULTS, type FaultName } from '../shared/faults.ts';
import type { RequestError, RequestInfo } from '../shared/route.ts';
import { failure, type WireError } from './envelope.ts';

/** A refusal whose status and errors are known where it is found, such as one error for each bad member of a body. */
export class Refusal extends DomainError {
  readonly status: number;
  readonly errors: readonly WireError[];

  constructor(reason: Reason, status: number, errors: readonly WireError[]) {
    super(reason);
    this.name = 'Refusal';
    this.status = status;
    this.errors = errors;
  }
}

const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid_argument: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  failed_precondition: 409,
  version_conflict: 412,
  key_reused: 422,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
};

const error = (code: string, message: string): WireError => ({ code, message });

const VALUE = error('InvalidValue', 'A value is not valid.');
const USERNAME = error('InvalidUsername', 'The username is not valid.');
const CONFLICT = error('UserStatusConflict', 'The user is not in a state that allows this.');
const CODE = error('InvalidCode', 'The code is not valid.');
const DENIED = error('AccessDenied', 'You are not allowed to do this.');
const UNAVAILABLE = error('ServiceUnavailable', 'The service is not available now. Try again later.');
const INTERNAL = error('InternalServerError', 'The request failed.');
const password = (message: string): WireError => error('InvalidPassword', message);

const REASON: Readonly<Record<Reason, WireError>> = {
  value_invalid: VALUE,
  value_required: error('ValueRequired', 'A value is missing.'),
  username_invalid: USERNAME,
  email_invalid: error('InvalidEmailAddress', 'The email address is not valid.'),
  phone_invalid: error('InvalidPhoneNumber', 'The phone number is not valid.'),
  language_invalid: error('InvalidLanguageCode', 'The language code is not valid.'),
  us_state_invalid: VALUE,
  url_invalid: error('InvalidURL', 'The URL is not valid.'),
  url_template_invalid: error('InvalidURL', 'The URL is not valid.'),
  password_missing: error('PasswordRequired', 'The password is required.'),
  password_too_short: password('The password is too short.'),
  password_too_long: password('The password is too long.'),
  password_lacks_lower: password('The password must contain a lower case letter.'),
  password_lacks_upper: password('The password must contain an upper case letter.'),
  password_lacks_digit: password('The password must contain a digit.'),
  password_lacks_symbol: password('The password must contain a character that is neither letter nor digit.'),
  password_is_email: password('The password must not be the email address.'),
  password_wrong: error('PasswordIncorrect', 'The password is incorrect.'),
  password_unset: CONFLICT,
  password_unchanged: password('The password must differ from the current one.'),
  hash_unsupported: VALUE,
  hash_out_of_bounds: VALUE,
  hash_malformed: VALUE,
  code_absent: CODE,
  code_expired: CODE,
  code_wrong: CODE,
  public_key_invalid: VALUE,
  expiration_invalid: VALUE,
  key_not_found: VALUE,
  token_not_found: VALUE,
  secret_unset: CONFLICT,
  credentials_full: CONFLICT,
  domain_invalid: VALUE,
  credential_invalid: VALUE,
  credential_taken: CONFLICT,
  registration_over: CONFLICT,
  idp_unknown: VALUE,
  idp_link_taken: CONFLICT,
  idp_link_not_found: VALUE,
  factor_exists: CONFLICT,
  factor_not_found: VALUE,
  contact_unverified: CONFLICT,
  contact_verified: error('EmailAddressAlreadyVerified', 'The email address is verified already.'),
  user_initialized: CONFLICT,
  approval_over: error('PairingAlreadyUsed', 'The pairing was used already, or its approval no longer stands.'),
  device_exists: error('UserDeviceAlreadyExists', 'The device is one of the user already.'),
  device_not_found: error('DeviceNotFound', 'The device was not found.'),
  app_settings_full: error('TooManyConfigurations', 'The user has too many configurations already.'),
  app_setting_not_found: error('ConfigurationNotFound', 'The configuration was not found.'),
  user_not_found: error('UserNotFound', 'The user was not found.'),
  organization_not_found: error('BrandNotFound', 'The brand was not found.'),
  organization_exists: CONFLICT,
  memberships_full: CONFLICT,
  setting_not_found: error('NotFound', 'It was not found.'),
  setting_exists: error('AlreadyExists', 'It exists already.'),
  setting_in_use: error('InUse', 'It is still in use.'),
  quota_exceeded: error('QuotaExceeded', 'The feature was used as much as the package allows.'),
  user_id_taken: error('UserAlreadyExists', 'The user exists already.'),
  username_taken: error('UsernameAlreadyExists', 'The username is already taken.'),
  username_domain_reserved: USERNAME,
  email_taken: error('EmailAddressAlreadyExists', 'The email address is already taken.'),
  phone_taken: error('PhoneNumberAlreadyExists', 'The phone number is already taken.'),
  policy_taken: error('UserAlreadyExists', 'The user exists already.'),
  external_id_taken: error('UserAlreadyExists', 'The user exists already.'),
  enrolment_requested: error('UserAlreadyExists', 'The user exists already.'),
  offer_missing: CONFLICT,
  token_taken: error('UserAlreadyExists', 'The user exists already.'),
  contact_missing: CONFLICT,
  contact_unchanged: CONFLICT,
  metadata_invalid: VALUE,
  metadata_key_unknown: VALUE,
  state_unfit: CONFLICT,
  user_initial: CONFLICT,
  user_locked: error('UserLocked', 'The user is locked.'),
  user_suspended: error('UserSuspended', 'The user is suspended.'),
  user_inactive: error('UserInactive', 'The user is not active.'),
  referral_invalid: error('InvalidReferralCode', 'The referral code is not valid.'),
  referral_applied: error('ReferralAlreadyApplied', 'A referral code was applied already.'),
  feature_unsupported: VALUE,
  unauthenticated: error('InvalidAuthKey', 'The Auth-Key is not valid, or no longer.'),
  sign_in_failed: error('UsernameOrPasswordIncorrect', 'The username or password is incorrect.'),
  no_membership: DENIED,
  no_permission: DENIED,
  version_conflict: error('VersionConflict', 'The user is not at the version that If-Match asks for.'),
  key_reused: error('IdempotencyKeyReused', 'The Idempotency-Key was used for another request.'),
  rate_limited: error('TooManyRequests', 'Too many requests. Try again later.'),
  overloaded: UNAVAILABLE,
  store_unavailable: UNAVAILABLE,
  internal: INTERNAL,
};

/** Where a reason has another status than its code, such as a known account whose sign-in is denied. */
const REASON_STATUS: { readonly [R in Reason]?: number } = {
  quota_exceeded: 403,
  user_locked: 403,
  user_suspended: 403,
  user_inactive: 403,
  contact_verified: 400,
  password_unchanged: 400,
};

const FAULT: Readonly<Record<FaultName, string>> = {
  malformed_body: 'InvalidBody',
  unsupported_media_type: 'UnsupportedMediaType',
  body_too_large: 'RequestTooLarge',
  content_encoding: 'UnsupportedContentEncoding',
  malformed_header: 'InvalidHeader',
  missing_header: 'HeaderRequired',
  malformed_idempotency_key: 'InvalidIdempotencyKey',
  malformed_if_match: 'InvalidIfMatch',
  malformed_path: 'InvalidPath',
  malformed_query: 'InvalidQuery',
  route_not_found: 'EndpointNotFound',
  method_not_allowed: 'MethodNotAllowed',
  request_timeout: 'RequestTimeout',
};

/** The refusal of a token that was mailed: used, replaced, expired, or never one of ours. */
export function invalidToken(): Refusal {
  return new Refusal('code_wrong', 400, [error('InvalidToken', 'The token is not valid, or no longer.')]);
}

/** The error object for a reason. */
export function errorOf(reason: Reason): WireError {
  return REASON[reason];
}

export function renderError(request: RequestError, { requestId }: RequestInfo): Answer {
  if (request.kind === 'internal') return failure(500, [INTERNAL], requestId);
  if (request.kind === 'fault') {
    const { fault, detail } = request.fault;
    return failure(FAULTS[fault], [error(FAULT[fault], detail)], requestId);
  }
  const refused = request.error;
  if (refused instanceof Refusal) return failure(refused.status, refused.errors, requestId);
  const { reason, code, details } = refused;
  const headers = details.retryAfter === undefined ? {} : { 'retry-after': String(details.retryAfter) };
  return failure(REASON_STATUS[reason] ?? STATUS[code], [REASON[reason]], requestId, headers);
}
