import { expect } from 'vitest';
import { ACME, ROOT } from '../../support/setup.ts';
import { type Canaries, DECLARED, KEYS, PERSONAL, SENT } from './told.ts';

export async function useZitadel({ send, made }: Canaries): Promise<void> {
  const { givenName, familyName, nickName, email, phone, username } = PERSONAL;
  const headers = { authorization: `Bearer ${DECLARED.pat}` };
  const created = await send('POST', '/v2/users/human', {
    headers: { ...headers, 'idempotency-key': KEYS[0] },
    body: {
      username,
      profile: { givenName, familyName, nickName },
      email: { email, returnCode: {} },
      phone: { phone, returnCode: {} },
      password: { password: SENT.password },
    },
  });
  expect(created.status, created.text).toBe(200);
  const { userId, emailCode, phoneCode } = created.json;
  Object.assign(made, { emailCode, phoneCode });
  const queries = [{ emailQuery: { emailAddress: email } }, { firstNameQuery: { firstName: givenName } }];
  const listed = await send('POST', '/v2/users', { headers, body: { queries } });
  expect(listed.json.result).toHaveLength(1);
  const idpLink = { idpId: 'nowhere', userId: email, userName: username };
  await send('POST', `/v2/users/${userId}/links`, { headers, body: { idpLink } });
  await send('DELETE', `/v2/users/${userId}/links/${username}/${encodeURIComponent(email)}`, { headers });
  const reset = await send('POST', `/v2/users/${userId}/password_reset`, {
    headers: { ...headers, 'idempotency-key': KEYS[1] },
    body: { returnCode: {} },
  });
  made.resetCode = reset.json.verificationCode;
  // Codes that are returned under a key, which keeps the answer that held them.
  const invited = await send('POST', '/v2/users/new', {
    headers,
    body: {
      organizationId: ACME.id,
      human: { profile: { givenName, familyName }, email: { email: `5${email}`, isVerified: false } },
    },
  });
  for (const [name, path, member] of [
    ['sentEmailCode', 'email/send', 'verificationCode'],
    ['inviteCode', 'invite_code', 'inviteCode'],
  ] as const) {
    const answer = await send('POST', `/v2/users/${invited.json.id}/${path}`, {
      headers: { ...headers, 'idempotency-key': `canary-key-${name}` },
      body: { returnCode: {} },
    });
    expect(answer.status, answer.text).toBe(200);
    made[name] = answer.json[member];
  }
  const founder = { profile: { givenName, familyName }, email: { email: `founder.${email}`, returnCode: {} } };
  const founded = await send('POST', '/v2/organizations', {
    headers: { authorization: `Bearer ${ROOT.pat}`, 'idempotency-key': 'canary-key-founder' },
    body: { name: 'Founded', admins: [{ human: { ...founder, password: { password: SENT.password } } }] },
  });
  expect(founded.status, founded.text).toBe(200);
  made.founderCode = founded.json.createdAdmins[0].emailCode;
  const update = (body: unknown, more = {}) =>
    send('PUT', `/v2/users/human/${userId}`, { headers: { ...headers, ...more }, body });
  expect((await update({ profile: { givenName, familyName, nickName: 'Other' } })).status).toBe(200);
  // Refused: a wrong code, a wrong password, a body that breaks off, a name that is taken, a strange hash
  await send('POST', `/v2/users/${userId}/phone/verify`, { headers, body: { verificationCode: 'CANARY' } });
  await update({ password: { password: { password: SENT.password }, currentPassword: SENT.wrongPassword } });
  await update(`{"email":{"email":"${email}"`);
  await update({ email: { email: `${email} ${familyName}` } });
  await update({ username: 'viewer', profile: { givenName, familyName } });
  await update({ password: { hashedPassword: { hash: `${SENT.hash}${SENT.password}` } } });
  await update({}, { 'if-match': '"999"' });
  const hashed = await send('POST', '/v2/users/human', {
    headers,
    body: { profile: { givenName, familyName }, email: { email: `2${email}` }, hashedPassword: { hash: SENT.hash } },
  });
  expect(hashed.status, hashed.text).toBe(200);
}

/** Whatever a machine proves itself with, and what it gets for it. */
export async function useMachine({ send, made }: Canaries): Promise<void> {
  const headers = { authorization: `Bearer ${DECLARED.pat}` };
  const post = async (path: string, body: object) => {
    const answer = await send('POST', path, { headers: { ...headers, 'idempotency-key': `${KEYS[0]}${path}` }, body });
    expect(answer.status, answer.text).toBe(200);
    return answer.json;
  };
  const machine = { name: 'Robot', accessTokenType: 'ACCESS_TOKEN_TYPE_JWT' };
  const { id } = await post('/v2/users/new', { organizationId: ACME.id, machine });
  const expirationDate = '2999-01-01T00:00:00Z';
  made.pat = (await post(`/v2/users/${id}/pats`, { expirationDate })).token;
  const { keyContent } = await post(`/v2/users/${id}/keys`, { expirationDate });
  // Lines of the private key, as it stands in the file and as it is encoded in the answer.
  made.privateKey = JSON.parse(Buffer.from(keyContent, 'base64').toString()).key.split('\n')[3];
  made.keyContent = keyContent.slice(200, 300);
  made.clientSecret = (await post(`/v2/users/${id}/secret`, {})).clientSecret;
  const token = (secret: string) =>
    send('POST', '/oauth/v2/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `grant_type=client_credentials&client_id=${id}&client_secret=${secret}`,
    });
  await token(SENT.badToken);
  made.accessToken = (await token(made.clientSecret ?? '')).json.access_token;
  const bearer = { authorization: `Bearer ${made.accessToken}` };
  expect((await send('GET', `/v2/users/${id}`, { headers: bearer })).status).toBe(200);
  await send('POST', '/oauth/v2/introspect', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `client_id=${id}&client_secret=${made.clientSecret}&token=${made.pat}`,
  });
}

/** Secrets of second factors: brought, and made under a key, which keeps the answer that held them. */
export async function useFactors({ send, made, answers }: Canaries): Promise<void> {
  const { givenName, familyName, email } = PERSONAL;
  const post = async (path: string, body: object) => {
    const key = `${KEYS[1]}-factors-${answers.length}`;
    const headers = { authorization: `Bearer ${DECLARED.pat}`, 'idempotency-key': key };
    const answer = await send('POST', path, { headers, body });
    expect(answer.status, answer.text).toBe(200);
    return answer.json;
  };
  const human = { profile: { givenName, familyName }, email: { email: `6${email}`, isVerified: false } };
  const totpSecret = SENT.totpSecret;
  await post('/v2/users/new', { organizationId: ACME.id, human: { ...human, totpSecret } });
  const other = { ...human, email: { email: `7${email}`, isVerified: false } };
  const { id } = await post('/v2/users/new', { organizationId: ACME.id, human: other });
  made.totpSecret = (await post(`/v2/users/${id}/totp`, {})).secret;
  made.passkeyCode = (await post(`/v2/users/${id}/passkeys/registration_link`, { returnCode: {} })).code.code;
  const begun = await post(`/v2/users/${id}/passkeys`, { domain: 'localhost' });
  made.challenge = begun.publicKeyCredentialCreationOptions.publicKey.challenge;
  made.recoveryCode = (await post(`/v2/users/${id}/recovery_codes`, { count: 3 })).recoveryCodes[1];
}
