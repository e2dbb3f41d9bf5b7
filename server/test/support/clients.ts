import { claimKeys } from '../../src/core/user/claims.ts';
import { ACME, GLOBEX } from './setup.ts';
import type { Tessera, TestResponse } from './tessera.ts';

/** The part of a running server that clients need. */
export type Sender = Pick<Tessera, 'send'>;

/** What every dialect can say about a person. Phones are US numbers in E.164, which all of them can carry. */
export interface Person {
  readonly givenName: string;
  readonly familyName: string;
  readonly email: string;
  readonly phone: string;
}

export type Tenant = 'acme' | 'globex';
export type DialectName = 'zitadel' | 'jframework' | 'avibra' | 'ownli';
export const DIALECT_NAMES: readonly DialectName[] = ['zitadel', 'jframework', 'avibra', 'ownli'];

/** One wire API as a client of one tenant uses it. */
export interface DialectClient {
  readonly name: DialectName;
  /** Creates a person; `id` when the answer tells it. */
  create(person: Person, headers?: Readonly<Record<string, string>>): Promise<{ response: TestResponse; id?: string }>;
  update(id: string, change: Partial<Person>, headers?: Readonly<Record<string, string>>): Promise<TestResponse>;
  /** Absent where the API cannot read a person. */
  readonly read?: (id: string) => Promise<{ response: TestResponse; person?: Person }>;
  /** Statuses of a unique value that is taken, of another tenant's user, of a key used for something else. */
  readonly taken: number;
  readonly missing: number;
  readonly keyReused: number;
  /** Where a creation is refused with other statuses than an update. */
  readonly onCreation?: { readonly taken: number; readonly keyReused: number };
}

const TENANTS = { acme: ACME, globex: GLOBEX };

export async function dialectClients(
  tessera: Sender,
  tenant: Tenant = 'acme',
): Promise<Record<DialectName, DialectClient>> {
  return {
    zitadel: zitadelClient(tessera, tenant),
    jframework: await jframeworkClient(tessera, tenant),
    avibra: await avibraClient(tessera, tenant),
    ownli: await ownliClient(tessera, tenant),
  };
}

function zitadelClient(tessera: Sender, tenant: Tenant): DialectClient {
  const headers = { authorization: `Bearer ${TENANTS[tenant].adminPat}` };
  const bodyOf = (change: Partial<Person>) => ({
    ...(change.givenName === undefined && change.familyName === undefined
      ? {}
      : { profile: { givenName: change.givenName ?? 'Same', familyName: change.familyName ?? 'Same' } }),
    ...(change.email === undefined ? {} : { email: { email: change.email, isVerified: true } }),
    ...(change.phone === undefined ? {} : { phone: { phone: change.phone, isVerified: true } }),
  });
  return {
    name: 'zitadel',
    taken: 409,
    missing: 404,
    keyReused: 400,
    async create(person, more = {}) {
      const response = await tessera.send('POST', '/v2/users/human', {
        headers: { ...headers, ...more },
        body: bodyOf(person),
      });
      return { response, ...(response.status === 200 ? { id: response.json.userId } : {}) };
    },
    update: (id, change, more = {}) =>
      tessera.send('PUT', `/v2/users/human/${id}`, { headers: { ...headers, ...more }, body: bodyOf(change) }),
    async read(id) {
      const response = await tessera.send('GET', `/v2/users/${id}`, { headers });
      if (response.status !== 200) return { response };
      const { profile, email, phone } = response.json.user.human;
      const person = {
        givenName: profile.givenName,
        familyName: profile.familyName,
        email: email.email,
        phone: phone.phone,
      };
      return { response, person };
    },
  };
}

/** Signs in as the brand's administrator. An update must carry user name and e-mail address, so it reads first. */
async function jframeworkClient(tessera: Sender, tenant: Tenant): Promise<DialectClient> {
  const brand = { 'brand-url': TENANTS[tenant].brandUrl };
  const signIn = await tessera.send('POST', '/api/v1/users/auth', {
    headers: brand,
    body: { username: `${tenant}.admin`, password: TENANTS[tenant].adminPassword },
  });
  const headers = { ...brand, 'auth-key': signIn.json.data.authKey };
  const read = async (id: string) => {
    const response = await tessera.send('GET', `/api/v1/users/${id}`, { headers });
    if (response.status !== 200) return { response };
    const { firstName, lastName, emailAddress, phoneNumber } = response.json.data;
    return {
      response,
      person: { givenName: firstName, familyName: lastName, email: emailAddress, phone: phoneNumber },
    };
  };
  return {
    name: 'jframework',
    taken: 409,
    missing: 404,
    keyReused: 422,
    async create(person, more = {}) {
      const response = await tessera.send('POST', '/api/v1/users/register', {
        headers: { ...brand, ...more },
        body: {
          username: `u${person.phone.slice(1)}`,
          password: 'Passw0rd!',
          emailAddress: person.email,
          phoneNumber: person.phone,
          firstName: person.givenName,
          lastName: person.familyName,
        },
      });
      return { response, ...(response.status === 201 ? { id: response.json.data.id } : {}) };
    },
    async update(id, change, more = {}) {
      const { response } = await read(id);
      if (response.status >= 500) return response;
      const current =
        response.status === 200 ? response.json.data : { username: 'nobody', emailAddress: 'no@body.test' };
      return tessera.send('PUT', `/api/v1/users/${id}`, {
        headers: { ...headers, ...more },
        body: {
          username: current.username,
          emailAddress: change.email ?? current.emailAddress ?? 'no@body.test',
          ...(change.givenName === undefined ? {} : { firstName: change.givenName }),
          ...(change.familyName === undefined ? {} : { lastName: change.familyName }),
          ...(change.phone === undefined ? {} : { phoneNumber: change.phone }),
        },
      });
    },
    read,
  };
}

async function avibraClient(tessera: Sender, tenant: Tenant): Promise<DialectClient> {
  const { partnerName, clientId, clientSecret, apiKey } = TENANTS[tenant].avibra;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: 'users' };
  const token = await tessera.send('POST', '/oauth2/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  const headers = { authorization: `Bearer ${token.json.access_token}`, 'x-api-key': apiKey, version: 'v2' };
  let calls = 0;
  const post = (path: string, body: object, more: Readonly<Record<string, string>>) => {
    calls += 1;
    return tessera.send('POST', path, {
      headers: { 'idempotency-key': `call-${calls}-${Math.random()}`, ...headers, ...more },
      body: { partnername: partnerName, ...body },
    });
  };
  const bodyOf = ({ givenName, familyName, email, phone }: Partial<Person>) => ({
    ...(givenName === undefined ? {} : { firstname: givenName }),
    ...(familyName === undefined ? {} : { lastname: familyName }),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone: phone.replace('+1', '') }),
  });
  return {
    name: 'avibra',
    taken: 400,
    missing: 404,
    keyReused: 400,
    onCreation: { taken: 409, keyReused: 409 },
    async create(person, more = {}) {
      const userid = `ext-${person.phone.slice(1)}`;
      const response = await post('/user/account/create', { userid, ...bodyOf(person) }, more);
      return { response };
    },
    update: (id, change, more = {}) => post('/user/account/update', { userid: id, ...bodyOf(change) }, more),
  };
}

async function ownliClient(tessera: Sender, tenant: Tenant): Promise<DialectClient> {
  const token = await tessera.send('POST', '/api/auth/token', { body: { ...TENANTS[tenant].ownli, scope: 'admin' } });
  const headers = { authorization: `Bearer ${token.json.access_token}` };
  const bodyOf = ({ givenName, familyName, email, phone }: Partial<Person>) => ({
    ...(givenName === undefined ? {} : { firstName: givenName }),
    ...(familyName === undefined ? {} : { lastName: familyName }),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
  });
  return {
    name: 'ownli',
    taken: 409,
    missing: 404,
    keyReused: 400,
    async create(person, more = {}) {
      const body = { ...bodyOf(person), address: { state: 'IL' } };
      const response = await tessera.send('POST', '/api/users', { headers: { ...headers, ...more }, body });
      return { response, ...(response.status === 200 ? { id: response.json.id } : {}) };
    },
    update: (id, change, more = {}) =>
      tessera.send('PUT', `/api/users/${id}`, { headers: { ...headers, ...more }, body: bodyOf(change) }),
    async read(id) {
      const response = await tessera.send('GET', `/api/users/by-id/${id}`, { headers });
      if (response.status !== 200) return { response };
      const { firstName, lastName, email, phone } = response.json;
      return { response, person: { givenName: firstName, familyName: lastName, email, phone } };
    },
  };
}

/** Creates a person in Acme through one API; the id is looked up where the answer does not tell it. */
export async function createThrough(
  tessera: Tessera,
  client: DialectClient,
  person: Person,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly id: string; readonly response: TestResponse }> {
  const { response, id } = await client.create(person, headers);
  const found = id ?? (await tessera.store.userByClaim(claimKeys.phone(ACME.id, person.phone)))?.id;
  if (response.status >= 300 || found === undefined) throw new Error(`not created: ${response.text}`);
  return { id: found, response };
}

let people = 0;

/** A person whose contacts nobody else has. */
export function somebody(change: Partial<Person> = {}): Person {
  people += 1;
  const number = String(2_000_000 + people);
  return {
    givenName: 'Minnie',
    familyName: 'Mouse',
    email: `minnie.${people}.${process.pid}@mouse.test`,
    phone: `+1212${number}`,
    ...change,
  };
}
