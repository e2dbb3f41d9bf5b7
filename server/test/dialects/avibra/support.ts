import { claimKeys } from '../../../src/core/user/claims.ts';
import type { UserEvent } from '../../../src/core/user/events.ts';
import type { User } from '../../../src/core/user/user.ts';
import { ACME, type GLOBEX } from '../../support/setup.ts';
import type { Tessera, TestResponse } from '../../support/tessera.ts';

export const UPDATE = '/user/account/update';
export const CREATE = '/user/account/create';
export const CANCEL = '/user/account/cancel';
export const PREFILL = '/user/prefill';
export const OFFERS = '/user/offers';
export const BENEFITS = '/user/benefits';

/** How long a test waits for what happens in the background. */
export const SOON = { timeout: 10_000 };

export type Headers = Readonly<Record<string, string | undefined>>;

let count = 0;

/** A text that no other call of this test run uses. */
export function fresh(prefix = 'key'): string {
  count += 1;
  return `${prefix}-${count}`;
}

/** Ten digits that no other user of this test run has. */
export function freshPhone(): string {
  count += 1;
  return `201555${String(count).padStart(4, '0')}`;
}

export interface Client {
  readonly token: string;
  /** Calls with everything a `v2` call needs; a header given as undefined is left out. */
  post(path: string, body: unknown, headers?: Headers): Promise<TestResponse>;
  send(method: string, path: string, body?: unknown, headers?: Headers): Promise<TestResponse>;
  update(body: object, headers?: Headers): Promise<TestResponse>;
  /** Makes a user and gives its id with the partner. */
  create(more?: object): Promise<string>;
  /** The body of a create call that fits. */
  userInfo(more?: object): Record<string, unknown>;
  find(userid: string): Promise<User | null>;
  user(userid: string): Promise<User>;
  events(userid: string): Promise<UserEvent[]>;
}

export async function clientOf(
  t: Tessera,
  partner: Pick<typeof ACME | typeof GLOBEX, 'id' | 'avibra'> = ACME,
): Promise<Client> {
  const { partnerName, clientId, clientSecret, apiKey } = partner.avibra;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: 'users' };
  const granted = await requestToken(t, form);
  const token: string = granted.json.access_token;
  const client: Client = {
    token,
    post: (path, body, headers) => client.send('POST', path, body, headers),
    send: (method, path, body, headers = {}) => {
      const all = {
        authorization: `Bearer ${token}`,
        'x-api-key': apiKey,
        version: 'v2',
        'idempotency-key': fresh(),
        ...headers,
      };
      const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
      return t.send(method, path, { headers: Object.fromEntries(given), ...(body !== undefined && { body }) });
    },
    update: (body, headers) => client.post(UPDATE, { partnername: partnerName, ...body }, headers),
    create: async (more = {}) => {
      const info = client.userInfo(more);
      const response = await client.post(CREATE, info);
      if (response.status !== 200) throw new Error(`create was answered ${response.status}: ${response.text}`);
      return String(info.userid);
    },
    userInfo: (more = {}) => {
      const userid = fresh('person');
      return {
        userid,
        partnername: partnerName,
        firstname: 'Jo',
        lastname: 'Doe',
        email: `${userid}@mail.test`,
        phone: freshPhone(),
        ...more,
      };
    },
    find: (userid) => t.store.userByClaim(claimKeys.external(partner.id, partnerName, userid)),
    user: async (userid) => {
      const user = await client.find(userid);
      if (user === null) throw new Error(`there is no user ${userid}`);
      return user;
    },
    events: async (userid) => t.events((await client.user(userid)).id),
  };
  return client;
}

export function requestToken(
  t: Tessera,
  form: Readonly<Record<string, string>> | string,
  headers: Readonly<Record<string, string>> = {},
  path = '/oauth2/token',
): Promise<TestResponse> {
  return t.send('POST', path, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  });
}

/** The types of events and the fields each changed. */
export function outline(events: readonly UserEvent[]): [string, string[]][] {
  return events.map(({ type, changes }) => [type, Object.keys(changes)]);
}

/** What a test of a refusal asserts besides the status: the shape of the error. */
export function isErrorInfo(response: TestResponse): boolean {
  const body = response.json;
  return (
    response.headers.get('content-type') === 'application/json' &&
    typeof body.errorcode === 'string' &&
    typeof body.errormessage === 'string' &&
    Object.keys(body).length === 2
  );
}
