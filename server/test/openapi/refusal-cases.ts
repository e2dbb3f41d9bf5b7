import type { DialectName } from '../support/clients.ts';
import { ACME } from '../support/setup.ts';
import type { TestResponse } from '../support/tessera.ts';
import type { Headers, World } from '../system/callers.ts';
import { fresh, next } from '../system/route-case.ts';

interface RefusalCase {
  readonly status: number;
  run(world: World): Promise<TestResponse>;
}

const JSON_NOT = { 'content-type': 'text/plain' };
const OTHER_VERSION = { 'if-match': '"999"' };

function call(world: World, dialect: DialectName, method: string, path: string, body?: unknown, headers: Headers = {}) {
  return world.tessera.send(method, path, {
    headers: { ...world.owner[dialect], ...headers },
    ...(body !== undefined && { body }),
  });
}

const zitadelUpdate = async (world: World, body: unknown, headers?: Headers) =>
  call(world, 'zitadel', 'PUT', `/v2/users/human/${await world.newUser()}`, body, headers);

const ZITADEL: Readonly<Record<string, RefusalCase>> = {
  brokenRule: { status: 400, run: (world) => zitadelUpdate(world, { username: '' }) },
  wrongType: { status: 400, run: (world) => zitadelUpdate(world, { username: 1 }) },
  noToken: { status: 401, run: ({ tessera }) => tessera.send('GET', `/v2/users/${ACME.viewer.id}`) },
  invalidToken: {
    status: 401,
    run: ({ tessera, headersOf }) =>
      tessera.send('GET', `/v2/users/${ACME.viewer.id}`, { headers: headersOf('zitadel', 'garbage') }),
  },
  noPermission: {
    status: 403,
    run: async (world) =>
      world.tessera.send('DELETE', `/v2/users/${await world.newUser()}`, {
        headers: world.headersOf('zitadel', 'viewer'),
      }),
  },
  noUser: { status: 404, run: (world) => call(world, 'zitadel', 'GET', '/v2/users/no-user') },
  userExists: {
    status: 409,
    run: (world) =>
      call(world, 'zitadel', 'POST', '/v2/users/human', {
        profile: { givenName: 'Vi', familyName: 'Ewer' },
        email: { email: 'vi@acme.test' },
      }),
  },
  otherVersion: { status: 412, run: (world) => zitadelUpdate(world, { username: fresh() }, OTHER_VERSION) },
  noJson: { status: 415, run: (world) => zitadelUpdate(world, 'username', JSON_NOT) },
  notImplemented: {
    status: 501,
    run: (world) => call(world, 'zitadel', 'POST', '/v2/idp_intents', { idpId: ACME.idp.id }),
  },
};

const users = '/api/v1/users';
const required = async ({ tessera }: World, id: string) => {
  const { username, email } = await tessera.user(id);
  return { username: username ?? id, emailAddress: email.value };
};
const jframeworkUpdate = async (world: World, change: object, headers?: Headers) => {
  const id = await world.newUser();
  return call(world, 'jframework', 'PUT', `${users}/${id}`, { ...(await required(world, id)), ...change }, headers);
};

const JFRAMEWORK: Readonly<Record<string, RefusalCase>> = {
  invalidValues: {
    status: 400,
    run: (world) => jframeworkUpdate(world, { username: '', phoneNumber: 'no number', website: 'no address' }),
  },
  noKey: {
    status: 401,
    run: ({ tessera }) => tessera.send('GET', `${users}/me`, { headers: { 'brand-url': ACME.brandUrl } }),
  },
  wrongPassword: {
    status: 401,
    run: (world) => call(world, 'jframework', 'POST', `${users}/auth`, { username: 'viewer', password: 'wrong' }),
  },
  notAllowed: {
    status: 403,
    run: async (world) =>
      world.tessera.send('DELETE', `${users}/${await world.newUser()}`, {
        headers: world.headersOf('jframework', 'viewer'),
      }),
  },
  noUser: { status: 404, run: (world) => call(world, 'jframework', 'GET', `${users}/no-user`) },
  noBrand: {
    status: 404,
    run: ({ tessera }) => tessera.send('GET', `${users}/me`, { headers: { 'brand-url': 'unknown.test' } }),
  },
  usernameTaken: { status: 409, run: (world) => jframeworkUpdate(world, { username: 'viewer' }) },
  otherVersion: { status: 412, run: (world) => jframeworkUpdate(world, {}, OTHER_VERSION) },
  noJson: {
    status: 415,
    run: async (world) => call(world, 'jframework', 'PUT', `${users}/${await world.newUser()}`, 'text', JSON_NOT),
  },
  keyReused: {
    status: 422,
    run: async (world) => {
      const key = { 'idempotency-key': fresh() };
      const id = await world.newUser();
      const known = await required(world, id);
      const put = (firstName: string) =>
        call(world, 'jframework', 'PUT', `${users}/${id}`, { ...known, firstName }, key);
      await put('Ann');
      return put('Bob');
    },
  },
};

const account = (world: World, action: 'create' | 'update', body: object, headers: Headers = {}) =>
  call(
    world,
    'avibra',
    'POST',
    `/user/account/${action}`,
    { partnername: ACME.avibra.partnerName, ...body },
    { 'idempotency-key': fresh(), ...headers },
  );
const person = () => ({
  userid: fresh(),
  firstname: 'john',
  lastname: 'roe',
  email: `${fresh()}@email.com`,
  phone: String(3_130_000_000 + next()),
});

const AVIBRA: Readonly<Record<string, RefusalCase>> = {
  invalidPhone: {
    status: 400,
    run: async (world) => account(world, 'update', { userid: await world.newUser(), phone: '123' }),
  },
  nothingToChange: {
    status: 400,
    run: async (world) => account(world, 'update', { userid: await world.newUser() }),
  },
  noToken: {
    status: 401,
    run: async (world) =>
      world.tessera.send('POST', '/user/account/update', {
        headers: world.headersOf('avibra', 'nobody'),
        body: { userid: await world.newUser(), partnername: ACME.avibra.partnerName },
      }),
  },
  noUser: { status: 404, run: (world) => account(world, 'update', { userid: 'no-user', firstname: 'john' }) },
  userExists: {
    status: 409,
    run: async (world) => {
      const sent = person();
      await account(world, 'create', sent);
      return account(world, 'create', sent);
    },
  },
  otherVersion: {
    status: 412,
    run: async (world) => account(world, 'update', { userid: await world.newUser(), firstname: 'john' }, OTHER_VERSION),
  },
};

const ownliUpdate = async (world: World, body: unknown, headers?: Headers) =>
  call(world, 'ownli', 'PUT', `/api/users/${await world.newUser()}`, body, headers);

const OWNLI: Readonly<Record<string, RefusalCase>> = {
  invalidState: { status: 400, run: (world) => ownliUpdate(world, { address: { state: 'XX' } }) },
  invalidValue: { status: 400, run: (world) => ownliUpdate(world, { firstName: '' }) },
  noToken: { status: 401, run: async ({ tessera }) => tessera.send('GET', `/api/users/by-id/${ACME.viewer.id}`) },
  scopeTooSmall: {
    status: 403,
    run: ({ tessera, headersOf }) =>
      tessera.send('GET', `/api/users/by-id/${ACME.viewer.id}`, { headers: headersOf('ownli', 'viewer') }),
  },
  noUser: { status: 404, run: (world) => call(world, 'ownli', 'GET', '/api/users/by-id/no-user') },
  contactTaken: { status: 409, run: (world) => ownliUpdate(world, { email: 'vi@acme.test' }) },
  otherVersion: { status: 412, run: (world) => ownliUpdate(world, { firstName: 'Ann' }, OTHER_VERSION) },
  noJson: { status: 415, run: (world) => ownliUpdate(world, 'text', JSON_NOT) },
};

/** What goes wrong, by a name for it: each refusal that is shown in a document. */
export const REFUSAL_CASES: Readonly<Record<DialectName, Readonly<Record<string, RefusalCase>>>> = {
  zitadel: ZITADEL,
  jframework: JFRAMEWORK,
  avibra: AVIBRA,
  ownli: OWNLI,
};
