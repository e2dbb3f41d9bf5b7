import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect } from 'vitest';
import type { Tessera, TestResponse } from '../../support/tessera.ts';
import { ADMIN, type Headers, plant } from './support.ts';

const DAY = 24 * 60 * 60 * 1000;

/** A moment that lies ahead, as a request writes it. */
export function later(milliseconds = DAY): string {
  return new Date(Date.now() + milliseconds).toISOString();
}

let count = 0;

/** A machine user of Acme. @returns its id */
export async function addMachine(tessera: Tessera, more: Partial<Parameters<typeof plant>[1]> = {}): Promise<string> {
  count += 1;
  const id = more.id ?? `machine-${count}`;
  await plant(tessera, { kind: 'machine', username: null, ...more, id });
  return id;
}

export function post(tessera: Tessera, path: string, body: unknown = {}, headers: Headers = ADMIN) {
  return tessera.send('POST', path, { headers, body });
}

/** A personal access token of the machine. @returns its answer */
export async function addPat(tessera: Tessera, id: string, expirationDate = later()): Promise<TestResponse['json']> {
  const response = await post(tessera, `/v2/users/${id}/pats`, { expirationDate });
  expect(response.status, response.text).toBe(200);
  return response.json;
}

export async function addSecret(tessera: Tessera, id: string): Promise<string> {
  const response = await post(tessera, `/v2/users/${id}/secret`);
  expect(response.status, response.text).toBe(200);
  return response.json.clientSecret;
}

export interface MachineKey {
  readonly userId: string;
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A key whose private half the test has made. */
export async function addKey(
  tessera: Tessera,
  userId: string,
  expirationDate = later(),
  headers: Headers = ADMIN,
): Promise<MachineKey> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  const body = { expirationDate, publicKey: Buffer.from(pem).toString('base64') };
  const response = await post(tessera, `/v2/users/${userId}/keys`, body, headers);
  expect(response.status, response.text).toBe(200);
  return { userId, keyId: response.json.keyId, privateKey, publicKey };
}

export type Claims = Readonly<Record<string, unknown>>;

/** The claims that clients of the vendor sign: an hour, no id of its own. */
export function claimsOf(tessera: Tessera, { userId }: Pick<MachineKey, 'userId'>): Claims {
  const now = Math.floor(Date.now() / 1000);
  return { iss: userId, sub: userId, aud: [tessera.url], iat: now, exp: now + 3600 };
}

export const segment = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A signed JWT with exactly this header and these claims. */
export function jwt(header: Claims, claims: Claims, key: KeyObject): string {
  const text = `${segment(header)}.${segment(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

export function assertionOf(tessera: Tessera, key: MachineKey, change: Claims = {}, header: Claims = {}): string {
  return jwt({ alg: 'RS256', kid: key.keyId, ...header }, { ...claimsOf(tessera, key), ...change }, key.privateKey);
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

export function form(
  tessera: Tessera,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Headers = {},
): Promise<TestResponse> {
  const body = new URLSearchParams(fields).toString();
  return tessera.send('POST', path, { headers: { ...FORM, ...headers }, body });
}

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
export const SCOPE = 'openid urn:zitadel:iam:org:project:id:zitadel:aud';

export function grantByKey(tessera: Tessera, assertion: string): Promise<TestResponse> {
  return form(tessera, '/oauth/v2/token', { grant_type: JWT_BEARER, assertion, scope: SCOPE });
}

export function grantBySecret(tessera: Tessera, clientId: string, clientSecret: string): Promise<TestResponse> {
  const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: SCOPE };
  return form(tessera, '/oauth/v2/token', fields);
}

export function basic(clientId: string, clientSecret: string): Headers {
  const text = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}
