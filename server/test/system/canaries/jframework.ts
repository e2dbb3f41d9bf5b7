import { expect } from 'vitest';
import { type Canaries, KEYS, PERSONAL, SENT } from './told.ts';

export async function useJframework({ send, made }: Canaries): Promise<void> {
  const { username, email, givenName, familyName, bio } = PERSONAL;
  const brand = { 'brand-url': 'acme.test' };
  const signIn = (password: string) =>
    send('POST', '/api/v1/users/auth', { headers: brand, body: { username, password } });
  await signIn(SENT.wrongPassword);
  const { json } = await signIn(SENT.password);
  const { authKey, refreshAuthKey } = json.data;
  const refreshed = await send('POST', '/api/v1/users/auth/refresh-auth-key', {
    headers: { ...brand, 'idempotency-key': KEYS[2] },
    body: { refreshAuthKey },
  });
  Object.assign(made, { authKey, refreshAuthKey, nextAuthKey: refreshed.json.data.authKey });
  const headers = { ...brand, 'auth-key': refreshed.json.data.authKey };
  const user = (await send('GET', '/api/v1/users/me', { headers })).json.data;
  const body = { username, emailAddress: email, bio };
  const updated = await send('PUT', `/api/v1/users/${user.id}`, {
    headers: { ...headers, 'idempotency-key': KEYS[3] },
    body,
  });
  expect(updated.status, updated.text).toBe(200);
  await send('PUT', `/api/v1/users/${user.id}`, { headers, body: { ...body, emailAddress: 'vi@acme.test' } });
  await send('GET', '/api/v1/users/me', { headers: { ...brand, 'auth-key': authKey } });
  const person = { username, emailAddress: email, password: SENT.password, firstName: givenName, lastName: familyName };
  await send('POST', '/api/v1/users/register', { headers: brand, body: person });
}

/** Passwords that are changed and reset, and the tokens that mails bring. */
export async function usePasswords({ send, made, mailedTo }: Canaries): Promise<void> {
  const brand = { 'brand-url': 'acme.test' };
  const users = '/api/v1/users';
  const emailAddress = `8${PERSONAL.email}`;
  const registered = await send('POST', `${users}/register`, {
    headers: brand,
    body: { emailAddress, username: `${PERSONAL.username}8`, password: SENT.password },
  });
  const { id } = registered.json.data;
  const { data } = (
    await send('POST', `${users}/auth`, { headers: brand, body: { username: emailAddress, password: SENT.password } })
  ).json;
  const change = (oldPassword: string) =>
    send('PUT', `${users}/change-password`, {
      headers: { ...brand, 'auth-key': data.authKey },
      body: { oldPassword, newPassword: SENT.changedPassword, confirmPassword: SENT.changedPassword },
    });
  expect([(await change(SENT.wrongPassword)).status, (await change(SENT.password)).status]).toEqual([400, 200]);
  const link = 'https://acme.test/';
  await send('POST', `${users}/forgot-password`, {
    headers: { ...brand, 'idempotency-key': 'canary-key-forgot' },
    body: { emailAddress, resetPasswordLink: link },
  });
  made.resetToken = await mailedTo(id);
  const reset = (token: string) =>
    send('POST', `${users}/reset-password`, {
      headers: { ...brand, 'idempotency-key': `canary-key-${token.length}` },
      body: { emailAddress, token, newPassword: SENT.resetPassword },
    });
  expect([(await reset(SENT.badToken)).status, (await reset(made.resetToken)).status]).toEqual([400, 200]);
  await send('POST', `${users}/${id}/email-address/verify/send?returnURL=${encodeURIComponent(link)}`, {
    headers: brand,
  });
  made.verificationToken = await mailedTo(id);
  const verify = (token: string) => send('PUT', `${users}/email-address/active`, { headers: brand, body: { token } });
  expect([(await verify(SENT.badToken)).status, (await verify(made.verificationToken)).status]).toEqual([400, 200]);
}

/** Sign-ins without a password: codes, links and pairings, each under a key, which keeps the answer. */
export async function useSignIns({ send, made, answers, mailedTo }: Canaries): Promise<void> {
  const auth = '/api/v1/users/auth';
  const emailAddress = `9${PERSONAL.email}`;
  const brand = { 'brand-url': 'acme.test', 'x-device-code': 'canari-device', 'x-device-token': PERSONAL.pushToken };
  const post = async (path: string, body: object, more = {}) => {
    const headers = { ...brand, 'idempotency-key': `canary-key-sign-in-${answers.length}`, ...more };
    return (await send('POST', path, { headers, body })).json.data;
  };
  const registration = { emailAddress, username: `${PERSONAL.username}9`, password: SENT.password };
  const { id } = await post('/api/v1/users/register', registration);
  made.codeToken = await post(`${auth}/passwordless/email/generate-otp`, { emailAddress });
  const otp = await mailedTo(id);
  await post(`${auth}/passwordless/email/verify-otp`, { token: SENT.badToken, otp });
  made.codeKey = (await post(`${auth}/passwordless/email/verify-otp`, { token: made.codeToken, otp })).authKey;
  await post(`${auth}/email/magic-link`, { emailAddress, callbackURL: 'https://acme.test/' });
  made.linkCode = await mailedTo(id);
  const pairing = await post(`${auth}/passwordless/qrcode/generate`, {});
  made.pairingId = pairing.id;
  made.pairingImage = pairing.qrCodeBase64.slice(200, 260);
  const path = `${auth}/passwordless/qrcode/${made.pairingId}`;
  await post(`${path}/approve`, {}, { 'auth-key': made.codeKey });
  made.pairedKey = (await post(`${path}/auth-with-qrcode`, {})).authKey;
}
