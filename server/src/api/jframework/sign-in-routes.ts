import type { Route } from '../shared/route.ts';
import { auth, authByPhone } from './auth.ts';
import { checkAuthKey } from './check-auth-key.ts';
import { getFactorKinds } from './factor-kinds.ts';
import { refuseIntegration } from './integrations.ts';
import { sendMagicLink, sendMagicLinkByQuery } from './magic-link.ts';
import { approvePairing, collectPairing, getPairing } from './pairing.ts';
import { OTP_CODE, type PairingKind, QR_CODE } from './pairing-kinds.ts';
import { generateCode, verifyCode } from './passwordless-code.ts';
import { refreshAuthKey } from './refresh-auth-key.ts';
import type { Context } from './services.ts';
import { startPairing } from './start-pairing.ts';

const AUTH = '/api/v1/users/auth';
const PASSWORDLESS = `${AUTH}/passwordless`;

/** Every way to get keys, and what is about them. Paths of older documents lead to the same. */
export function signInRoutes(context: Context): Route[] {
  return [
    { method: 'POST', path: AUTH, handler: auth(context) },
    { method: 'POST', path: `${AUTH}/phone-number`, handler: authByPhone(context) },
    { method: 'POST', path: `${AUTH}/refresh-auth-key`, handler: refreshAuthKey(context) },
    { method: 'POST', path: '/api/v1/users/check-auth-key-available', handler: checkAuthKey(context) },
    { method: 'POST', path: `${AUTH}/email/magic-link`, handler: sendMagicLink(context) },
    { method: 'GET', path: `${AUTH}/email/magic-link`, handler: sendMagicLinkByQuery(context) },
    { method: 'POST', path: `${AUTH}/by-email`, handler: sendMagicLink(context) },
    { method: 'POST', path: `${PASSWORDLESS}/email/generate-otp`, handler: generateCode(context, 'email') },
    { method: 'POST', path: `${PASSWORDLESS}/email-otp`, handler: generateCode(context, 'email') },
    { method: 'POST', path: `${PASSWORDLESS}/email/verify-otp`, handler: verifyCode(context, 'email') },
    { method: 'POST', path: `${PASSWORDLESS}/verify-email-otp`, handler: verifyCode(context, 'email') },
    { method: 'POST', path: `${PASSWORDLESS}/phone/generate-otp`, handler: generateCode(context, 'phone') },
    { method: 'POST', path: `${PASSWORDLESS}/sms-otp`, handler: generateCode(context, 'phone') },
    { method: 'POST', path: `${PASSWORDLESS}/phone/verify-otp`, handler: verifyCode(context, 'phone') },
    ...pairingRoutes(context, QR_CODE),
    ...pairingRoutes(context, OTP_CODE),
    { method: 'GET', path: `${AUTH}/integrations/google/authenticate-url`, handler: refuseIntegration(context) },
    { method: 'POST', path: `${AUTH}/integrations/apple/authenticate-url`, handler: refuseIntegration(context) },
    { method: 'GET', path: `${AUTH}/app-integration/authenticate-urls`, handler: refuseIntegration(context) },
    { method: 'GET', path: '/api/v1/mfa', handler: getFactorKinds(context) },
  ];
}

function pairingRoutes(context: Context, kind: PairingKind): Route[] {
  const path = `${PASSWORDLESS}/${kind.name}`;
  const collect = collectPairing(context, kind);
  return [
    { method: 'POST', path: `${path}/generate`, handler: startPairing(context, kind) },
    { method: 'GET', path: `${path}/:code`, handler: getPairing(context, kind) },
    { method: 'POST', path: `${path}/:code/approve`, handler: approvePairing(context, kind) },
    { method: 'POST', path: `${path}/:code/auth-with-qrcode`, handler: collect },
    { method: 'POST', path: `${path}/:code/login`, handler: collect },
  ];
}
