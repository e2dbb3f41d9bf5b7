import { expect } from 'vitest';
import { ACME } from '../../support/setup.ts';
import { type Canaries, DECLARED, KEYS, PERSONAL, SENT } from './told.ts';

export async function useAvibra({ send, made }: Canaries): Promise<void> {
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
  const early = { ...body, userid: `${userid}-early`, email: `early.${PERSONAL.email}`, phone: '2025550133' };
  for (const expected of [200, 409]) {
    const v2 = { ...headers, version: 'v2', 'idempotency-key': KEYS[3] };
    expect((await send('POST', '/user/prefill', { headers: v2, body: early })).status).toBe(expected);
  }
  await send('POST', '/user/benefits', { headers, body: { partnername: 'acme', userid } });
  await send('POST', '/user/offers', { headers, body: { partnername: 'acme', userid, offername: 'plus' } });
  expect((await send('DELETE', `/user/account/cancel/${early.userid}`, { headers })).status).toBe(200);
}

export async function useOwnli({ send, made }: Canaries): Promise<void> {
  const { givenName, familyName, city, email, policyNumber } = PERSONAL;
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
  const policyInfo = { policyNumber, startDate: '2024-01-01T00:00:00Z', endDate: '2025-01-01T00:00:00Z' };
  for (const expected of [200, 409]) {
    const insured = await send('POST', '/api/users/with-policy', { headers, body: { ...body, policyInfo } });
    expect(insured.status).toBe(expected);
  }
  await send('PUT', `/api/users/${json.id}/update-policy`, { headers, body: policyInfo });
  await send('GET', `/api/users/list?searchBy=email&searchValue=${email}`, { headers });
  await send('GET', `/api/users?searchBy=${givenName}&searchValue=${familyName}`, { headers });
  await send('GET', `/api/users/by-phone/${encodeURIComponent(body.phone)}`, { headers });
  await send('GET', `/api/users/${json.id}/summary`, { headers });
}
