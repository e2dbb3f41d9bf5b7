import { ACME } from '../server/test/support/setup.ts';
import type { LoadRequest } from './load.ts';
import type { Prepared } from './prepare.ts';

/** Makes the n-th request of a kind; every one changes another value under another idempotency key. */
export type RequestMaker = (n: number) => LoadRequest;

const JSON_TYPE = { 'content-type': 'application/json' };

async function tokenOf(url: string, init: RequestInit): Promise<string> {
  const response = await fetch(url, { method: 'POST', ...init });
  const { access_token: token } = (await response.json()) as { access_token: string };
  return token;
}

/** The update of each dialect, ready to be sent in masses. */
export async function updatesOf(url: string, prepared: Prepared, run: string): Promise<Record<string, RequestMaker>> {
  const { userIds, authKey } = prepared;
  const idOf = (n: number): string => userIds[(n * 7919) % userIds.length] ?? '';
  const indexOf = (n: number): number => (n * 7919) % userIds.length;
  const keyed = (n: number) => ({ ...JSON_TYPE, 'idempotency-key': `${run}-${n}` });
  const ownli = await ownliToken(url);
  const { apiKey, partnerName, clientId, clientSecret } = ACME.avibra;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: 'users' };
  const avibra = await tokenOf(`${url}/oauth2/token`, { body: new URLSearchParams(form) });
  return {
    ownli: (n) => ({
      method: 'PUT',
      path: `/api/users/${idOf(n)}`,
      headers: { ...keyed(n), authorization: `Bearer ${ownli}` },
      body: JSON.stringify({ customField1: `${run}-${n}` }),
    }),
    zitadel: (n) => ({
      method: 'PUT',
      path: `/v2/users/human/${idOf(n)}`,
      headers: { ...keyed(n), authorization: `Bearer ${ACME.adminPat}` },
      body: JSON.stringify({ profile: { givenName: 'Minnie', familyName: 'Mouse', nickName: `${run}-${n}` } }),
    }),
    jframework: (n) => ({
      method: 'PUT',
      path: `/api/v1/users/${idOf(n)}`,
      headers: { ...keyed(n), 'brand-url': ACME.brandUrl, 'auth-key': authKey },
      body: JSON.stringify({
        username: `user.${indexOf(n)}`,
        emailAddress: `user.${indexOf(n)}@acme.test`,
        bio: `${run}-${n}`,
      }),
    }),
    avibra: (n) => ({
      method: 'POST',
      path: '/user/account/update',
      headers: { ...keyed(n), authorization: `Bearer ${avibra}`, 'x-api-key': apiKey, version: 'v2' },
      body: JSON.stringify({ userid: `ext-${indexOf(n)}`, partnername: partnerName, firstname: `${run}-${n}` }),
    }),
  };
}

/** Creations of users without a password whose e-mail address nobody verifies. */
export function createsOf(run: string): RequestMaker {
  return (n) => ({
    method: 'POST',
    path: '/v2/users/new',
    headers: { ...JSON_TYPE, 'idempotency-key': `${run}-${n}`, authorization: `Bearer ${ACME.adminPat}` },
    body: JSON.stringify({
      organizationId: ACME.id,
      username: `${run}.${n}`,
      human: {
        profile: { givenName: 'Minnie', familyName: `Mouse ${n}` },
        email: { email: `${run}.${n}@acme.test`, isVerified: false },
      },
    }),
  });
}

export async function ownliToken(url: string): Promise<string> {
  const body = JSON.stringify({ ...ACME.ownli, scope: 'admin' });
  return tokenOf(`${url}/api/auth/token`, { headers: JSON_TYPE, body });
}
