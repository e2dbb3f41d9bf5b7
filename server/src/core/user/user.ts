import type { Apps } from './apps.ts';
import type { BenefitEnrolment } from './benefits.ts';

/** The record: one per person, whatever dialect reads or writes it. Times are epoch milliseconds. */
export interface User {
  /** Decimal string of 18 digits when generated, 1 to 200 code points when a client chose it. Never reused. */
  readonly id: string;
  readonly organizationId: string;
  readonly kind: UserKind;
  /** Number of the record's last event; counts from 1 without gaps. */
  readonly sequence: number;
  /** Sequence of the last event that changed the record as readers see it. */
  readonly version: number;
  readonly createdAt: number;
  /** Time of the event `version` names. */
  readonly changedAt: number;
  readonly username: string | null;
  readonly state: UserState;
  readonly profile: Profile;
  readonly email: Contact;
  readonly phone: Contact;
  readonly address: Address;
  readonly extra: Extra;
  readonly policy: InsurancePolicy;
  readonly password: Password;
  readonly credentials: Credentials;
  readonly factors: Factors;
  readonly membership: Membership;
  readonly apps: Apps;
}

export type UserKind = 'human' | 'machine';

export const USER_STATES = ['active', 'inactive', 'locked', 'suspended', 'initial', 'deleted'] as const;
export type UserState = (typeof USER_STATES)[number];

export const GENDERS = ['female', 'male', 'diverse'] as const;
export type Gender = (typeof GENDERS)[number];

export interface Profile {
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly nickName: string | null;
  readonly displayName: string | null;
  /** BCP 47 tag, `und` when a client sent one that cannot be parsed. */
  readonly preferredLanguage: string | null;
  readonly gender: Gender | null;
  readonly avatarUrl: string | null;
  readonly bio: string | null;
  readonly website: string | null;
  /** Opaque: an IANA name or any other id a client uses. */
  readonly timeZone: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: string | null;
  /** What a machine user is there for. */
  readonly description: string | null;
}

/** An e-mail address as sent, or a phone number in E.164. */
export interface Contact {
  readonly value: string | null;
  readonly verified: boolean;
  readonly verifiedAt: number | null;
  /** The outstanding verification code for `value`. */
  readonly code: CodeRecord | null;
}

/** A one-time code, kept as a keyed digest. It dies when used, replaced, expired, or after five wrong tries. */
export interface CodeRecord {
  readonly digest: string;
  readonly expiresAt: number;
  readonly failures: number;
}

export interface Address {
  readonly line1: string | null;
  readonly line2: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly country: string | null;
  readonly postalCode: string | null;
}

export const TOS_ANSWERS = ['None', 'Accepted', 'Declined'] as const;

export interface Extra {
  readonly customField1: string | null;
  readonly customField2: string | null;
  readonly customField3: string | null;
  readonly customField4: string | null;
  readonly customField5: string | null;
  readonly adminNote: string | null;
  readonly fraud: boolean;
  readonly riskMark: number | null;
  readonly tags: string | null;
  readonly tosAnswer: (typeof TOS_ANSWERS)[number];
  readonly partnerCode: string | null;
  /** Metadata values are base64. */
  readonly metadata: Readonly<Record<string, string>>;
  /** When each entry of `metadata` was first set, and when it last changed. Follows from the events. */
  readonly metadataTimes: Readonly<Record<string, readonly [createdAt: number, changedAt: number]>>;
  /** API client (its partner name) to the id under which that client knows the user. */
  readonly externalIds: Readonly<Record<string, string>>;
}

/** The policy under which the partner that contributed the user, its organization, insures it. */
export interface InsurancePolicy {
  readonly number: string | null;
  readonly startsAt: number | null;
  readonly endsAt: number | null;
  /**
   * The user was created for this policy: its phone and policy number together tell it from others, not its contacts,
   * which it may share with the users of other policies.
   */
  readonly isIdentity: boolean;
}

export interface Password {
  /** Encoded hash (PHC or modular crypt format); `null` when none is set. */
  readonly hash: string | null;
  readonly changeRequired: boolean;
  readonly changedAt: number | null;
  /** Failed checks since the last success or change. */
  readonly failedAttempts: number;
  /** The outstanding reset code. */
  readonly code: CodeRecord | null;
}

export const ACCESS_TOKEN_TYPES = ['opaque', 'jwt'] as const;
export type AccessTokenType = (typeof ACCESS_TOKEN_TYPES)[number];

export interface Credentials {
  readonly tokens: readonly AccessToken[];
  readonly keys: readonly PublicKey[];
  readonly secret: ClientSecret | null;
  /** Form of the access tokens that a machine gets for its key or secret. */
  readonly accessTokenType: AccessTokenType;
  readonly sessions: readonly Session[];
  /** At most one of each kind. */
  readonly signInCodes: readonly SignInCode[];
  /** The outstanding invitation to set up a way to sign in. */
  readonly invite: Invite | null;
  /** When the user last declined to set up a second factor. */
  readonly mfaInitSkippedAt: number | null;
}

/** A code by which an invited user proves its e-mail address, and what the message with it says. */
export interface Invite extends CodeRecord {
  readonly urlTemplate: string | null;
  readonly applicationName: string | null;
}

/** What a one-time code that signs in was sent as: a code in a mail, a code in a text message, a link in a mail. */
export type SignInCodeKind = 'email' | 'phone' | 'link';

/** A code that signs in, together with its id, which is told to the client that asked for it. */
export interface SignInCode extends CodeRecord {
  readonly kind: SignInCodeKind;
  readonly id: string;
}

/** A personal access token. Its digest (SHA-256, base64url) is also a unique claim, by which it is looked up. */
export interface AccessToken {
  /** Only those made through an API have one: the others are known by the setup file alone. */
  readonly id?: string;
  readonly digest: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** Tokens of the setup file are withdrawn when they leave it. */
  readonly source: 'setup' | 'api';
}

/** A key by which a machine proves who it is; the private half never leaves its holder. */
export interface PublicKey {
  readonly id: string;
  /** PEM. */
  readonly publicKey: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** The secret with which a machine asks for access tokens, as a keyed digest. */
export interface ClientSecret {
  /** Another secret has another id, so that the tokens of the old one end with it. */
  readonly id: string;
  readonly digest: string;
  readonly createdAt: number;
}

/** A signed-in client: the digests of its current key and of the key that renews it. */
export interface Session {
  readonly id: string;
  readonly keyDigest: string;
  readonly refreshDigest: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly refreshExpiresAt: number;
  /** The device it was started at, when the client named one. */
  readonly deviceId?: string;
}

/** What a human proves itself with besides a password. */
export interface Factors {
  readonly totp: Totp | null;
  /** Codes sent to the phone or the e-mail address at sign-in. */
  readonly otpSms: OtpMessages | null;
  readonly otpEmail: OtpMessages | null;
  /** Keyed digests of the recovery codes that are left; each is good for one sign-in. */
  readonly recoveryCodes: readonly string[];
  readonly passkeys: readonly WebAuthnCredential[];
  /** Security keys that are a second factor only. */
  readonly u2f: readonly WebAuthnCredential[];
  /** The outstanding invitation to register a passkey. */
  readonly passkeyCode: PasskeyCode | null;
  readonly idpLinks: readonly IdpLink[];
}

/** Time-based one-time passwords (RFC 6238): SHA-1, six digits, 30 s. */
export interface Totp {
  /** The shared secret, encrypted under the instance key. */
  readonly sealedSecret: string;
  /** `null` until a first code has proved that the user's device has it. */
  readonly verifiedAt: number | null;
  /** Wrong codes so far, until it is verified. */
  readonly failures: number;
}

export interface OtpMessages {
  readonly addedAt: number;
}

/** A WebAuthn credential; until its registration is verified only the challenge of that. */
export interface WebAuthnCredential {
  readonly id: string;
  /** Given at verification; empty before. */
  readonly name: string;
  /** Relying party: the domain it is registered for. */
  readonly rpId: string;
  /** Digest of the challenge of an unfinished registration; `null` once verified. */
  readonly challenge: string | null;
  /** The registration was begun with a code, so whoever has its challenge may finish it. */
  readonly byCode: boolean;
  readonly credential: AuthenticatorKey | null;
  readonly createdAt: number;
}

/** What an authenticator proves itself with. */
export interface AuthenticatorKey {
  /** Chosen by the authenticator, base64url. No two users have the same. */
  readonly id: string;
  /** COSE, base64url. */
  readonly publicKey: string;
  readonly signCount: number;
  /** Kind of authenticator. */
  readonly aaguid: string;
}

/** An invitation to register a passkey, sent as its id and a code. */
export interface PasskeyCode extends CodeRecord {
  readonly id: string;
}

/** An identity of the user at another identity provider. */
export interface IdpLink {
  readonly idpId: string;
  /** The id of the user there, unique at that provider. */
  readonly userId: string;
  readonly userName: string;
}

export const USER_TYPES = ['EndUser', 'Partner', 'Admin', 'SuperAdmin'] as const;
export type UserType = (typeof USER_TYPES)[number];

export interface Membership {
  readonly roles: readonly string[];
  /** Roles held in other organizations. */
  readonly elsewhere: readonly OrganizationMembership[];
  readonly type: UserType;
  /** Code of the package in the organization's settings. */
  readonly package: string | null;
  readonly packageExpiresAt: number | null;
  readonly referralCode: string | null;
  /** User id of the referrer. */
  readonly referrer: string | null;
  /** At most one for each partner. */
  readonly benefits: readonly BenefitEnrolment[];
  /** What was used of the features of packages, by the id of the feature. */
  readonly quotas: Readonly<Record<string, QuotaCount>>;
}

export interface QuotaCount {
  /** Within `period`; in any other one nothing was used yet. */
  readonly used: number;
  readonly period: string;
  readonly changedAt: number;
}

export interface OrganizationMembership {
  readonly organizationId: string;
  /** At least one, of those that every organization knows. */
  readonly roles: readonly string[];
}

type Times = 'sequence' | 'version' | 'createdAt' | 'changedAt';

const EMPTY_CONTACT: Contact = { value: null, verified: false, verifiedAt: null, code: null };

/** What `user.created` starts from: every field at its empty value. */
export const EMPTY_USER: Omit<User, 'id' | 'organizationId' | 'kind' | Times> = {
  username: null,
  state: 'active',
  profile: {
    givenName: null,
    familyName: null,
    nickName: null,
    displayName: null,
    preferredLanguage: null,
    gender: null,
    avatarUrl: null,
    bio: null,
    website: null,
    timeZone: null,
    countryCode: null,
    description: null,
  },
  email: EMPTY_CONTACT,
  phone: EMPTY_CONTACT,
  address: { line1: null, line2: null, city: null, state: null, country: null, postalCode: null },
  extra: {
    customField1: null,
    customField2: null,
    customField3: null,
    customField4: null,
    customField5: null,
    adminNote: null,
    fraud: false,
    riskMark: null,
    tags: null,
    tosAnswer: 'None',
    partnerCode: null,
    metadata: {},
    metadataTimes: {},
    externalIds: {},
  },
  policy: { number: null, startsAt: null, endsAt: null, isIdentity: false },
  password: { hash: null, changeRequired: false, changedAt: null, failedAttempts: 0, code: null },
  credentials: {
    tokens: [],
    keys: [],
    secret: null,
    accessTokenType: 'opaque',
    sessions: [],
    signInCodes: [],
    invite: null,
    mfaInitSkippedAt: null,
  },
  factors: {
    totp: null,
    otpSms: null,
    otpEmail: null,
    recoveryCodes: [],
    passkeys: [],
    u2f: [],
    passkeyCode: null,
    idpLinks: [],
  },
  membership: {
    roles: [],
    elsewhere: [],
    type: 'EndUser',
    package: null,
    packageExpiresAt: null,
    referralCode: null,
    referrer: null,
    benefits: [],
    quotas: {},
  },
  apps: { devices: [], settings: [] },
};
