import type { OrganizationService } from '@zitadel/proto/zitadel/org/v2/org_service_pb';
import type { DomainError, Reason } from '../../core/errors.ts';
import type { Fault, FaultName } from '../shared/faults.ts';
import type { MethodName } from './method.ts';
import { STATUS_CODES, type StatusCode, statusWithId } from './protocol/status.ts';
import { StatusError } from './status-error.ts';

/** How a reason is told: code, id and English text. Reasons that the vendor's API does not know have no id. */
interface Telling {
  readonly code: StatusCode;
  readonly text: string;
  readonly id?: string;
  /** HTTP status of REST where it is not the one of the code. */
  readonly http?: number;
}

const tell = (code: StatusCode, text: string, id?: string): Telling => ({ code, text, ...(id && { id }) });
const C = STATUS_CODES;

const USER_EXISTS = tell(C.alreadyExists, 'User already exists', 'V3-DKcYh');
const BAD_TOKEN = tell(C.unauthenticated, 'Errors.Token.Invalid', 'AUTH-7fs1e');
const BUSY = tell(C.unavailable, 'The service is busy, please retry');

/** Every reason. The compiler fails when one is missing. */
export const REFUSALS: Readonly<Record<Reason, Telling>> = {
  value_invalid: tell(C.invalidArgument, 'Value is invalid'),
  value_required: tell(C.invalidArgument, 'Value is missing'),
  username_invalid: tell(C.invalidArgument, 'Username is invalid'),
  email_invalid: tell(C.invalidArgument, 'Email is invalid', 'EMAIL-599GV'),
  phone_invalid: tell(C.invalidArgument, 'Phone is invalid', 'PHONE-so0wa'),
  language_invalid: tell(C.invalidArgument, 'Language is invalid'),
  us_state_invalid: tell(C.invalidArgument, 'State is invalid'),
  url_invalid: tell(C.invalidArgument, 'URL is invalid'),
  url_template_invalid: tell(C.invalidArgument, 'URL Template is invalid', 'DOMAIN-oGh5e'),
  password_missing: tell(C.invalidArgument, 'Password is empty', 'COMMAND-3klek4sbns'),
  password_too_short: tell(C.invalidArgument, 'Password is too short', 'DOMAIN-HuJf6'),
  password_too_long: tell(C.invalidArgument, 'Password is too long'),
  password_lacks_lower: tell(C.invalidArgument, 'Password must contain lower case', 'DOMAIN-co3Xw'),
  password_lacks_upper: tell(C.invalidArgument, 'Password must contain upper case', 'DOMAIN-VoaRj'),
  password_lacks_digit: tell(C.invalidArgument, 'Password must contain number', 'DOMAIN-ZBv4H'),
  password_lacks_symbol: tell(C.invalidArgument, 'Password must contain symbol', 'DOMAIN-ZDLwA'),
  password_is_email: tell(C.invalidArgument, 'Password must not be the email'),
  password_wrong: tell(C.invalidArgument, 'Password is invalid', 'COMMAND-3M0fs'),
  password_unset: tell(C.failedPrecondition, 'User has not set a password', 'COMMAND-3nJ4t'),
  password_unchanged: tell(
    C.failedPrecondition,
    'New password cannot be the same as your current password',
    'COMMAND-Aesh5',
  ),
  hash_unsupported: tell(C.invalidArgument, 'Errors.Hash.NotSupported', 'CRYPT-2xK7d'),
  hash_out_of_bounds: tell(C.invalidArgument, 'Password is invalid', 'CRYPT-5uV9n'),
  hash_malformed: tell(C.invalidArgument, 'Password is invalid', 'CRYPT-r8Qm2'),
  code_absent: tell(C.failedPrecondition, 'Code not found', 'COMMAND-2M9fs'),
  code_expired: tell(C.failedPrecondition, 'Code is expired', 'CODE-QvUQ4P'),
  code_wrong: tell(C.invalidArgument, 'Code is invalid', 'CODE-woT0xc'),
  public_key_invalid: tell(C.invalidArgument, 'Public key is invalid'),
  expiration_invalid: tell(C.invalidArgument, 'Expiration date is invalid'),
  key_not_found: tell(C.notFound, 'Machine key not found'),
  token_not_found: tell(C.notFound, 'Personal Access Token not found'),
  secret_unset: tell(C.failedPrecondition, 'User has no secret'),
  credentials_full: tell(C.failedPrecondition, 'User has too many of these already'),
  domain_invalid: tell(C.invalidArgument, 'Domain is invalid'),
  credential_invalid: tell(C.invalidArgument, 'Credential is invalid'),
  credential_taken: tell(C.alreadyExists, 'Credential is already registered'),
  registration_over: tell(C.failedPrecondition, 'Registration has expired or is already verified'),
  idp_unknown: tell(C.failedPrecondition, 'Identity provider not found', 'COMMAND-39nf2'),
  idp_link_taken: tell(C.alreadyExists, 'External IDP already exists', 'V3-DKcYh'),
  idp_link_not_found: tell(C.notFound, 'External IDP not found'),
  factor_exists: tell(C.alreadyExists, 'User has set up this factor already'),
  factor_not_found: tell(C.notFound, 'User has not set up this factor'),
  contact_unverified: tell(C.failedPrecondition, 'Email is not verified'),
  contact_verified: tell(C.failedPrecondition, 'Email is already verified'),
  approval_over: tell(C.failedPrecondition, 'Approval is used already'),
  device_exists: tell(C.alreadyExists, 'Device is already linked'),
  device_not_found: tell(C.notFound, 'Device not found'),
  app_settings_full: tell(C.failedPrecondition, 'User has too many settings already'),
  app_setting_not_found: tell(C.notFound, 'Setting not found'),
  user_initialized: tell(C.failedPrecondition, 'User is already initialized', 'COMMAND-EF34g'),
  user_not_found: tell(C.notFound, 'User could not be found', 'COMMAND-ugjs0upun6'),
  organization_not_found: tell(C.failedPrecondition, 'Organisation not found', 'COMMAND-QXPGs'),
  organization_exists: tell(C.alreadyExists, 'Organisation already exists'),
  setting_not_found: tell(C.notFound, 'Not found'),
  setting_exists: tell(C.alreadyExists, 'Already exists'),
  setting_in_use: tell(C.failedPrecondition, 'In use'),
  quota_exceeded: tell(C.failedPrecondition, 'Quota is exceeded'),
  memberships_full: tell(C.failedPrecondition, 'User is a member of too many organisations already'),
  user_id_taken: tell(C.failedPrecondition, 'Errors.User.AlreadyExisting', 'COMMAND-7yiox1isql'),
  username_taken: USER_EXISTS,
  username_domain_reserved: tell(C.invalidArgument, 'Domain is already reserved and cannot be used', 'COMMAND-SFd21'),
  email_taken: USER_EXISTS,
  phone_taken: USER_EXISTS,
  policy_taken: USER_EXISTS,
  external_id_taken: USER_EXISTS,
  enrolment_requested: USER_EXISTS,
  offer_missing: tell(C.failedPrecondition, 'User has no offer'),
  token_taken: USER_EXISTS,
  contact_missing: tell(C.failedPrecondition, 'Email not found', 'COMMAND-ieJ2e'),
  contact_unchanged: tell(C.failedPrecondition, 'Email not changed', 'COMMAND-Uch5e'),
  metadata_invalid: tell(C.invalidArgument, 'Metadata is invalid', 'META-2m00f'),
  metadata_key_unknown: tell(C.notFound, 'One or more keys do not exist', 'META-2nnds'),
  state_unfit: tell(C.failedPrecondition, 'User is not in a state that allows this'),
  user_initial: tell(C.failedPrecondition, 'User is not yet initialized', 'COMMAND-M9dse'),
  user_locked: tell(C.failedPrecondition, 'User is locked', 'COMMAND-JLK35'),
  user_suspended: tell(C.failedPrecondition, 'User is locked', 'COMMAND-JLK35'),
  user_inactive: tell(C.failedPrecondition, 'User is not active'),
  referral_invalid: tell(C.invalidArgument, 'Referral code is invalid'),
  referral_applied: tell(C.failedPrecondition, 'User was referred already'),
  feature_unsupported: tell(C.unimplemented, 'This feature is not implemented'),
  unauthenticated: BAD_TOKEN,
  sign_in_failed: BAD_TOKEN,
  no_membership: tell(C.notFound, 'membership not found', 'AUTHZ-cdgFk'),
  no_permission: tell(C.permissionDenied, 'No matching permissions found', 'AUTH-AWfge'),
  version_conflict: {
    code: C.failedPrecondition,
    text: 'The user is not at a version that If-Match names',
    http: 412,
  },
  key_reused: tell(C.invalidArgument, 'The Idempotency-Key was used with another request'),
  rate_limited: tell(C.resourceExhausted, 'Too many requests, please retry later'),
  overloaded: BUSY,
  store_unavailable: tell(C.unavailable, 'The service cannot store changes at the moment, please retry'),
  internal: tell(C.internal, 'An internal error occurred'),
};

const NO_EMAIL = tell(C.notFound, 'Email not found', 'COMMAND-ieJ2e');
const NO_PHONE = tell(C.notFound, 'Phone not found', 'COMMAND-ieJ2e');
const noUser = (id: string) => tell(C.notFound, 'User could not be found', id);
const CODE_REFUSED = tell(C.invalidArgument, 'Code is invalid', 'COMMAND-eis9R');
const NOT_INITIALIZED = tell(C.failedPrecondition, 'User is not yet initialized', 'COMMAND-uz0Uu');
const NO_STATIC_PERMISSION = tell(C.permissionDenied, 'No matching permissions found', 'AUTH-5mWD2');

/** Of services besides that of users; no two services have methods of one name. */
type OtherMethod = keyof typeof OrganizationService.method;

type Overrides = Readonly<Partial<Record<Reason, Telling>>>;

const VERIFY: Overrides = {
  code_absent: CODE_REFUSED,
  code_expired: CODE_REFUSED,
  code_wrong: CODE_REFUSED,
  user_initial: NOT_INITIALIZED,
};

const EMAIL: Overrides = { user_not_found: NO_EMAIL, user_initial: NOT_INITIALIZED };
const PHONE: Overrides = { user_not_found: NO_PHONE, user_initial: NOT_INITIALIZED };

const CREATE: Overrides = {
  password_too_short: { ...REFUSALS.password_too_short, id: 'COMMA-HuJf6' },
  password_lacks_lower: { ...REFUSALS.password_lacks_lower, id: 'COMMA-co3Xw' },
  password_lacks_upper: { ...REFUSALS.password_lacks_upper, id: 'COMMA-VoaRj' },
  password_lacks_digit: { ...REFUSALS.password_lacks_digit, id: 'COMMA-ZBv4H' },
  password_lacks_symbol: { ...REFUSALS.password_lacks_symbol, id: 'COMMA-ZDLwA' },
};

const BAD_INVITE_CODE = tell(C.invalidArgument, 'Code is invalid', 'COMMAND-Wgn4q');
const INVITE: Overrides = {
  user_not_found: tell(C.failedPrecondition, 'User could not be found', 'COMMAND-Wgvn4'),
  code_absent: tell(C.failedPrecondition, 'Code not found', 'COMMAND-Wr3gq'),
  code_expired: BAD_INVITE_CODE,
  code_wrong: BAD_INVITE_CODE,
};

const PASSKEY: Overrides = { factor_not_found: tell(C.notFound, 'Passkey not found') };
const U2F: Overrides = { factor_not_found: tell(C.notFound, 'U2F not found') };

/** What single methods tell otherwise. */
const BY_METHOD: Readonly<Partial<Record<MethodName | OtherMethod, Overrides>>> = {
  addOrganization: {
    ...CREATE,
    no_permission: NO_STATIC_PERMISSION,
    version_conflict: { ...REFUSALS.version_conflict, text: 'Nothing that is yet to be made can match If-Match' },
  },
  addHumanUser: { ...CREATE, no_membership: NO_STATIC_PERMISSION, no_permission: NO_STATIC_PERMISSION },
  createUser: CREATE,
  getUserByID: { user_not_found: noUser('QUERY-Dfbg2') },
  verifyTOTPRegistration: { code_wrong: tell(C.invalidArgument, 'Code is invalid') },
  verifyEmail: { ...VERIFY, user_not_found: NO_EMAIL },
  verifyPhone: { ...VERIFY, user_not_found: NO_PHONE },
  setEmail: EMAIL,
  sendEmailCode: EMAIL,
  resendEmailCode: { ...EMAIL, code_absent: tell(C.failedPrecondition, 'Code is empty', 'EMAIL-5w5ilin4yt') },
  setPhone: PHONE,
  removePhone: PHONE,
  resendPhoneCode: { ...PHONE, code_absent: tell(C.failedPrecondition, 'Code is empty', 'PHONE-5xrra88eq8') },
  lockUser: {
    user_not_found: noUser('COMMAND-450yxuqrh1'),
    state_unfit: tell(C.failedPrecondition, 'User is not active or initial', 'COMMAND-lgws8wtsqf'),
  },
  unlockUser: {
    user_not_found: noUser('COMMAND-x377t913pw'),
    state_unfit: tell(C.failedPrecondition, 'User is not locked', 'COMMAND-olb9vb0oca'),
  },
  deactivateUser: {
    user_not_found: noUser('COMMAND-5gp2p62iin'),
    user_inactive: tell(C.failedPrecondition, 'User already inactive', 'COMMAND-5gunjw0cd7'),
    user_initial: tell(
      C.failedPrecondition,
      'User with state initial can only be deleted not deactivated',
      'COMMAND-gvx4kct9r2',
    ),
  },
  reactivateUser: {
    user_not_found: noUser('COMMAND-9hy5kzbuk6'),
    state_unfit: tell(C.failedPrecondition, 'User is not inactive', 'COMMAND-s5qqcz97hf'),
  },
  createInviteCode: INVITE,
  resendInviteCode: INVITE,
  verifyInviteCode: INVITE,
  registerPasskey: { code_absent: tell(C.failedPrecondition, 'Code not found') },
  verifyPasskeyRegistration: PASSKEY,
  removePasskey: PASSKEY,
  verifyU2FRegistration: U2F,
  removeU2F: U2F,
  passwordReset: {
    user_not_found: tell(C.notFound, 'User could not be found', 'COMMAND-SAF4f'),
    user_initial: tell(C.failedPrecondition, 'User is not yet initialized', 'COMMAND-Sfe4g'),
  },
  deleteUser: { user_not_found: noUser('COMMAND-bd4ir1mblj') },
};

/** Where the field says more than the reason. */
const BY_FIELD: Readonly<Record<string, Telling>> = {
  'url_template_invalid render': { ...REFUSALS.url_template_invalid, id: 'DOMAIN-ieYa7' },
  'contact_missing phone.value': { ...REFUSALS.contact_missing, text: 'Phone not found' },
  'contact_unverified phone.verified': { ...REFUSALS.contact_unverified, text: 'Phone is not verified' },
  'contact_unchanged phone.value': { ...REFUSALS.contact_unchanged, text: 'Phone not changed' },
};

/** The refusal of a method as this dialect tells it. */
export function statusErrorOf(error: DomainError, method?: MethodName): StatusError {
  const { reason, details } = error;
  const override = method === undefined ? undefined : BY_METHOD[method]?.[reason];
  const { code, text, id, http } = override ?? BY_FIELD[`${reason} ${details.field}`] ?? REFUSALS[reason];
  const status = id === undefined ? { code, message: text } : statusWithId(code, id, text, details.failedAttempts);
  return new StatusError(status, { httpStatus: http, retryAfter: details.retryAfter });
}

const FAULT_CODES: Readonly<Record<FaultName, StatusCode>> = {
  malformed_body: C.invalidArgument,
  unsupported_media_type: C.invalidArgument,
  body_too_large: C.resourceExhausted,
  content_encoding: C.invalidArgument,
  malformed_header: C.invalidArgument,
  missing_header: C.invalidArgument,
  malformed_idempotency_key: C.invalidArgument,
  malformed_if_match: C.invalidArgument,
  malformed_path: C.invalidArgument,
  malformed_query: C.invalidArgument,
  route_not_found: C.notFound,
  method_not_allowed: C.unimplemented,
  request_timeout: C.deadlineExceeded,
};

const FAULT_TEXTS: Readonly<Partial<Record<FaultName, string>>> = {
  route_not_found: 'Not Found',
  method_not_allowed: 'Method Not Allowed',
};

/** A refusal by the transport, before any method was called. */
export function statusErrorOfFault({ fault, detail, status }: Fault): StatusError {
  const text = fault === 'malformed_body' ? `proto: ${detail}` : detail;
  return new StatusError({ code: FAULT_CODES[fault], message: FAULT_TEXTS[fault] ?? text }, { httpStatus: status });
}
