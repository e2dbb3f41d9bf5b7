import { Secret, TOTP } from 'otpauth';
import { expect } from 'vitest';
import type { Tessera, TestResponse } from '../../support/tessera.ts';
import { ADMIN, addUser, type Headers } from './support.ts';

const PHONES_FROM = 3_125_550_000;
let count = 0;

/** A user of Acme whose e-mail address and phone number are verified. @returns its id */
export function addVerified(tessera: Tessera): Promise<string> {
  count += 1;
  return addUser(tessera, {
    email: { email: `verified.${count}@mouse.test`, isVerified: true },
    phone: { phone: `+1${PHONES_FROM + count}`, isVerified: true },
  });
}

/** The calls about the factors of one user, as Acme's administrator unless others are named. */
export function factorCalls(tessera: Tessera) {
  const post =
    (path: string) =>
    (id: string, headers: Headers = ADMIN, body: object = {}): Promise<TestResponse> =>
      tessera.send('POST', `/v2/users/${id}/${path}`, { headers, body });
  const remove =
    (path: string) =>
    (id: string, headers: Headers = ADMIN): Promise<TestResponse> =>
      tessera.send('DELETE', `/v2/users/${id}/${path}`, { headers });
  return {
    registerTotp: post('totp'),
    verifyTotp: (id: string, code: string, headers: Headers = ADMIN) => post('totp/verify')(id, headers, { code }),
    removeTotp: remove('totp'),
    addOtpSms: post('otp_sms'),
    removeOtpSms: remove('otp_sms'),
    addOtpEmail: post('otp_email'),
    removeOtpEmail: remove('otp_email'),
    generateRecoveryCodes: (id: string, headers: Headers = ADMIN, count: unknown = 3) =>
      post('recovery_codes')(id, headers, { count }),
    removeRecoveryCodes: remove('recovery_codes'),
    authMethods: (id: string, query = '', headers: Headers = ADMIN) =>
      tessera.send('GET', `/v2/users/${id}/authentication_methods${query}`, { headers }),
    authFactors: (id: string, query = '', headers: Headers = ADMIN) =>
      tessera.send('POST', `/v2/users/${id}/authentication_factors/_search${query}`, { headers }),
  };
}

/** What an authenticator app with the secret shows. @param at epoch milliseconds */
export function codeOf(secret: string, at = Date.now()): string {
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: at });
}

/** A code that is none of those that would be taken. */
export function wrongCode(secret: string, at = Date.now()): string {
  const right = [-60_000, -30_000, 0, 30_000, 60_000].map((out) => codeOf(secret, at + out));
  const wrong = ['111111', '222222', '333333', '444444', '555555', '666666'].find((code) => !right.includes(code));
  if (wrong === undefined) throw new Error('five codes cannot be six');
  return wrong;
}

/** Sets up time-based codes and all. @returns their secret */
export async function setUpTotp(tessera: Tessera, id: string): Promise<string> {
  const { registerTotp, verifyTotp } = factorCalls(tessera);
  const { secret } = (await registerTotp(id)).json;
  const verified = await verifyTotp(id, codeOf(secret));
  expect(verified.status, verified.text).toBe(200);
  return secret;
}
