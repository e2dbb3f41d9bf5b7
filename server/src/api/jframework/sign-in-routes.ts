import { Type } from 'typebox';
import type { Route } from '../shared/route.ts';
import { auth, authByPhone } from './auth.ts';
import { checkAuthKey } from './check-auth-key.ts';
import { operationsOf } from './documentation/operation.ts';
import { getFactorKinds } from './factor-kinds.ts';
import { readCallbackUrl, refuseIntegration } from './integrations.ts';
import { readMagicLink, sendMagicLink, sendMagicLinkByQuery } from './magic-link.ts';
import * as models from './models.ts';
import { approvePairing, collectPairing, getPairing } from './pairing.ts';
import { OTP_CODE, type PairingKind, QR_CODE } from './pairing-kinds.ts';
import { generateCode, verifyCode } from './passwordless-code.ts';
import { refreshAuthKey } from './refresh-auth-key.ts';
import { AuthBody, EmailAuthBody, RefreshBody } from './schema.ts';
import type { Context } from './services.ts';
import {
  CheckKeyBody,
  EmailCodeBody,
  MagicLinkBody,
  PhoneAuthBody,
  PhoneCodeBody,
  VerifyCodeBody,
} from './sign-in-schema.ts';
import { readCallbackQuery, startPairing } from './start-pairing.ts';

const AUTH = '/api/v1/users/auth';
const PASSWORDLESS = `${AUTH}/passwordless`;

const signIn = operationsOf('Sign-in');
const code = operationsOf('Sign-in by a code or a link');
const paired = operationsOf('Sign-in by another device');

const ANYBODY = { access: 'anybody', refusals: [401, 403, 429] } as const;
const SIGNS_IN = { ...ANYBODY, atDevice: true, data: models.AuthResult } as const;

/** Every way to get keys, and what is about them. Paths of older documents lead to the same. */
export function signInRoutes(context: Context): Route[] {
  return [
    {
      method: 'POST',
      path: AUTH,
      handler: auth(context),
      operation: signIn('auth', 'Signs in by a password', {
        description: 'The `username` may also be the e-mail address or the phone number.',
        body: Type.Union([AuthBody, EmailAuthBody]),
        ...SIGNS_IN,
      }),
    },
    {
      method: 'POST',
      path: `${AUTH}/phone-number`,
      handler: authByPhone(context),
      operation: signIn('authByPhone', 'Signs in by a phone number and a password', {
        body: PhoneAuthBody,
        ...SIGNS_IN,
      }),
    },
    {
      method: 'POST',
      path: `${AUTH}/refresh-auth-key`,
      handler: refreshAuthKey(context),
      operation: signIn('refreshAuthKey', 'Replaces both keys of a session', {
        ...ANYBODY,
        body: RefreshBody,
        data: models.AuthResult,
      }),
    },
    {
      method: 'POST',
      path: '/api/v1/users/check-auth-key-available',
      handler: checkAuthKey(context),
      operation: signIn('checkAuthKey', 'Whether a key holds', {
        access: 'anybody',
        body: CheckKeyBody,
        data: Type.Boolean(),
        reads: true,
      }),
    },
    ...codeRoutes(context),
    ...pairingRoutes(context, QR_CODE),
    ...pairingRoutes(context, OTP_CODE),
    ...integrationRoutes(context),
    {
      method: 'GET',
      path: '/api/v1/mfa',
      handler: getFactorKinds(context),
      operation: signIn('getFactorKinds', 'Second factors that a record may hold', {
        data: Type.Array(models.FactorKind),
        reads: true,
      }),
    },
  ];
}

function codeRoutes(context: Context): Route[] {
  const link = `${AUTH}/email/magic-link`;
  const byEmail = `${PASSWORDLESS}/email`;
  const byPhone = `${PASSWORDLESS}/phone`;
  const sendLink = code('sendMagicLink', 'Mails a link to sign in with', { ...ANYBODY, body: MagicLinkBody });
  const token = Type.String({ description: 'Comes back with the code.' });
  const sendCode = code('sendEmailCode', 'Mails a code to sign in with', {
    ...ANYBODY,
    body: EmailCodeBody,
    data: token,
  });
  const textCode = code('sendPhoneCode', 'Texts a code to sign in with', {
    ...ANYBODY,
    body: PhoneCodeBody,
    data: token,
  });
  const verifyEmailCode = code('verifyEmailCode', 'Signs in by a code or a link that was mailed', {
    ...SIGNS_IN,
    body: VerifyCodeBody,
  });
  const verifyPhoneCode = code('verifyPhoneCode', 'Signs in by a code that was texted', {
    ...SIGNS_IN,
    body: VerifyCodeBody,
  });
  const generateEmail = generateCode(context, 'email');
  const generatePhone = generateCode(context, 'phone');
  const verifyEmail = verifyCode(context, 'email');
  const older = { method: 'POST' } as const;
  return [
    { method: 'POST', path: link, handler: sendMagicLink(context), operation: sendLink },
    {
      method: 'GET',
      path: link,
      handler: sendMagicLinkByQuery(context),
      operation: code('sendMagicLinkByQuery', 'Mails a link to sign in with, as the client of the vendor asks for it', {
        ...ANYBODY,
        query: readMagicLink,
      }),
    },
    { ...older, path: `${AUTH}/by-email`, aliasOf: link, handler: sendMagicLink(context), operation: sendLink },
    { method: 'POST', path: `${byEmail}/generate-otp`, handler: generateEmail, operation: sendCode },
    {
      ...older,
      path: `${PASSWORDLESS}/email-otp`,
      aliasOf: `${byEmail}/generate-otp`,
      handler: generateEmail,
      operation: sendCode,
    },
    { method: 'POST', path: `${byEmail}/verify-otp`, handler: verifyEmail, operation: verifyEmailCode },
    {
      ...older,
      path: `${PASSWORDLESS}/verify-email-otp`,
      aliasOf: `${byEmail}/verify-otp`,
      handler: verifyEmail,
      operation: verifyEmailCode,
    },
    { method: 'POST', path: `${byPhone}/generate-otp`, handler: generatePhone, operation: textCode },
    {
      ...older,
      path: `${PASSWORDLESS}/sms-otp`,
      aliasOf: `${byPhone}/generate-otp`,
      handler: generatePhone,
      operation: textCode,
    },
    {
      method: 'POST',
      path: `${byPhone}/verify-otp`,
      handler: verifyCode(context, 'phone'),
      operation: verifyPhoneCode,
    },
  ];
}

/** What is read of a body that says where a QR code leads. */
const CallbackBody = Type.Object({ callbackUrl: Type.Optional(Type.Union([Type.String(), Type.Null()])) });

function pairingRoutes(context: Context, kind: PairingKind): Route[] {
  const path = `${PASSWORDLESS}/${kind.name}`;
  const [name, label, data] =
    kind === QR_CODE ? ['Qr', 'a QR code', models.QrPairing] : ['Otp', 'a code to type', models.OtpPairing];
  const collect = collectPairing(context, kind);
  const collected = paired(`collect${name}`, `Signs in by ${label} that was approved`, SIGNS_IN);
  const seen = { data, refusals: [429] } as const;
  return [
    {
      method: 'POST',
      path: `${path}/generate`,
      handler: startPairing(context, kind),
      operation: paired(`generate${name}`, `Begins a sign-in by ${label}`, {
        ...seen,
        access: 'either',
        atDevice: true,
        query: readCallbackQuery,
        body: CallbackBody,
        bodyOptional: true,
        refusals: [401, 403, 429],
      }),
    },
    {
      method: 'GET',
      path: `${path}/:code`,
      handler: getPairing(context, kind),
      operation: paired(`get${name}`, `How far a sign-in by ${label} is`, { ...seen, access: 'anybody', reads: true }),
    },
    {
      method: 'POST',
      path: `${path}/:code/approve`,
      handler: approvePairing(context, kind),
      operation: paired(`approve${name}`, `Lets the device that shows ${label} sign in as the caller`, seen),
    },
    { method: 'POST', path: `${path}/:code/auth-with-qrcode`, handler: collect, operation: collected },
    {
      method: 'POST',
      path: `${path}/:code/login`,
      aliasOf: `${path}/:code/auth-with-qrcode`,
      handler: collect,
      operation: collected,
    },
  ];
}

function integrationRoutes(context: Context): Route[] {
  const handler = refuseIntegration(context);
  const refused = (id: string, provider: string) =>
    signIn(id, `Where to sign in through ${provider}: nowhere`, {
      description: 'People do not sign in through other providers here: the answer is always a 409 that says so.',
      access: 'anybody',
      query: readCallbackUrl,
      status: null,
      refusals: [409],
      reads: true,
    });
  return [
    {
      method: 'GET',
      path: `${AUTH}/integrations/google/authenticate-url`,
      handler,
      operation: refused('getGoogleUrl', 'Google'),
    },
    {
      method: 'POST',
      path: `${AUTH}/integrations/apple/authenticate-url`,
      handler,
      operation: refused('getAppleUrl', 'Apple'),
    },
    {
      method: 'GET',
      path: `${AUTH}/app-integration/authenticate-urls`,
      handler,
      operation: refused('getProviderUrls', 'any provider'),
    },
  ];
}
