import type { User } from './user.ts';

/** The parts of the record that hold fields of their own. */
export const PARTS = [
  'profile',
  'email',
  'phone',
  'address',
  'extra',
  'policy',
  'password',
  'credentials',
  'factors',
  'membership',
  'apps',
] as const satisfies (keyof User)[];
export type Part = (typeof PARTS)[number];

type PartPath = { [P in Part]: `${P}.${Extract<keyof User[P], string>}` }[Part];

/** Dotted path of one field of the record, such as `profile.givenName`. */
export type FieldPath = 'username' | 'state' | PartPath;

/**
 * What a caller must be allowed to do for a field to change. `credential` is passwords; `keys` what machines prove
 * themselves with: keys, secrets, tokens; `policy` what a partner says of whom it insures; `benefits` what somebody
 * gets from a partner; `factor` the removal of second factors and passkeys, and the devices somebody signs in at,
 * `enrolment` the registration of factors, `passkey_link` the invitation to it. `found` is about organizations: to make
 * one. `role` is who holds which role; the last ones are about what an organization is: its roles, its packages, its
 * own `settings`, and the right to hand out permissions that only mean something to applications.
 */
export const CAPABILITIES = [
  'create',
  'read',
  'profile',
  'contact',
  'assert_verified',
  'policy',
  'credential',
  'keys',
  'factor',
  'enrolment',
  'passkey_link',
  'state',
  'role',
  'delete',
  'metadata',
  'benefits',
  'found',
  'role_create',
  'role_read',
  'role_update',
  'role_delete',
  'package_create',
  'package_read',
  'package_update',
  'package_delete',
  'settings',
  'any_permission',
  'user_type',
] as const;
export type Capability = (typeof CAPABILITIES)[number];

/**
 * Permission per field, for every dialect alike. Fields marked `own` follow from a proof the caller gave (a code, a
 * password check) or from the server itself and are never a caller's to choose.
 */
export const FIELD_CAPABILITY: Readonly<Record<FieldPath, Capability | 'own'>> = {
  // One signs in with it: whoever may rename somebody can take over the name.
  username: 'contact',
  state: 'state',
  'profile.givenName': 'profile',
  'profile.familyName': 'profile',
  'profile.nickName': 'profile',
  'profile.displayName': 'profile',
  'profile.preferredLanguage': 'profile',
  'profile.gender': 'profile',
  'profile.avatarUrl': 'profile',
  'profile.bio': 'profile',
  'profile.website': 'profile',
  'profile.timeZone': 'profile',
  'profile.countryCode': 'profile',
  'profile.description': 'profile',
  'email.value': 'contact',
  'email.verified': 'assert_verified',
  'email.verifiedAt': 'own',
  'email.code': 'own',
  'phone.value': 'contact',
  'phone.verified': 'assert_verified',
  'phone.verifiedAt': 'own',
  'phone.code': 'own',
  'address.line1': 'profile',
  'address.line2': 'profile',
  'address.city': 'profile',
  'address.state': 'profile',
  'address.country': 'profile',
  'address.postalCode': 'profile',
  'extra.customField1': 'profile',
  'extra.customField2': 'profile',
  'extra.customField3': 'profile',
  'extra.customField4': 'profile',
  'extra.customField5': 'profile',
  'extra.adminNote': 'state',
  'extra.fraud': 'state',
  'extra.riskMark': 'state',
  'extra.tags': 'state',
  'extra.tosAnswer': 'state',
  'extra.partnerCode': 'state',
  'extra.metadata': 'metadata',
  'extra.metadataTimes': 'own',
  'extra.externalIds': 'state',
  'policy.number': 'policy',
  'policy.startsAt': 'policy',
  'policy.endsAt': 'policy',
  'policy.isIdentity': 'own',
  'password.hash': 'credential',
  'password.changeRequired': 'credential',
  'password.changedAt': 'own',
  'password.failedAttempts': 'own',
  'password.code': 'own',
  'credentials.tokens': 'keys',
  'credentials.keys': 'keys',
  'credentials.secret': 'keys',
  'credentials.accessTokenType': 'profile',
  'credentials.sessions': 'own',
  'credentials.signInCodes': 'own',
  'credentials.invite': 'own',
  'credentials.mfaInitSkippedAt': 'own',
  'factors.totp': 'enrolment',
  'factors.otpSms': 'enrolment',
  'factors.otpEmail': 'enrolment',
  'factors.recoveryCodes': 'enrolment',
  'factors.passkeys': 'enrolment',
  'factors.u2f': 'enrolment',
  'factors.passkeyCode': 'passkey_link',
  'factors.idpLinks': 'factor',
  'membership.roles': 'role',
  'membership.elsewhere': 'role',
  'membership.type': 'user_type',
  'membership.package': 'role',
  'membership.packageExpiresAt': 'role',
  'membership.referralCode': 'own',
  'membership.referrer': 'own',
  'membership.benefits': 'benefits',
  'membership.quotas': 'own',
  'apps.devices': 'factor',
  'apps.settings': 'profile',
};
