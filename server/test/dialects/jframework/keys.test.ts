import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACME, GLOBEX } from '../../support/setup.ts';
import { ADMIN, Client, codes, type Member, startClient } from './support.ts';

const DAY = 24 * 60 * 60 * 1000;

let now = Date.now();
let client: Client;
let globex: Client;
let adminKey: string;
beforeAll(async () => {
  client = await startClient({ clock: () => now });
  globex = new Client(client.tessera, GLOBEX.brandUrl);
  adminKey = await client.keyOf(ADMIN.username, ADMIN.password);
});
afterAll(() => client.tessera.stop());

const check = async (authKey: unknown, as = client) =>
  (await as.call('POST', '/users/check-auth-key-available', { body: { authKey } })).json.data;
const refresh = (refreshAuthKey: string) =>
  client.call('POST', '/users/auth/refresh-auth-key', { body: { refreshAuthKey } });
const act = (id: string, action: string) => client.call('POST', `/users/${id}/${action}`, { key: adminKey });

function zitadel(method: string, path: string, body?: object, token: string = ACME.adminPat) {
  const headers = { authorization: `Bearer ${token}` };
  return client.tessera.send(method, `/v2/users/${path}`, { headers, ...(body && { body }) });
}

describe('POST /users/check-auth-key-available', () => {
  it('says whether a key holds, here and now', async () => {
    const person = await client.member();
    expect(await check(person.key)).toBe(true);
    expect(await check(person.refreshKey)).toBe(false);
    expect(await check('rubbish')).toBe(false);
    expect(await check(ACME.adminPat)).toBe(false);
    expect(await check(person.key, globex)).toBe(false);
    now += 30 * DAY;
    expect(await check(person.key)).toBe(false);
    now -= 30 * DAY;
  });

  it.each([undefined, null, '', 12])('given %j for a key, then it is refused', async (authKey) => {
    const response = await client.call('POST', '/users/check-auth-key-available', { body: { authKey } });
    expect([response.status, codes(response)]).toEqual([400, [authKey ? 'InvalidAuthKey' : 'AuthKeyRequired']]);
  });
});

/** How a key ends, through which API, and how the user comes back, if ever. */
const ENDS: Readonly<
  Record<string, { end: (who: Member) => Promise<{ status: number }>; back?: (who: Member) => Promise<unknown> }>
> = {
  'is locked': { end: ({ id }) => act(id, 'lock'), back: ({ id }) => act(id, 'unlock') },
  'is suspended': { end: ({ id }) => act(id, 'suspend'), back: ({ id }) => act(id, 'unsuspend') },
  'is deactivated': { end: ({ id }) => act(id, 'deactivate'), back: ({ id }) => act(id, 'activate') },
  'is deleted': { end: ({ id }) => client.call('DELETE', `/users/${id}`, { key: adminKey }) },
  'gets another password': {
    end: ({ id }) =>
      client.call('PUT', `/users/${id}/change-password`, {
        key: adminKey,
        body: { newPassword: 'brand-new-pass', confirmPassword: 'brand-new-pass' },
      }),
  },
  'is locked through Zitadel': {
    end: ({ id }) => zitadel('POST', `${id}/lock`, {}),
    back: ({ id }) => zitadel('POST', `${id}/unlock`, {}),
  },
  'is deactivated through Zitadel': {
    end: ({ id }) => zitadel('POST', `${id}/deactivate`, {}),
    back: ({ id }) => zitadel('POST', `${id}/reactivate`, {}),
  },
  'is deleted through Zitadel': { end: ({ id }) => zitadel('DELETE', id) },
  'gets another password through Zitadel': {
    end: ({ id }) => zitadel('PUT', `human/${id}`, { password: { password: { password: 'Brand-new-1!' } } }),
  },
};

describe.each(Object.entries(ENDS))('given the user %s', (_name, { end, back }) => {
  it('then the keys are dead at once, and stay so', async () => {
    // Given
    const person = await client.member();
    const second = (await client.signIn(person.username, person.password)).json.data;
    // When
    expect((await end(person)).status).toBe(200);
    // Then
    for (const key of [person.key, second.authKey]) {
      expect(codes(await client.get(person.id, key))).toEqual(['InvalidAuthKey']);
      expect((await client.put({ id: person.id, key }, { firstName: 'Still' })).status).toBe(401);
      expect(await check(key)).toBe(false);
    }
    expect(codes(await refresh(person.refreshKey))).toEqual(['InvalidRefreshAuthKey']);
    await back?.(person);
    expect((await client.get(person.id, person.key)).status).toBe(401);
    expect((await refresh(second.refreshAuthKey)).status).toBe(401);
    if (back !== undefined) expect((await client.signIn(person.username, person.password)).status).toBe(200);
  });
});

describe('a key', () => {
  it('is another brand’s nothing', async () => {
    const person = await client.member();
    expect(codes(await globex.get(person.id, person.key))).toEqual(['InvalidAuthKey']);
    const body = { refreshAuthKey: person.refreshKey };
    expect((await globex.call('POST', '/users/auth/refresh-auth-key', { body })).status).toBe(401);
    expect((await client.get(person.id, person.key)).status).toBe(200);
  });

  it('and a personal access token of the same user end together, and are no substitute for each other', async () => {
    // Given
    const { id, pat, password } = ACME.viewer;
    const key = await client.keyOf('viewer', password);
    const withToken = () => zitadel('GET', id, undefined, pat);
    expect([(await withToken()).status, (await client.get(id, key)).status]).toEqual([200, 200]);
    expect(await check(pat)).toBe(false);
    expect((await zitadel('GET', id, undefined, key)).status).toBe(401);
    for (const [away, back] of [
      ['lock', 'unlock'],
      ['suspend', 'unsuspend'],
      ['deactivate', 'activate'],
    ] as const) {
      // When
      expect((await act(id, away)).status).toBe(200);
      // Then
      expect([(await withToken()).status, (await client.get(id, key)).status]).toEqual([401, 401]);
      await act(id, back);
      // The token is the setup file's to withdraw; a key is not given back.
      expect([(await withToken()).status, (await client.get(id, key)).status]).toEqual([200, 401]);
    }
  });
});

describe('POST /users/auth/phone-number', () => {
  const signIn = (phoneNumber: unknown, password: unknown) =>
    client.call('POST', '/users/auth/phone-number', { body: { phoneNumber, password } });

  it('signs in by the number, however it is written', async () => {
    const person = await client.member({ phoneNumber: '+41790000777' });
    for (const number of ['+41790000777', '+41 79 000 07 77']) {
      expect((await signIn(number, person.password)).json.data.id).toBe(person.id);
    }
    expect(codes(await signIn('+41790000777', 'wrong'))).toEqual(['UsernameOrPasswordIncorrect']);
    expect(codes(await signIn('+41790000778', person.password))).toEqual(['UsernameOrPasswordIncorrect']);
  });

  it('takes no other name', async () => {
    const person = await client.member();
    expect(codes(await signIn(person.username, person.password))).toEqual(['InvalidPhoneNumber']);
    expect(codes(await signIn(undefined, '')).sort()).toEqual(['PasswordRequired', 'PhoneNumberRequired']);
  });
});

it('POST /users/auth takes the address also in the member of newer documents', async () => {
  const person = await client.member();
  const signIn = (body: object) => client.call('POST', '/users/auth', { body });
  const { emailAddress, password, username } = person;
  expect((await signIn({ emailAddress, password })).json.data.id).toBe(person.id);
  expect((await signIn({ username: null, emailAddress, password })).json.data.id).toBe(person.id);
  expect((await signIn({ username, emailAddress: null, password })).json.data.id).toBe(person.id);
  expect((await signIn({ username, emailAddress: 'else@example.com', password })).json.data.id).toBe(person.id);
  expect(codes(await signIn({ emailAddress: 12, password }))).toEqual(['InvalidEmailAddress']);
});
