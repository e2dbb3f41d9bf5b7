import type { DomainError, Reason } from '../errors.ts';
import type { Patch } from '../patch.ts';
import type { AccessToken, Address, Extra, Membership, Profile, Session, UserKind, UserState } from './user.ts';

/**
 * Requests to change a record. They carry everything a decision needs that is not in the record: codes and hashes are
 * made before, because the core has no randomness and hashing is slow.
 */
export type Command =
  | CreateUser
  | UpdateUser
  | VerifyContact
  | RequestPasswordReset
  | CheckPassword
  | RenewSession
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
}

export type ProfilePatch = Patch<Profile>;
export type AddressPatch = Patch<Address>;
export type ExtraPatch = Patch<Extra>;
export type MembershipPatch = Patch<Membership>;

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
  readonly tokens?: readonly AccessToken[];
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
  readonly password?: PasswordChange;
  readonly state?: UserState;
  readonly membership?: Omit<MembershipPatch, 'referralCode' | 'referrer'>;
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

export interface DeleteUser {
  readonly type: 'delete-user';
}

/** A message to be sent: becomes an outbox row in the transaction of the change. */
export interface Message {
  readonly kind: 'verify_email' | 'verify_phone' | 'reset_password';
  readonly channel: 'email' | 'sms';
  readonly userId: string;
  readonly organizationId: string;
  readonly to: string;
  readonly sealedCode: string;
  readonly urlTemplate: string | null;
}
