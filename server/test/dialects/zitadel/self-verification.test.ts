import type { DescField, DescMessage, DescMethod, JsonObject } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RestRoute, restRoutes } from '../../../src/api/zitadel/protocol/routes.ts';
import { UserService } from '../../../src/api/zitadel/protocol/user-service.ts';
import { ACME } from '../../support/setup.ts';
import { startTessera, type Tessera, type TestResponse } from '../../support/tessera.ts';
import { rowCounts } from '../../system/mounted-routes.ts';
import { ADMIN, expectRefusal, type Headers, newPerson, plantCaller, VIEWER, zitadelSetup } from './support.ts';
import { transportsOf } from './transports.ts';

/**
 * Nobody verifies a contact of its own by saying so, nor by a code that it is handed in the answer. Every way to ask for
 * either is found in the descriptors, whatever method it stands in.
 */
const ASSERTIONS = new Set(['is_verified', 'return_code']);
/** Fields that hold a contact, or a proof of one. */
const CONTACTS = /email|phone|verif|return_code/;

/** From a field of the request down to one that matches. */
type Path = readonly DescField[];

function pathsTo(matches: (field: DescField) => boolean, message: DescMessage, above: Path = []): Path[] {
  return message.fields.flatMap((field) => {
    const path = [...above, field];
    const isNested = field.message !== undefined && !field.message.typeName.startsWith('google.');
    const isLoop = above.some((each) => each.message === field.message);
    const below = isNested && !isLoop ? pathsTo(matches, field.message, path) : [];
    return matches(field) ? [path, ...below] : below;
  });
}

interface SelfCase {
  /** A request that is good for the user itself but for what is asserted. */
  request(self: Self): object;
  /** What else must be so; the assertion is refused all the same. */
  prepare?(self: Self): Promise<void>;
  /** Refused with another answer than the right that is missing. */
  refusal?: readonly [status: number, code: number, message: string];
}

interface Self {
  readonly id: string;
  readonly email: string;
  readonly phone: string;
}

const PROFILE = { givenName: 'Gi', familyName: 'Fa' };
const owner = (method: string, path: string, body: object) => tessera.send(method, path, { headers: ADMIN, body });
const outstanding = async ({ id }: Self): Promise<void> => {
  const { email, phone } = fresh();
  await owner('PUT', `/v2/users/human/${id}`, { email: { email }, phone: { phone } });
};

/** Every method of which a request can hold a contact or an assertion. */
const CASES: Readonly<Record<string, SelfCase>> = {
  AddHumanUser: {
    request: () => newPerson({ email: fresh(), phone: { phone: fresh().phone } }),
    refusal: [403, 7, 'No matching permissions found (AUTH-5mWD2)'],
  },
  CreateUser: {
    request: () => ({
      organizationId: ACME.id,
      human: { profile: PROFILE, email: { email: fresh().email }, phone: { phone: fresh().phone } },
    }),
  },
  UpdateHumanUser: { request: () => ({ email: { email: fresh().email }, phone: { phone: fresh().phone } }) },
  UpdateUser: { request: () => ({ human: { email: { email: fresh().email }, phone: { phone: fresh().phone } } }) },
  SetEmail: { request: () => ({ email: fresh().email }) },
  SetPhone: { request: () => ({ phone: fresh().phone }) },
  SendEmailCode: { request: () => ({}) },
  ResendEmailCode: { request: () => ({}), prepare: outstanding },
  ResendPhoneCode: { request: () => ({}), prepare: outstanding },
  CreateInviteCode: { request: () => ({}) },
  PasswordReset: { request: () => ({}) },
};

/** They carry a code or a search, and have tests of their own. */
const NO_ASSERTION = new Set([
  'VerifyEmail',
  'VerifyPhone',
  'VerifyInviteCode',
  'SetPassword',
  'ListUsers',
  'CreatePasskeyRegistrationLink',
]);

let count = 0;
function fresh(): { email: string; phone: string } {
  count += 1;
  return { email: `self.${count}@mouse.test`, phone: `+4176${1_000_000 + count}` };
}

let tessera: Tessera;
beforeAll(async () => {
  tessera = await startTessera(zitadelSetup());
});
afterAll(() => tessera.stop());

/** A user who can call, and has nothing but a contact. */
async function newSelf(): Promise<Self & { readonly headers: Headers }> {
  const { email, phone } = fresh();
  const id = `self-${count}`;
  const unverified = { verified: false, verifiedAt: null, code: null };
  const contacts = { email: { ...unverified, value: email }, phone: { ...unverified, value: phone } };
  return { id, email, phone, headers: await plantCaller(tessera, { id, ...contacts }) };
}

const methods = UserService.methods;
const routes = new Map(restRoutes(UserService).map((route) => [route.method.name, route]));
const routeOf = ({ name }: DescMethod): RestRoute => {
  const route = routes.get(name);
  if (route === undefined) throw new Error(`${name} has no route`);
  return route;
};

describe('the table of cases', () => {
  it('has every method whose request can hold a contact, a verification or a returned code', () => {
    const holding = methods.filter(({ input }) => pathsTo(({ name }) => CONTACTS.test(name), input).length > 0);
    const known = new Set([...Object.keys(CASES), ...NO_ASSERTION]);
    expect(holding.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
  });

  it('leaves out only methods that can assert nothing about a contact', () => {
    const asserting = methods.filter(({ input }) => pathsTo(({ name }) => ASSERTIONS.has(name), input).length > 0);
    const left = asserting.map(({ name }) => name).filter((name) => CASES[name] === undefined);
    expect(left).toEqual(['CreatePasskeyRegistrationLink']);
  });
});

type Spelling = 'jsonName' | 'name';

const attempts = methods.flatMap((method) =>
  pathsTo(({ name }) => ASSERTIONS.has(name), method.input).flatMap((path) =>
    (['jsonName', 'name'] as const).map((spelling) => {
      const title = `${method.name}: ${path.map((field) => field[spelling]).join('.')}`;
      return [title, method, path, spelling] as const;
    }),
  ),
);

/** The request with what `path` leads to asserted, every field in the spelling wanted. */
function asserting(request: object, path: Path, spelling: Spelling): object {
  const [field, ...below] = path;
  if (field === undefined) return request;
  const members = Object.fromEntries(Object.entries(request).filter(([key]) => key !== field.jsonName));
  const inner = (Reflect.get(request, field.jsonName) ?? {}) as object;
  const value = below.length > 0 ? asserting(inner, below, spelling) : field.message === undefined ? true : {};
  return { ...members, [field[spelling]]: value };
}

const covered = attempts.filter(([, method]) => CASES[method.name] !== undefined);

describe.each(covered)('%s', (_title, method, path, spelling) => {
  const found = CASES[method.name];
  if (found === undefined) throw new Error(`${method.name} has no case`);
  const send = (id: string, body: object, headers: Headers): Promise<TestResponse> => {
    const { verb, path: pattern } = routeOf(method);
    return tessera.send(verb, pattern.replace(':userId', id), { headers, body });
  };

  it('by the user itself: refused, and nothing remains', async () => {
    const self = await newSelf();
    await found.prepare?.(self);
    const body = asserting(found.request(self), path, spelling);
    const before = [await rowCounts(tessera), await tessera.user(self.id)];
    const [status, code, message] = found.refusal ?? [404, 5, 'membership not found (AUTHZ-cdgFk)'];
    expectRefusal(await send(self.id, body, self.headers), status, code, message);
    expect([await rowCounts(tessera), await tessera.user(self.id)]).toEqual(before);
  });

  it.each(['connect json', 'connect', 'grpc-web', 'grpc'] as const)('over %s: refused as well', async (transport) => {
    const self = await newSelf();
    await found.prepare?.(self);
    const request = { userId: self.id, ...asserting(found.request(self), path, spelling) } as JsonObject;
    const before = [await rowCounts(tessera), await tessera.user(self.id)];
    const token = `${self.headers['authorization']}`.replace('Bearer ', '');
    const [, code, message] = found.refusal ?? [404, 5, 'membership not found (AUTHZ-cdgFk)'];
    expect(await transportsOf(tessera, token)[transport](method, request)).toMatchObject({ code, message });
    expect([await rowCounts(tessera), await tessera.user(self.id)]).toEqual(before);
  });

  it('by one who may do so: done', async () => {
    const self = await newSelf();
    await found.prepare?.(self);
    const response = await send(self.id, asserting(found.request(self), path, spelling), ADMIN);
    expect(response.status, response.text).toBe(200);
  });
});

const CREATIONS = new Set(['AddHumanUser', 'CreateUser']);

it.each(Object.entries(CASES).filter(([name]) => !CREATIONS.has(name)))(
  '%s by the user itself without asserting anything: done',
  async (name, { prepare, request }) => {
    const self = await newSelf();
    await prepare?.(self);
    const { verb, path } = routes.get(name) ?? {};
    const { headers } = self;
    const response = await tessera.send(verb ?? '', `${path}`.replace(':userId', self.id), {
      headers,
      body: request(self),
    });
    expect(response.status, response.text).toBe(200);
  },
);

it('a viewer asserts nothing about itself either, with another answer', async () => {
  const body = { email: fresh().email, isVerified: true };
  const response = await tessera.send('POST', `/v2/users/${ACME.viewer.id}/email`, { headers: VIEWER, body });
  expectRefusal(response, 403, 7, 'No matching permissions found (AUTH-AWfge)');
});
