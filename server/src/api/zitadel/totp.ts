import { Secret, TOTP } from 'otpauth';
import type { Random, Secrets } from '../../app/ports/secrets.ts';
import type { TotpCheckResult } from '../../core/user/commands.ts';
import type { Totp } from '../../core/user/user.ts';

/** Bytes of a new secret: as many as the digest has, as RFC 4226 recommends. */
const SECRET_BYTES = 20;
/** Authenticator apps have always made do with this many, so what is brought here may be as short. */
const LEAST_BYTES = 10;
/** Steps of 30 seconds that a device may be out of step. */
const WINDOW = 1;
/** Six digits and nothing else: the library stumbles over longer characters. */
const CODE = /^\d{6}$/;
const BASE32 = /^[A-Z2-7]+$/i;
/** Lengths, modulo eight, that no number of whole bytes has. */
const BROKEN_LENGTHS = new Set([1, 3, 6]);

/** A fresh secret in base32. */
export function newTotpSecret(random: Pick<Random, 'hex'>): string {
  return Secret.fromHex(random.hex(SECRET_BYTES)).base32;
}

/**
 * A secret from elsewhere in base32 as it is kept: upper case, without the blanks and the padding that it may come with.
 *
 * @returns null when it is no base32, or too short to keep anybody from guessing
 */
export function parseTotpSecret(text: string): string | null {
  const digits = text.replaceAll(' ', '').replace(/=+$/, '');
  if (!BASE32.test(digits) || BROKEN_LENGTHS.has(digits.length % 8)) return null;
  const secret = Secret.fromBase32(digits);
  return secret.bytes.length < LEAST_BYTES ? null : secret.base32;
}

/** What an authenticator app reads from a QR code. A colon parts issuer and label, so the issuer must not hold one. */
export function totpUri(secret: string, issuer: string, label: string): string {
  return new TOTP({ secret, issuer: issuer.replaceAll(':', ' '), label }).toString();
}

/**
 * Checks a code against the secret that the record holds now.
 *
 * @param totp `null` when there is none
 * @param now epoch milliseconds
 */
export function checkTotp(
  totp: Totp | null,
  code: string,
  now: number,
  { open }: Pick<Secrets, 'open'>,
): TotpCheckResult {
  if (totp === null) return { against: null, ok: false };
  const token = code.replace(/\s/g, '');
  const secret = Secret.fromBase32(open(totp.sealedSecret));
  const ok = CODE.test(token) && TOTP.validate({ token, secret, timestamp: now, window: WINDOW }) !== null;
  return { against: totp.sealedSecret, ok };
}
