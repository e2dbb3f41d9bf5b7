import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latestToken } from '../dialects/jframework/mails.ts';
import { storedIn } from '../support/at-rest.ts';
import { ACME, ROOT } from '../support/setup.ts';
import type { TestRequest, TestResponse } from '../support/tessera.ts';
import { memberSetup } from './callers.ts';
import { Folders, type ServerProcess, startProcess, stopProcess } from './process.ts';

/** Strings that appear nowhere else; whatever holds one of them has kept what it was told. */
const DECLARED = {
  pat: 'canary-pat-00000000001',
  password: 'Canary-pass-1!',
  ownliSecret: 'canary-ownli-secret',
  avibraSecret: 'canary-avibra-secret',
  apiKey: 'canary-api-key',
  linkSecret: 'canary-link-secret',
  hookSecret: 'canary-hook-secret',
};
const SENT = {
  password: 'Canary-sent-1!',
  wrongPassword: 'Canary-wrong-1!',
  changedPassword: 'Canary-changed-1!',
  resetPassword: 'Canary-reset-1!',
  badToken: 'canary-bad-token',
  totpSecret: 'CANARYCANARYCANARYCANARY',
  hash: '$2b$10$Ro0CUfOqk6cXEKf3dyaM7OhSCvnwM9s4wIX9JeLapehKK5YdLxKcm',
};
const PERSONAL = {
  givenName: 'Canarigivenname',
  familyName: 'Canarifamilyname',
  nickName: 'Canarinickname',
  email: 'canarimail@canaridomain.test',
  phone: '+12025550177',
  nationalPhone: '2025550177',
  username: 'canariusername',
  city: 'Canaricity',
  bio: 'Canaribiography',
  userid: 'canari-external-id',
  pushToken: 'canari-push-token',
};
const KEYS = ['canary-key-1', 'canary-key-2', 'canary-key-3', 'canary-key-4', 'canary-key-5'] as const;

const folders = new Folders();
let server: ServerProcess;
let database: string;
let dataDir: string;
/** Secrets that the server made. */
const made: Record<string, string> = {};
const answers: { readonly method: string; readonly path: string; readonly answer: TestResponse }[] = [];

beforeAll(async () => {
  dataDir = folders.make();
  const fresh = await folders.database(dataDir);
  database = fresh.url;
  const setupPath = join(folders.make(), 'setup.json');
  const setup = memberSetup();
  const [acme] = setup.organizations;
  acme.administrators =
    acme.administrators?.map((person) => ({
      ...person,
      password: DECLARED.password,
      personalAccessToken: DECLARED.pat,
    })) ?? [];
  acme.ownli = { ...ACME.ownli, clientSecret: DECLARED.ownliSecret };
  acme.avibra = {
    ...ACME.avibra,
    scope: 'users',
    clientSecret: DECLARED.avibraSecret,
    apiKey: DECLARED.apiKey,
    linkToken: { username: 'acme-link', password: DECLARED.linkSecret },
    webhook: {
      url: 'http://127.0.0.1:9/hook',
      events: ['enrollment_successful'],
      username: 'hook',
      password: DECLARED.hookSecret,
    },
  };
  writeFileSync(setupPath, JSON.stringify(setup));
  server = await startProcess(['--port', '0', '--data', dataDir, '--setup', setupPath, ...fresh.args]);
  await useEveryDialect();
});
afterAll(async () => {
  await stopProcess(server);
  await folders.remove();
});

async function send(method: string, path: string, request: TestRequest = {}): Promise<TestResponse> {
  const answer = await server.send(method, path, request);
  answers.push({ method, path, answer });
  return answer;
}

/** Calls that succeed and calls that fail, with canaries wherever there is room for one. */
async function useEveryDialect(): Promise<void> {
  await useZitadel();
  await useMachine();
  await useFactors();
  await useJframework();
  await usePasswords();
  await useSignIns();
  await useAvibra();
  await useOwnli();
  const { email, phone, username } = PERSONAL;
  for (const place of [
    `/${email}`,
    `/v2/users/${email}`,
    `/api/v1/users/${email}`,
    `/api/users/by-id/${phone}`,
    `/user/${username}`,
  ]) {
    await send('GET', `${place}?email=${email}&phone=${encodeURIComponent(phone)}`, {
      headers: { authorization: `Bearer ${SENT.badToken}`, 'auth-key': SENT.badToken, 'brand-url': 'acme.test' },
    });
    await send('POST', place, {
      body: `{"email":"${email}","password":"${SENT.password}"`,
      headers: { 'x-api-key': DECLARED.apiKey },
    });
  }
  await send('GET', `/v2/users/%zz${username}`);
}

async function useZitadel(): Promise<void> {
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
async function useMachine(): Promise<void> {
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
async function useFactors(): Promise<void> {
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

async function useJframework(): Promise<void> {
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
async function usePasswords(): Promise<void> {
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
  made.resetToken = await latestToken({ database, dataDir }, id);
  const reset = (token: string) =>
    send('POST', `${users}/reset-password`, {
      headers: { ...brand, 'idempotency-key': `canary-key-${token.length}` },
      body: { emailAddress, token, newPassword: SENT.resetPassword },
    });
  expect([(await reset(SENT.badToken)).status, (await reset(made.resetToken)).status]).toEqual([400, 200]);
  await send('POST', `${users}/${id}/email-address/verify/send?returnURL=${encodeURIComponent(link)}`, {
    headers: brand,
  });
  made.verificationToken = await latestToken({ database, dataDir }, id);
  const verify = (token: string) => send('PUT', `${users}/email-address/active`, { headers: brand, body: { token } });
  expect([(await verify(SENT.badToken)).status, (await verify(made.verificationToken)).status]).toEqual([400, 200]);
}

/** Sign-ins without a password: codes, links and pairings, each under a key, which keeps the answer. */
async function useSignIns(): Promise<void> {
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
  const otp = await latestToken({ database, dataDir }, id);
  await post(`${auth}/passwordless/email/verify-otp`, { token: SENT.badToken, otp });
  made.codeKey = (await post(`${auth}/passwordless/email/verify-otp`, { token: made.codeToken, otp })).authKey;
  await post(`${auth}/email/magic-link`, { emailAddress, callbackURL: 'https://acme.test/' });
  made.linkCode = await latestToken({ database, dataDir }, id);
  const pairing = await post(`${auth}/passwordless/qrcode/generate`, {});
  made.pairingId = pairing.id;
  made.pairingImage = pairing.qrCodeBase64.slice(200, 260);
  const path = `${auth}/passwordless/qrcode/${made.pairingId}`;
  await post(`${path}/approve`, {}, { 'auth-key': made.codeKey });
  made.pairedKey = (await post(`${path}/auth-with-qrcode`, {})).authKey;
}

async function useAvibra(): Promise<void> {
  const { givenName, familyName, userid } = PERSONAL;
  const token = (secret: string) =>
    send('POST', '/oauth2/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `grant_type=client_credentials&client_id=acme-avibra&client_secret=${secret}&scope=users`,
    });
  await token(SENT.badToken);
  made.avibraToken = (await token(DECLARED.avibraSecret)).json.access_token;
  const headers = { authorization: `Bearer ${made.avibraToken}`, 'x-api-key': DECLARED.apiKey };
  const body = {
    partnername: 'acme',
    userid,
    firstname: givenName,
    lastname: familyName,
    email: `3${PERSONAL.email}`,
    phone: PERSONAL.nationalPhone.replace('77', '88'),
  };
  const v2 = { ...headers, version: 'v2', 'idempotency-key': KEYS[4] };
  expect((await send('POST', '/user/account/create', { headers: v2, body })).status).toBe(200);
  await send('POST', '/user/account/create', { headers: { ...v2, 'idempotency-key': 'canary-key-6' }, body });
  const changed = { partnername: 'acme', userid, firstname: givenName };
  expect(
    (await send('POST', '/user/account/update', { headers: { ...headers, version: 'v1' }, body: changed })).status,
  ).toBe(200);
  // Accepted, and found to be impossible only when its turn comes
  await send('POST', '/user/account/update', {
    headers: { ...headers, version: 'v1' },
    body: { ...changed, email: 'vi@acme.test' },
  });
}

async function useOwnli(): Promise<void> {
  const { givenName, familyName, city, email } = PERSONAL;
  const credentials = { ...ACME.ownli, clientSecret: DECLARED.ownliSecret, scope: 'admin' };
  await send('POST', '/api/auth/token', { body: { ...credentials, clientSecret: SENT.badToken } });
  made.ownliToken = (await send('POST', '/api/auth/token', { body: credentials })).json.access_token;
  const headers = { authorization: `Bearer ${made.ownliToken}` };
  const body = {
    firstName: givenName,
    lastName: familyName,
    email: `4${email}`,
    phone: '+12025550166',
    address: { state: 'IL', city },
  };
  const { status, json } = await send('POST', '/api/users', { headers, body });
  expect(status).toBe(200);
  await send('PUT', `/api/users/${json.id}`, { headers, body: { customField1: PERSONAL.bio } });
  await send('PUT', `/api/users/${json.id}`, { headers, body: { email } });
  await send('PUT', `/api/users/${json.id}`, { headers, body: { email: `${email} ` } });
}

interface LogLine {
  readonly msg: string;
  readonly requestId?: string;
  readonly dialect?: string;
  readonly route?: string;
  readonly status?: number;
}

describe('what a server keeps of what it was told', () => {
  it('at rest: no password, token, code, client secret or API key in the clear', async () => {
    const secrets = { ...DECLARED, ...SENT, ...made };
    delete (secrets as Partial<typeof secrets>).hash;
    const stored = await storedIn(database);
    // A control: the search does find what is meant to be there.
    expect([...stored.values()].some((bytes) => bytes.includes(PERSONAL.givenName))).toBe(true);
    const found = [...stored].flatMap(([name, bytes]) =>
      Object.entries(secrets).flatMap(([secret, value]) => (bytes.includes(value) ? [`${secret} in ${name}`] : [])),
    );
    expect(Object.values(made)).toHaveLength(28);
    expect(Object.values(secrets).filter((value) => typeof value !== 'string' || value.length < 4)).toEqual([]);
    expect(found).toEqual([]);
  });

  it('in the log: one line per request with its id, dialect, pattern and status, and no word of what it held', async () => {
    // The log is written in batches, the last of them when the process ends.
    const { stderr, code } = await stopProcess(server);
    expect(code).toBe(0);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line): LogLine => JSON.parse(line));
    const access = new Map(lines.filter(({ msg }) => msg === 'request').map((line) => [line.requestId, line]));
    expect(access.size).toBe(answers.length);
    for (const { method, path, answer } of answers) {
      const line = access.get(answer.headers.get('x-request-id') ?? '');
      expect(line, `${method} ${path}`).toMatchObject({ status: answer.status, method });
      expect(['zitadel', 'jframework', 'avibra', 'ownli', 'none']).toContain(line?.dialect);
      expect(line?.route).toMatch(/^(\/|\(unmatched\)$)/);
    }
    const canaries = {
      ...DECLARED,
      ...SENT,
      ...made,
      ...PERSONAL,
      ...Object.fromEntries(KEYS.map((key) => [key, key])),
    };
    const found = Object.entries(canaries).filter(([, value]) => stderr.toLowerCase().includes(value.toLowerCase()));
    expect(found).toEqual([]);
    expect(stderr).not.toMatch(/canar/i);
    expect(server.stdout).toBe(`tessera listening on ${server.url}\n`);
  });
});
