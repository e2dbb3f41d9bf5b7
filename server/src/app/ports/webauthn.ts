import type { AuthenticatorKey } from '../../core/user/user.ts';

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [member: string]: Json };

export interface RegistrationRequest {
  /** The domain it is for. */
  readonly rpId: string;
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string };
  /** A passkey signs in by itself: it is kept by the authenticator, which makes sure of its user. */
  readonly isPasskey: boolean;
  /** Built into the device, or not; either unless given. */
  readonly attachment: 'platform' | 'cross-platform' | null;
  /** Ids of credentials whose authenticators have registered already. */
  readonly exclude: readonly string[];
}

export interface BegunRegistration {
  /** What a browser needs (`PublicKeyCredentialCreationOptionsJSON`), binary values as base64url. */
  readonly options: JsonObject;
  /** Digest of the challenge in it. */
  readonly challenge: string;
}

export interface ExpectedRegistration {
  readonly rpId: string;
  /** Digest of the challenge. */
  readonly challenge: string;
  readonly isPasskey: boolean;
}

/** The registration of WebAuthn credentials. */
export interface WebAuthn {
  begin(request: RegistrationRequest): Promise<BegunRegistration>;
  /**
   * Checks the answer of an authenticator.
   *
   * @param response what the browser gave (`RegistrationResponseJSON`), of whatever shape
   * @returns `null` when it is not the answer that is expected
   */
  check(response: JsonObject, expected: ExpectedRegistration): Promise<AuthenticatorKey | null>;
}
