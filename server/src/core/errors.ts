/**
 * Every way in which Tessera refuses a request. The list is closed: a dialect maps each code (and, where its clients
 * look closer, each reason) to its own wire form, and the compiler fails when one is missing.
 */
export const ERROR_CODES = [
  'invalid_argument',
  'unauthenticated',
  'permission_denied',
  'not_found',
  'already_exists',
  'failed_precondition',
  'version_conflict',
  'key_reused',
  'rate_limited',
  'unavailable',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** The closed list of reasons, each with the code it belongs to. */
export const REASONS = {
  // values
  value_invalid: 'invalid_argument',
  value_required: 'invalid_argument',
  username_invalid: 'invalid_argument',
  email_invalid: 'invalid_argument',
  phone_invalid: 'invalid_argument',
  language_invalid: 'invalid_argument',
  us_state_invalid: 'invalid_argument',
  url_invalid: 'invalid_argument',
  url_template_invalid: 'invalid_argument',
  // passwords and codes
  password_missing: 'invalid_argument',
  password_too_short: 'invalid_argument',
  password_too_long: 'invalid_argument',
  password_lacks_lower: 'invalid_argument',
  password_lacks_upper: 'invalid_argument',
  password_lacks_digit: 'invalid_argument',
  password_lacks_symbol: 'invalid_argument',
  password_is_email: 'invalid_argument',
  password_wrong: 'invalid_argument',
  password_unset: 'failed_precondition',
  password_unchanged: 'failed_precondition',
  hash_unsupported: 'invalid_argument',
  hash_out_of_bounds: 'invalid_argument',
  hash_malformed: 'invalid_argument',
  code_absent: 'failed_precondition',
  code_expired: 'failed_precondition',
  code_wrong: 'invalid_argument',
  user_initialized: 'failed_precondition',
  approval_over: 'failed_precondition',
  // keys, secrets and tokens of machines
  public_key_invalid: 'invalid_argument',
  expiration_invalid: 'invalid_argument',
  key_not_found: 'not_found',
  token_not_found: 'not_found',
  secret_unset: 'failed_precondition',
  credentials_full: 'failed_precondition',
  // second factors
  domain_invalid: 'invalid_argument',
  credential_invalid: 'invalid_argument',
  credential_taken: 'already_exists',
  registration_over: 'failed_precondition',
  factor_exists: 'already_exists',
  factor_not_found: 'not_found',
  contact_unverified: 'failed_precondition',
  contact_verified: 'failed_precondition',
  // identity providers
  idp_unknown: 'failed_precondition',
  idp_link_taken: 'already_exists',
  idp_link_not_found: 'not_found',
  // what applications keep
  device_exists: 'already_exists',
  device_not_found: 'not_found',
  app_settings_full: 'failed_precondition',
  app_setting_not_found: 'not_found',
  // the record and its state
  user_not_found: 'not_found',
  organization_not_found: 'failed_precondition',
  organization_exists: 'already_exists',
  memberships_full: 'failed_precondition',
  setting_not_found: 'not_found',
  setting_exists: 'already_exists',
  setting_in_use: 'failed_precondition',
  user_id_taken: 'already_exists',
  username_taken: 'already_exists',
  username_domain_reserved: 'invalid_argument',
  email_taken: 'already_exists',
  phone_taken: 'already_exists',
  policy_taken: 'already_exists',
  external_id_taken: 'already_exists',
  enrolment_requested: 'already_exists',
  offer_missing: 'failed_precondition',
  token_taken: 'already_exists',
  contact_missing: 'failed_precondition',
  contact_unchanged: 'failed_precondition',
  metadata_invalid: 'invalid_argument',
  metadata_key_unknown: 'not_found',
  state_unfit: 'failed_precondition',
  user_initial: 'failed_precondition',
  user_locked: 'failed_precondition',
  user_suspended: 'failed_precondition',
  user_inactive: 'failed_precondition',
  referral_invalid: 'invalid_argument',
  referral_applied: 'failed_precondition',
  quota_exceeded: 'failed_precondition',
  feature_unsupported: 'invalid_argument',
  // callers
  unauthenticated: 'unauthenticated',
  sign_in_failed: 'unauthenticated',
  no_membership: 'permission_denied',
  no_permission: 'permission_denied',
  // how requests meet
  version_conflict: 'version_conflict',
  key_reused: 'key_reused',
  rate_limited: 'rate_limited',
  overloaded: 'unavailable',
  store_unavailable: 'unavailable',
  internal: 'internal',
} as const satisfies Record<string, ErrorCode>;

export type Reason = keyof typeof REASONS;

export interface RefusalDetails {
  /** Dotted path of the record's field the refusal is about, such as `email.address`. */
  readonly field?: string;
  /** Failed password checks so far, for `password_wrong` and `user_locked`. */
  readonly failedAttempts?: number;
  /** The caller may not even read the record, for `no_membership` and `no_permission`. */
  readonly unseen?: boolean;
  /** Seconds after which a retry may succeed, for `rate_limited` and `overloaded`. */
  readonly retryAfter?: number;
  /** For the log only; never sent to a client. */
  readonly cause?: unknown;
}

/** An expected refusal. Its message is for the log; each dialect writes its own text for the reason. */
export class DomainError extends Error {
  readonly reason: Reason;
  readonly code: ErrorCode;
  readonly details: RefusalDetails;

  constructor(reason: Reason, details: RefusalDetails = {}) {
    super(reason, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DomainError';
    this.reason = reason;
    this.code = REASONS[reason];
    this.details = details;
  }
}
