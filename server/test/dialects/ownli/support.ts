import { expect } from 'vitest';
import type { UserEvent } from '../../../src/core/user/events.ts';
import type { User } from '../../../src/core/user/user.ts';
import { NO_WANTS } from '../../support/changes.ts';
import { ACME, type GLOBEX } from '../../support/setup.ts';
import type { Tessera, TestResponse } from '../../support/tessera.ts';

export type Headers = Readonly<Record<string, string>>;

let count = 0;

/** A number that no other call of this test run got. */
export function fresh(): number {
  count += 1;
  return count;
}

export function freshPhone(): string {
  return `+1201555${String(fresh()).padStart(4, '0')}`;
}

export interface Client {
  readonly headers: Headers;
  /** The body of a create call that fits. */
  body(more?: object): Record<string, unknown>;
  post(body: unknown, headers?: Headers, query?: string): Promise<TestResponse>;
  put(id: string, body: unknown, headers?: Headers): Promise<TestResponse>;
  get(id: string, headers?: Headers): Promise<TestResponse>;
  /** Any other call, on a path below `/api/users`. */
  call(method: string, path: string, body?: unknown, headers?: Headers): Promise<TestResponse>;
  /** Creates a user and gives the object that was answered. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into members of every type
  create(more?: object): Promise<any>;
}

export const POLICY = {
  policyNumber: 'PN-1',
  startDate: '2024-01-01T00:00:00.000Z',
  endDate: '2025-01-01T00:00:00.000Z',
};

/** Creates a user for a policy and gives the object that was answered. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into members of every type
export async function createInsured(client: Client, more: object = {}): Promise<any> {
  const body = client.body({ policyInfo: { ...POLICY, policyNumber: `PN-${fresh()}` }, ...more });
  const response = await client.call('POST', '/with-policy', body);
  if (response.status !== 200) throw new Error(`create was answered ${response.status}: ${response.text}`);
  return response.json;
}

export async function clientOf(
  t: Pick<Tessera, 'send'>,
  organization: typeof ACME | typeof GLOBEX = ACME,
  scope: 'admin' | 'user' = 'admin',
): Promise<Client> {
  const granted = await t.send('POST', '/api/auth/token', { body: { ...organization.ownli, scope } });
  const headers = { authorization: `Bearer ${granted.json.access_token}` };
  const client: Client = {
    headers,
    body: (more = {}) => ({
      firstName: 'Jo',
      lastName: 'Doe',
      email: `jo${fresh()}@mail.test`,
      phone: freshPhone(),
      address: { addressLine1: '1 Main St', city: 'Springfield', state: 'IL', country: 'US', zip: '62701' },
      ...more,
    }),
    post: (body, more = {}, query = '') =>
      t.send('POST', `/api/users${query}`, { headers: { ...headers, ...more }, body }),
    put: (id, body, more = {}) => t.send('PUT', `/api/users/${id}`, { headers: { ...headers, ...more }, body }),
    get: (id, more = {}) => t.send('GET', `/api/users/by-id/${id}`, { headers: { ...headers, ...more } }),
    call: (method, path, body, more = {}) =>
      t.send(method, `/api/users${path}`, {
        headers: { ...headers, ...more },
        ...(body === undefined ? {} : { body }),
      }),
    create: async (more = {}) => {
      const response = await client.post(client.body(more));
      if (response.status !== 200) throw new Error(`create was answered ${response.status}: ${response.text}`);
      return response.json;
    },
  };
  return client;
}

/** The type of each event and the new values it brought. */
export function outline(events: readonly UserEvent[]): [string, Record<string, unknown>][] {
  return events.map(({ type, changes }) => [
    type,
    Object.fromEntries(Object.entries(changes).map(([path, { after }]) => [path, after])),
  ]);
}

export function expectError(response: TestResponse, status: number, code: string): void {
  expect([response.status, response.json.error_code]).toEqual([status, code]);
  expect(Object.keys(response.json)).toEqual(['error_code', 'error_message']);
  expect(response.json.error_message).not.toBe('');
  expect(response.headers.get('content-type')).toBe('application/json');
}

/** What a refusal must leave as it was: the row, and the history behind it. */
export async function traceOf(t: Tessera, id: string): Promise<{ user: User; events: UserEvent[] }> {
  return { user: await t.user(id), events: await t.events(id) };
}

/** Calls, expects the refusal, and that nothing of it remains. */
export async function expectRefused(
  t: Tessera,
  id: string,
  call: () => Promise<TestResponse>,
  status: number,
  code: string,
): Promise<TestResponse> {
  const before = await traceOf(t, id);
  const response = await call();
  expectError(response, status, code);
  expect(await traceOf(t, id)).toEqual(before);
  return response;
}

/** Puts values into a record that another API, with other rules, could have written. */
export async function plant(t: Tessera, id: string, change: (user: User) => Partial<User>): Promise<void> {
  const user = await t.user(id);
  await t.store.commit({ ...NO_WANTS, users: new Set([id]) }, () => ({
    users: [{ user: { ...user, ...change(user) }, isNew: false }],
    events: [],
    claimsRemoved: new Map(),
    claimsAdded: new Map(),
    answers: [],
    deliveries: [],
    deferred: [],
    settled: [],
  }));
}
