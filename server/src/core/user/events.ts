import { SUBSCRIBABLE_EVENTS } from '../values/subscribable-events.ts';
import type { FieldPath } from './fields.ts';
import type { UserKind } from './user.ts';

/**
 * What may happen to a record, and whether readers see it: only a visible event moves the record's version and
 * `changedAt`. Codes, password checks and sign-ins do not, so they never break somebody's precondition.
 */
export const EVENT_TYPES = {
  'user.created': { visible: true },
  'user.username_changed': { visible: true },
  'user.profile_changed': { visible: true },
  'user.email_changed': { visible: true },
  'user.email_verified': { visible: true },
  'user.email_code_added': { visible: false },
  'user.email_code_failed': { visible: false },
  'user.phone_changed': { visible: true },
  'user.phone_verified': { visible: true },
  'user.phone_code_added': { visible: false },
  'user.phone_code_failed': { visible: false },
  'user.address_changed': { visible: true },
  'user.extra_changed': { visible: true },
  'user.policy_changed': { visible: true },
  'user.metadata_changed': { visible: false },
  'user.password_changed': { visible: false },
  'user.password_code_added': { visible: false },
  'user.password_code_failed': { visible: false },
  'user.password_check_failed': { visible: false },
  'user.password_check_succeeded': { visible: false },
  'user.state_changed': { visible: true },
  'user.invite_code_added': { visible: false },
  'user.invite_code_failed': { visible: false },
  'user.invite_accepted': { visible: false },
  'user.mfa_init_skipped': { visible: false },
  'user.passkey_code_added': { visible: false },
  'user.passkey_code_failed': { visible: false },
  'user.passkey_added': { visible: false },
  'user.passkey_verified': { visible: false },
  'user.passkey_removed': { visible: false },
  'user.u2f_added': { visible: false },
  'user.u2f_verified': { visible: false },
  'user.u2f_removed': { visible: false },
  'user.deleted': { visible: true },
  'user.membership_changed': { visible: true },
  'user.enrolment_requested': { visible: true },
  'user.enrolled': { visible: true },
  'user.offer_activated': { visible: true },
  'user.offer_upgraded': { visible: true },
  'user.offer_downgraded': { visible: true },
  'user.benefits_chosen': { visible: true },
  'user.enrolment_cancelled': { visible: true },
  'user.tokens_changed': { visible: false },
  'user.token_added': { visible: false },
  'user.token_removed': { visible: false },
  'user.key_added': { visible: false },
  'user.key_removed': { visible: false },
  'user.secret_set': { visible: true },
  'user.secret_removed': { visible: true },
  'user.token_type_changed': { visible: true },
  'user.totp_added': { visible: false },
  'user.totp_verified': { visible: false },
  'user.totp_check_failed': { visible: false },
  'user.totp_removed': { visible: false },
  'user.otp_sms_added': { visible: false },
  'user.otp_sms_removed': { visible: false },
  'user.otp_email_added': { visible: false },
  'user.otp_email_removed': { visible: false },
  'user.recovery_codes_added': { visible: false },
  'user.recovery_codes_removed': { visible: false },
  'user.idp_link_added': { visible: false },
  'user.idp_link_removed': { visible: false },
  'user.quota_consumed': { visible: false },
  'user.session_started': { visible: false },
  'user.session_renewed': { visible: false },
  'user.sign_in_code_added': { visible: false },
  'user.sign_in_code_failed': { visible: false },
  'user.device_registered': { visible: false },
  'user.device_linked': { visible: false },
  'user.device_changed': { visible: false },
  'user.device_removed': { visible: false },
  'user.app_setting_saved': { visible: false },
  'user.app_setting_removed': { visible: false },
} as const satisfies Record<string, { visible: boolean }>;

export type EventType = keyof typeof EVENT_TYPES;

/** What subscribers outside may be told of. */
export const SUBSCRIBABLE: readonly EventType[] = SUBSCRIBABLE_EVENTS;

/** Schema of `changes`; older ones are brought up to date on read. */
export const EVENT_SCHEMA = 1;

/** Values of one field before and after the event. Secrets show `null` before: old hashes are not kept twice. */
export interface FieldChange {
  readonly before: unknown;
  readonly after: unknown;
}

export type Changes = { readonly [P in FieldPath]?: FieldChange };

/** Who asked, as it stands in the history: `user:<id>`, `client:<id>` or `system`. */
export interface Origin {
  readonly actor: string;
  readonly dialect: string;
  /** Credential or API client the call came with, never a secret. */
  readonly client: string;
  readonly requestId: string;
}

export interface UserEvent {
  readonly userId: string;
  readonly organizationId: string;
  readonly kind: UserKind;
  readonly sequence: number;
  readonly type: EventType;
  readonly schema: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly origin: Origin;
  readonly changes: Changes;
}

/** An event as `decide` returns it; who, when and which number are added by whoever records it. */
export interface NewEvent {
  readonly type: EventType;
  readonly changes: Changes;
}

const SECRETS: ReadonlySet<string> = new Set<FieldPath>([
  'password.hash',
  'password.code',
  'email.code',
  'phone.code',
  'credentials.tokens',
  'credentials.secret',
  'credentials.sessions',
  'credentials.signInCodes',
  'credentials.invite',
  'factors.totp',
  'factors.recoveryCodes',
  'factors.passkeys',
  'factors.u2f',
  'factors.passkeyCode',
  // With the addresses for push messages.
  'apps.devices',
]);

/** Whether a field holds what nobody outside may see, not even as a digest. */
export function isSecret(field: string): boolean {
  return SECRETS.has(field);
}

/** The change of one field, or nothing when it keeps its value. */
export function change(changes: Record<string, FieldChange>, path: FieldPath, before: unknown, after: unknown): void {
  if (same(before, after)) return;
  changes[path] = { before: SECRETS.has(path) ? null : before, after };
}

/** Equality of values of the record; the order in which the members of a map stand makes no difference. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every(
    (name) =>
      Object.hasOwn(b, name) && same((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]),
  );
}
