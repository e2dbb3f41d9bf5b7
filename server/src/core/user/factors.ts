import type { User, WebAuthnCredential } from './user.ts';

/** Ways to prove who one is. */
const AUTH_METHODS = ['password', 'passkey', 'idp', 'totp', 'u2f', 'otp_sms', 'otp_email', 'recovery_code'] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

type IsCounted = (credential: WebAuthnCredential) => boolean;

/**
 * The ways that the user can use as it is now; what is still being set up is not among them.
 *
 * @param isCounted which WebAuthn credentials are meant; all of them unless given
 */
export function authMethodsOf(user: User, isCounted: IsCounted = () => true): AuthMethod[] {
  const { password, factors } = user;
  const hasOne = (credentials: readonly WebAuthnCredential[]) =>
    credentials.some((credential) => isRegistered(credential) && isCounted(credential));
  const has: Readonly<Record<AuthMethod, boolean>> = {
    password: password.hash !== null,
    passkey: hasOne(factors.passkeys),
    idp: factors.idpLinks.length > 0,
    totp: factors.totp !== null && factors.totp.verifiedAt !== null,
    u2f: hasOne(factors.u2f),
    otp_sms: factors.otpSms !== null && user.phone.verified,
    otp_email: factors.otpEmail !== null && user.email.verified,
    recovery_code: factors.recoveryCodes.length > 0,
  };
  return AUTH_METHODS.filter((method) => has[method]);
}

export function isRegistered({ challenge }: WebAuthnCredential): boolean {
  return challenge === null;
}
