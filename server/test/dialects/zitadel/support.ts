import { expect } from 'vitest';
import { claimKeys } from '../../../src/core/user/claims.ts';
import { EMPTY_USER, type User } from '../../../src/core/user/user.ts';
import { tokenDigest } from '../../../src/crypto/secrets.ts';
import { NO_CHANGES, NO_WANTS } from '../../support/changes.ts';
import { withRows } from '../../support/rows.ts';
import { ACME, ROOT, type TestSetup, testSetup } from '../../support/setup.ts';
import type { Tessera, TestResponse } from '../../support/tessera.ts';

export type Headers = Readonly<Record<string, string>>;

export const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
export const ROOT_AUTH = bearer(ROOT.pat);
export const ADMIN = bearer(ACME.adminPat);

/** Users of Acme besides those every test has: one without any role, and one per way of holding little. */
export const END_USER = { id: '400000000000000010', pat: 'end-user-pat-00000000', password: 'End-pass-1!' };
export const MANAGER = { id: '400000000000000011', pat: 'manager-pat-000000000' };
/** Acme's own administrator. */
export const OWNER = { id: '400000000000000013' };
export const SELF_DELETER = { id: '400000000000000012', pat: 'selfdel-pat-000000000' };
export const VIEWER = bearer(ACME.viewer.pat);
export const END = bearer(END_USER.pat);
export const MANAGE = bearer(MANAGER.pat);

export function zitadelSetup(change: (setup: TestSetup) => void = () => {}): TestSetup {
  return testSetup((setup) => {
    const [acme] = setup.organizations;
    acme.administrators = acme.administrators?.map((person) => ({ ...person, id: OWNER.id })) ?? [];
    acme.users = [
      ...(acme.users ?? []),
      {
        id: END_USER.id,
        username: 'end.user',
        givenName: 'End',
        familyName: 'User',
        email: 'end.user@acme.test',
        password: END_USER.password,
        personalAccessToken: END_USER.pat,
      },
      {
        id: MANAGER.id,
        username: 'manager',
        givenName: 'Man',
        familyName: 'Ager',
        roles: ['ORG_USER_MANAGER'],
        personalAccessToken: MANAGER.pat,
      },
      {
        id: SELF_DELETER.id,
        username: 'self.deleter',
        givenName: 'Self',
        familyName: 'Deleter',
        roles: ['ORG_USER_SELF_MANAGER'],
        personalAccessToken: SELF_DELETER.pat,
      },
    ];
    change(setup);
  });
}

let count = 0;

/** A request of AddHumanUser whose e-mail address nobody else has; its e-mail is unverified and silent. */
export function newPerson(change: object = {}): { profile: object; email: { email: string } } {
  count += 1;
  return {
    profile: { givenName: 'Minnie', familyName: 'Mouse' },
    email: { email: `minnie.${count}@mouse.test`, isVerified: false } as { email: string },
    ...change,
  };
}

/** Adds a user as Acme's administrator. @returns its id */
export async function addUser(tessera: Tessera, change: object = {}, headers = ADMIN): Promise<string> {
  const response = await tessera.send('POST', '/v2/users/human', { headers, body: newPerson(change) });
  expect(response.status, response.text).toBe(200);
  return response.json.userId;
}

export function update(tessera: Tessera, id: string, body: unknown, headers: Headers = ADMIN): Promise<TestResponse> {
  return tessera.send('PUT', `/v2/users/human/${encodeURIComponent(id)}`, { headers, body });
}

export async function eventTypes(tessera: Tessera, id: string): Promise<string[]> {
  return (await tessera.events(id)).map((event) => event.type);
}

/** Kinds of the messages that wait to be sent to the user, read from the database itself. */
export async function messagesTo(tessera: Tessera, id: string): Promise<string[]> {
  const messages = await withRows(tessera.database, ({ query }) =>
    query('SELECT kind FROM outbox WHERE user_id = $1 ORDER BY id', [id]),
  );
  return messages.map(({ kind }) => String(kind));
}

/** Writes a record that no call of this dialect makes, such as a machine user or one in a rare state. */
export async function plant(tessera: Tessera, user: Partial<User> & Pick<User, 'id'>): Promise<void> {
  const born = { sequence: 1, version: 1, createdAt: 1_700_000_000_000, changedAt: 1_700_000_000_000 };
  await write(tessera, { ...EMPTY_USER, organizationId: ACME.id, kind: 'human', ...born, ...user }, true);
}

/** Plants a user of Acme who calls with a token. */
export async function plantCaller(tessera: Tessera, user: Partial<User> & Pick<User, 'id'>): Promise<Headers> {
  const token = `token of ${user.id}`;
  const digest = tokenDigest(token);
  const tokens = [{ digest, createdAt: 1_700_000_000_000, expiresAt: null, source: 'api' as const }];
  await plant(tessera, { ...user, credentials: { ...EMPTY_USER.credentials, tokens } });
  await tessera.store.commit(NO_WANTS, () => ({
    ...NO_CHANGES,
    claimsAdded: new Map([[claimKeys.token(digest), user.id]]),
  }));
  return bearer(token);
}

/** Puts an existing user into another state behind the server's back. */
export async function setState(tessera: Tessera, id: string, state: User['state']): Promise<void> {
  await write(tessera, { ...(await tessera.user(id)), state }, false);
}

/** Writes a record behind the server's back. */
export async function write(tessera: Tessera, user: User, isNew: boolean): Promise<void> {
  await tessera.store.commit(NO_WANTS, () => ({
    users: [{ user, isNew }],
    events: [],
    claimsRemoved: new Map(),
    claimsAdded: new Map(),
    answers: [],
    deliveries: [],
    deferred: [],
    settled: [],
  }));
}

/** Status, code and message of a refusal. */
export type Refusal = readonly [status: number, code: number, message: string];
export const NO_TOKEN: Refusal = [401, 16, 'auth header missing'];
export const NO_MEMBERSHIP: Refusal = [404, 5, 'membership not found (AUTHZ-cdgFk)'];
export const NO_PERMISSION: Refusal = [403, 7, 'No matching permissions found (AUTH-AWfge)'];
export const NO_USER: Refusal = [404, 5, 'User could not be found (COMMAND-ugjs0upun6)'];

/** Asserts a refusal: status, code, message, and the detail that repeats a bracketed id. */
export function expectRefusal(response: TestResponse, status: number, code: number, message: string): void {
  const [, text, id] = /^(.*) \(([A-Za-z0-9]+-[A-Za-z0-9]+)\)$/.exec(message) ?? [];
  const detail = { '@type': 'type.googleapis.com/zitadel.v1.ErrorDetail', id, message: text };
  expect({ status: response.status, body: response.json }).toEqual({
    status,
    body: id === undefined ? { code, message } : { code, message, details: [detail] },
  });
  expect(response.headers.get('content-type')).toBe('application/json');
}

/** Asserts that `act` leaves the user's history and record as they were. */
export async function leavesNoTrace(tessera: Tessera, id: string, act: () => Promise<unknown>): Promise<void> {
  const before = [await tessera.user(id), await tessera.events(id)];
  await act();
  expect([await tessera.user(id), await tessera.events(id)]).toEqual(before);
}
