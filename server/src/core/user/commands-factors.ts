import type { AuthenticatorKey } from './user.ts';

/** A check of a time-based code made outside the core, and the sealed secret it was made against. */
export interface TotpCheckResult {
  readonly against: string | null;
  readonly ok: boolean;
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
