import { expect, it } from 'vitest';
import { createUser, given, NOW } from '../../../test/support/given.ts';
import { authMethodsOf } from './factors.ts';
import type { Factors, User, WebAuthnCredential } from './user.ts';

const credential = (more: Partial<WebAuthnCredential> = {}): WebAuthnCredential => ({
  id: '1',
  name: 'Key',
  rpId: 'acme.test',
  challenge: null,
  byCode: false,
  credential: { id: 'c', publicKey: 'k', signCount: 0, aaguid: 'a' },
  createdAt: NOW,
  ...more,
});

function userWith(factors: Partial<Factors>, more: Partial<User> = {}): User {
  const { user } = given(createUser());
  if (user === null) throw new Error('there is a record');
  return { ...user, ...more, factors: { ...user.factors, ...factors } };
}

const verified = { value: 'x', verified: true, verifiedAt: NOW, code: null };
const unverified = { ...verified, verified: false, verifiedAt: null };
const added = { addedAt: NOW };
const totp = { sealedSecret: 's', verifiedAt: NOW, failures: 0 };
const link = { idpId: '1', userId: 'u', userName: 'n' };

it('nobody has one by being there', () => {
  expect(authMethodsOf(userWith({}))).toEqual([]);
});

it('are all that are ready, in a fixed order', () => {
  const { password } = userWith({});
  const user = userWith(
    {
      recoveryCodes: ['d'],
      otpEmail: added,
      otpSms: added,
      u2f: [credential()],
      totp,
      idpLinks: [link],
      passkeys: [credential()],
    },
    { password: { ...password, hash: '$h' }, email: verified, phone: verified },
  );
  expect(authMethodsOf(user)).toEqual([
    'password',
    'passkey',
    'idp',
    'totp',
    'u2f',
    'otp_sms',
    'otp_email',
    'recovery_code',
  ]);
});

it.each<[string, User]>([
  ['a passkey', userWith({ passkeys: [credential({ challenge: 'c', credential: null })] })],
  ['a security key', userWith({ u2f: [credential({ challenge: 'c', credential: null })] })],
  ['time-based codes', userWith({ totp: { ...totp, verifiedAt: null } })],
  ['codes by SMS to a number that is not verified', userWith({ otpSms: added }, { phone: unverified })],
  ['codes by mail to an address that is not verified', userWith({ otpEmail: added }, { email: unverified })],
])('do not hold %s that is not ready', (_what, user) => {
  expect(authMethodsOf(user)).toEqual([]);
});

it('may be narrowed to some credentials', () => {
  const user = userWith({ totp, passkeys: [credential()], u2f: [credential({ rpId: 'other.test' })] });
  expect(authMethodsOf(user, ({ rpId }) => rpId === 'acme.test')).toEqual(['passkey', 'totp']);
});
