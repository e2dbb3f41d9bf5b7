import type { DomainError, Reason } from '../errors.ts';
import type { Patch } from '../patch.ts';
import type {
  AccessToken,
  AccessTokenType,
  Address,
  AuthenticatorKey,
  Extra,
  IdpLink,
  Membership,
  Profile,
  Session,
  UserKind,
  UserState,
} from './user.ts';

/**
 * Requests to change a record. They carry everything a decision needs that is not in the record: codes and hashes are
 * made before, because the core has no randomness and hashing is slow.
 */
export type Command =
  | CreateUser
  | UpdateUser
  | VerifyContact
  | RequestContactCode
  | SetPassword
  | CreateInvite
  | ResendInvite
  | VerifyInvite
  | SkipMfaInit
  | RequestPasswordReset
  | CheckPassword
  | RenewSession
  | AddKey
  | RemoveKey
  | AddToken
  | RemoveToken
  | SetSecret
  | RemoveSecret
  | AddTotp
  | VerifyTotp
  | AddOtp
  | SetRecoveryCodes
  | RemoveFactor
  | AddMembership
  | AddIdpLink
  | RemoveIdpLink
  | CreatePasskeyLink
  | RegisterWebAuthn
  | VerifyWebAuthn
  | RemoveWebAuthn
  | DeleteUser;

export type CommandType = Command['type'];

/** A fresh one-time code: its keyed digest, and how it leaves the server unless it is returned to the caller. */
export interface NewCode {
  readonly digest: string;
  readonly expiresAt: number;
  /** `null` when the caller gets the code in the answer and nothing is sent. */
  readonly delivery: CodeDelivery | null;
}

export interface CodeDelivery {
  /** The code, encrypted under the instance key. */
  readonly sealedCode: string;
  /** Link with placeholders, from the caller; `null` for the default link. */
  readonly urlTemplate: string | null;
}

export interface NewContact {
  readonly value: string;
  readonly verified?: boolean;
  readonly code?: NewCode;
}

export interface ContactChange {
  /** Absent keeps, `null` clears. */
  readonly value?: string | null;
  /** `true` asserts the verification, `false` withdraws it, absent leaves it to the value. */
  readonly verified?: boolean;
  /** Added only when the value changes and is not asserted as verified. */
  readonly code?: NewCode;
}

/** A new password as prepared outside the core: hashed, or the rule it breaks. */
export type NewSecret = { readonly hash: string } | { readonly violation: Reason };

/** Why the caller may set the password: by right (`null`), by a reset code, or by knowing the current one. */
export type PasswordProof =
  | null
  | { readonly kind: 'code'; readonly digest: string }
  | { readonly kind: 'current'; readonly check: PasswordCheckResult };

/** A password check made outside the core, and the hash it was made against. */
export interface PasswordCheckResult {
  readonly against: string | null;
  readonly ok: boolean;
}

/** A check of a time-based code made outside the core, and the sealed secret it was made against. */
export interface TotpCheckResult {
  readonly against: string | null;
  readonly ok: boolean;
}

export interface PasswordChange {
  readonly secret: NewSecret;
  readonly changeRequired: boolean;
  readonly proof: PasswordProof;
  /** The new password equals the current one. */
  readonly unchanged: boolean;
  /** Failed checks after which the user is locked; 0 means never. */
  readonly lockAfter: number;
  /** A refusal tells 0 failed checks, however many there were. */
  readonly hidesFailures?: boolean;
}

export type ProfilePatch = Patch<Profile>;
export type AddressPatch = Patch<Address>;
export type ExtraPatch = Patch<Omit<Extra, 'metadataTimes'>>;
export type MembershipPatch = Patch<Membership>;
/** Key to base64 value; `null` removes, keys that are not named stay. */
export type MetadataPatch = Readonly<Record<string, string | null>>;

export interface CreateUser {
  readonly type: 'create-user';
  readonly userId: string;
  readonly organizationId: string;
  readonly kind: UserKind;
  readonly username?: string | null;
  readonly profile?: ProfilePatch;
  readonly email?: NewContact;
  readonly phone?: NewContact;
  readonly address?: AddressPatch;
  readonly extra?: ExtraPatch;
  readonly password?: { readonly secret: NewSecret; readonly changeRequired: boolean };
  /** Secret of time-based codes that the user's device has already, sealed. */
  readonly sealedTotpSecret?: string;
  readonly idpLinks?: readonly IdpLink[];
  readonly tokens?: readonly AccessToken[];
  readonly accessTokenType?: AccessTokenType;
  readonly membership?: MembershipPatch;
  /** Referral code given at sign-up; it must belong to `referrer`. */
  readonly referrer?: string;
}

export interface UpdateUser {
  readonly type: 'update-user';
  readonly username?: string | null;
  readonly profile?: ProfilePatch;
  readonly email?: ContactChange;
  readonly phone?: ContactChange;
  readonly address?: AddressPatch;
  readonly extra?: ExtraPatch;
  readonly metadata?: MetadataPatch;
  readonly password?: PasswordChange;
  readonly state?: UserState;
  readonly membership?: Omit<MembershipPatch, 'referralCode' | 'referrer'>;
  readonly accessTokenType?: AccessTokenType;
  /** Replaces the tokens that came from the setup file. */
  readonly setupTokens?: readonly AccessToken[];
  /**
   * What the request breaks on this very record, where a value is good only when the record has it already. Told after
   * permission, replay and precondition, so that it gives nothing away and a retry gets the first answer.
   */
  readonly violation?: DomainError;
}

export interface VerifyContact {
  readonly type: 'verify-contact';
  readonly contact: 'email' | 'phone';
  readonly digest: string;
}

/** A new code for the contact that is stored. */
export interface RequestContactCode {
  readonly type: 'request-contact-code';
  readonly contact: 'email' | 'phone';
  readonly code: NewCode;
  /** Only in place of a code that is still outstanding. */
  readonly again: boolean;
}

/** Sets a password by right, or by a proof that needs no right to the record. */
export interface SetPassword {
  readonly type: 'set-password';
  readonly password: PasswordChange;
}

/** Invites a user who cannot sign in yet to set up a way. */
export interface CreateInvite {
  readonly type: 'create-invite';
  readonly code: NewCode;
  readonly applicationName: string | null;
}

/** The same invitation with a new code. */
export interface ResendInvite {
  readonly type: 'resend-invite';
  readonly code: NewCode;
}

export interface VerifyInvite {
  readonly type: 'verify-invite';
  readonly digest: string;
}

export interface SkipMfaInit {
  readonly type: 'skip-mfa-init';
}

export interface RequestPasswordReset {
  readonly type: 'request-password-reset';
  readonly code: NewCode;
  readonly channel: 'email' | 'phone';
}

/** A sign-in attempt. */
export interface CheckPassword {
  readonly type: 'check-password';
  readonly check: PasswordCheckResult;
  readonly lockAfter: number;
  /** Started when the check succeeds. */
  readonly session: Session;
  /** Replaces a hash of an outdated algorithm after a successful check. */
  readonly rehash?: string;
}

export interface RenewSession {
  readonly type: 'renew-session';
  readonly sessionId: string;
  readonly refreshDigest: string;
  readonly next: Session;
}

/** Times are given by the decision. */
export interface AddKey {
  readonly type: 'add-key';
  readonly id: string;
  /** PEM (SubjectPublicKeyInfo). */
  readonly publicKey: string;
  readonly expiresAt: number;
}

export interface RemoveKey {
  readonly type: 'remove-key';
  readonly id: string;
}

/** A new personal access token. */
export interface AddToken {
  readonly type: 'add-token';
  readonly id: string;
  readonly digest: string;
  readonly expiresAt: number;
}

export interface RemoveToken {
  readonly type: 'remove-token';
  readonly id: string;
}

/** A new client secret, in the place of the one before. */
export interface SetSecret {
  readonly type: 'set-secret';
  readonly id: string;
  readonly digest: string;
}

export interface RemoveSecret {
  readonly type: 'remove-secret';
}

/** Begins to set up time-based codes; what was begun before and not finished ends. */
export interface AddTotp {
  readonly type: 'add-totp';
  readonly sealedSecret: string;
}

/** Shows by a code that the user's device has the secret. */
export interface VerifyTotp {
  readonly type: 'verify-totp';
  readonly check: TotpCheckResult;
}

/** Codes that are sent at sign-in, to the phone or to the e-mail address. */
export interface AddOtp {
  readonly type: 'add-otp';
  readonly factor: 'otpSms' | 'otpEmail';
}

/** New recovery codes, in the place of those there were. */
export interface SetRecoveryCodes {
  readonly type: 'set-recovery-codes';
  readonly digests: readonly string[];
}

export interface RemoveFactor {
  readonly type: 'remove-factor';
  readonly factor: 'totp' | 'otpSms' | 'otpEmail' | 'recoveryCodes';
}

/** Roles in an organization that is not the user's own, besides those it has there. */
export interface AddMembership {
  readonly type: 'add-membership';
  readonly organizationId: string;
  /** Of Zitadel's names inside an organization. */
  readonly roles: readonly string[];
}

/** Invites the user to register a passkey; an invitation before it ends. */
export interface CreatePasskeyLink {
  readonly type: 'create-passkey-link';
  readonly id: string;
  readonly code: NewCode;
}

export type WebAuthnFactor = 'passkeys' | 'u2f';

/** Begins a registration, by right or by an invitation. */
export interface RegisterWebAuthn {
  readonly type: 'register-webauthn';
  readonly factor: WebAuthnFactor;
  readonly id: string;
  readonly rpId: string;
  /** Digest of the challenge that the authenticator will have to answer. */
  readonly challenge: string;
  readonly code?: { readonly id: string; readonly digest: string };
}

/** The answer of an authenticator, checked outside the core. */
export interface WebAuthnCheckResult {
  /** Digest of the challenge it was checked against; `null` when there was none. */
  readonly against: string | null;
  /** `null` when the answer is not one to that challenge. */
  readonly key: AuthenticatorKey | null;
}

export interface VerifyWebAuthn {
  readonly type: 'verify-webauthn';
  readonly factor: WebAuthnFactor;
  readonly id: string;
  readonly name: string;
  readonly check: WebAuthnCheckResult;
  /** As the record has it of the registration; `false` where there is none. */
  readonly byCode: boolean;
}

export interface RemoveWebAuthn {
  readonly type: 'remove-webauthn';
  readonly factor: WebAuthnFactor;
  readonly id: string;
}

/** An identity at another provider, by which the user may sign in there. */
export interface AddIdpLink {
  readonly type: 'add-idp-link';
  readonly link: IdpLink;
}

export interface RemoveIdpLink {
  readonly type: 'remove-idp-link';
  readonly idpId: string;
  /** The id of the user at that provider. */
  readonly userId: string;
}

export interface DeleteUser {
  readonly type: 'delete-user';
}

/** A message to be sent: becomes an outbox row in the transaction of the change. */
export interface Message {
  readonly kind: 'verify_email' | 'verify_phone' | 'reset_password' | 'invite_user' | 'register_passkey';
  readonly channel: 'email' | 'sms';
  readonly userId: string;
  readonly organizationId: string;
  readonly to: string;
  readonly sealedCode: string;
  readonly urlTemplate: string | null;
  /** In whose name an invitation is written. */
  readonly applicationName?: string | null;
  /** Id of an invitation that is sent as an id and a code. */
  readonly codeId?: string;
}
