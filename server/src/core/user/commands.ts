import type { DomainError, Reason } from '../errors.ts';
import type { Patch } from '../patch.ts';
import type { DeviceDescription } from './apps.ts';
import type {
  ChangeDevice,
  LinkDevice,
  RegisterDevice,
  RemoveAppSetting,
  RemoveDevice,
  SaveAppSetting,
} from './commands-apps.ts';
import type { EnrolmentChange } from './commands-enrolment.ts';
import type {
  AddOtp,
  AddTotp,
  RegisterWebAuthn,
  RemoveFactor,
  RemoveWebAuthn,
  SetRecoveryCodes,
  VerifyTotp,
  VerifyWebAuthn,
} from './commands-factors.ts';
import type { AddKey, AddToken, RemoveKey, RemoveSecret, RemoveToken, SetSecret } from './commands-machine.ts';
import type {
  AccessToken,
  AccessTokenType,
  Address,
  Extra,
  IdpLink,
  InsurancePolicy,
  Membership,
  Profile,
  Session,
  SignInCodeKind,
  UserKind,
  UserState,
} from './user.ts';

export type * from './commands-apps.ts';
export type * from './commands-enrolment.ts';
export type * from './commands-factors.ts';
export type * from './commands-machine.ts';

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
  | RequestSignInCode
  | StartSession
  | RegisterDevice
  | LinkDevice
  | ChangeDevice
  | RemoveDevice
  | SaveAppSetting
  | RemoveAppSetting
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
  | ApplyReferral
  | ConsumeQuota
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
export type PolicyPatch = Patch<Omit<InsurancePolicy, 'isIdentity'>>;
export type MembershipPatch = Patch<Omit<Membership, 'quotas' | 'benefits'>>;
/** Key to base64 value; `null` removes, keys that are not named stay. */
export type MetadataPatch = Readonly<Record<string, string | null>>;

export type NewPolicy = PolicyPatch & { readonly number: string };

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
  /** The policy the user is created for, which tells it from others. */
  readonly policy?: NewPolicy;
  readonly password?: { readonly secret: NewSecret; readonly changeRequired: boolean };
  /** Secret of time-based codes that the user's device has already, sealed. */
  readonly sealedTotpSecret?: string;
  readonly idpLinks?: readonly IdpLink[];
  readonly tokens?: readonly AccessToken[];
  readonly accessTokenType?: AccessTokenType;
  readonly membership?: MembershipPatch;
  readonly enrolment?: EnrolmentChange;
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
  readonly policy?: PolicyPatch;
  readonly metadata?: MetadataPatch;
  readonly password?: PasswordChange;
  readonly state?: UserState;
  /** Told to the user, where it has an e-mail address, when `state` changes. */
  readonly notice?: StateNotice;
  readonly membership?: Omit<MembershipPatch, 'referralCode' | 'referrer'>;
  readonly enrolment?: EnrolmentChange;
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
  /** As in a reset of the password; it ends where there is nothing left to verify. */
  readonly byHolder?: boolean;
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
  /** Asked for by somebody who is not known to be the user: the code goes where only the user can have it from. */
  readonly byHolder?: boolean;
}

/** What begins when somebody signs in. */
export interface SignIn {
  readonly session: Session;
  /** Where, when the client says so; what it leaves open stays as it is known. */
  readonly device?: DeviceDescription & { readonly pushToken: string | null };
  /** Devices at which the user may be signed in at once; any number unless given. */
  readonly deviceLimit?: number;
}

/** A sign-in attempt; the session is started when the check succeeds. */
export interface CheckPassword extends SignIn {
  readonly type: 'check-password';
  readonly check: PasswordCheckResult;
  readonly lockAfter: number;
  /** Replaces a hash of an outdated algorithm after a successful check. */
  readonly rehash?: string;
}

export interface RenewSession {
  readonly type: 'renew-session';
  readonly sessionId: string;
  readonly refreshDigest: string;
  readonly next: Session;
}

/** A one-time code that signs in, in the place of the one of its kind before. */
export interface RequestSignInCode {
  readonly type: 'request-sign-in-code';
  readonly kind: SignInCodeKind;
  /** Told to the client that asks. */
  readonly id: string;
  readonly code: NewCode;
}

/** Signs in without a password: by a code that was sent, or by the approval of a session that is signed in. */
export interface StartSession extends SignIn {
  readonly type: 'start-session';
  readonly proof:
    | { readonly kind: SignInCodeKind; readonly id: string; readonly digest: string }
    | { readonly kind: 'approval'; readonly sessionId: string };
}

/** Roles in an organization that is not the user's own, besides those it has there. */
export interface AddMembership {
  readonly type: 'add-membership';
  readonly organizationId: string;
  /** Of those that every organization knows. */
  readonly roles: readonly string[];
}

/** Invites the user to register a passkey; an invitation before it ends. */
export interface CreatePasskeyLink {
  readonly type: 'create-passkey-link';
  readonly id: string;
  readonly code: NewCode;
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

/** Says who referred the user, which is said once. */
export interface ApplyReferral {
  readonly type: 'apply-referral';
  /** Id of whose code was given; `null` when the code is not one that this user may give. */
  readonly referrer: string | null;
}

/** Uses up some of what the user's package allows. */
export interface ConsumeQuota {
  readonly type: 'consume-quota';
  /** Id of the feature. */
  readonly feature: string;
  /** Whole, at least 1. */
  readonly amount: number;
  /** Name of the time in which it is counted; another one begins from zero. */
  readonly period: string;
  /** How much may be used in it; `null` for any amount. */
  readonly limit: number | null;
  /** Why there is nothing to use, where that follows from the record. */
  readonly violation?: DomainError;
}

export interface DeleteUser {
  readonly type: 'delete-user';
}

/** A message to be sent: becomes an outbox row in the transaction of the change. */
export type Message = CodeMessage | StateMessage;

/** What may be told to users whose state somebody changed. */
export type StateNotice = 'user_activated' | 'user_deactivated' | 'user_locked' | 'user_suspended';

export interface StateMessage {
  readonly kind: StateNotice;
  readonly channel: 'email';
  readonly userId: string;
  readonly organizationId: string;
  readonly to: string;
}

export interface CodeMessage {
  readonly kind:
    | 'verify_email'
    | 'verify_phone'
    | 'reset_password'
    | 'invite_user'
    | 'register_passkey'
    | 'sign_in_code'
    | 'sign_in_link';
  readonly channel: 'email' | 'sms';
  readonly userId: string;
  readonly organizationId: string;
  readonly to: string;
  readonly sealedCode: string;
  /** Epoch milliseconds; afterwards the message is of no use. */
  readonly expiresAt: number;
  readonly urlTemplate: string | null;
  /** In whose name an invitation is written. */
  readonly applicationName?: string | null;
  /** Id of an invitation that is sent as an id and a code. */
  readonly codeId?: string;
}
