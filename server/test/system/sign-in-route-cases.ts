import { latestToken } from '../dialects/jframework/mails.ts';
import { ACME } from '../support/setup.ts';
import type { TestResponse } from '../support/tessera.ts';
import type { World } from './callers.ts';
import { fresh, next, quoted, type RouteCase, withMember } from './route-case.ts';

const AUTH = '/api/v1/users/auth';
const PASSWORDLESS = `${AUTH}/passwordless`;
const BRAND = { 'brand-url': ACME.brandUrl };
const PAGE = `https://${ACME.brandUrl}/page`;
/** Whoever has signed in, be it at another brand. */
export const SIGNED_IN = ['foreign', 'viewer', 'member', 'self'] as const;

/** A call that some other call must go after. */
export async function before(
  { tessera }: World,
  method: string,
  path: string,
  body?: object,
  headers: object = BRAND,
): Promise<TestResponse> {
  const response = await tessera.send(method, path, { headers: { ...headers }, ...(body && { body }) });
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.text}`);
  return response;
}

async function contactOf({ tessera }: World, id: string, contact: 'email' | 'phone'): Promise<string> {
  return (await tessera.user(id))[contact].value ?? '';
}

const askingForCode = (path: string, contact: 'email' | 'phone', member: string): Record<string, RouteCase> => ({
  [`POST ${path}`]: {
    status: 200,
    may: 'everybody',
    call: async (world, id) => ({
      path,
      text: quoted(await contactOf(world, id, contact)),
      body: withMember(member, {}),
    }),
  },
});

const verifying = (
  path: string,
  ask: string,
  contact: 'email' | 'phone',
  member: string,
): Record<string, RouteCase> => ({
  [`POST ${path}`]: {
    status: 200,
    may: 'everybody',
    async call(world, id) {
      const asked = await before(world, 'POST', ask, { [member]: await contactOf(world, id, contact) });
      const otp = await latestToken(world.tessera, id);
      return { path, text: quoted(asked.json.data), body: withMember('token', { otp }) };
    },
  },
});

const askingForLink = (path: string): Record<string, RouteCase> => ({
  [`POST ${path}`]: {
    status: 200,
    may: 'everybody',
    call: async (world, id) => ({
      path,
      text: quoted(PAGE),
      body: withMember('callbackURL', { emailAddress: await contactOf(world, id, 'email') }),
    }),
  },
});

/** @param reads whether the page to open is looked at: a code that is typed opens none */
const pairing = (kind: 'qrcode' | 'otp', reads: boolean): Record<string, RouteCase> => {
  const path = `${PASSWORDLESS}/${kind}`;
  const started = async (world: World): Promise<string> => {
    const { data } = (await before(world, 'POST', `${path}/generate`)).json;
    return kind === 'qrcode' ? data.id : data.code;
  };
  const approved = async (world: World): Promise<string> => {
    const code = await started(world);
    await before(world, 'POST', `${path}/${code}/approve`, undefined, world.owner.jframework);
    return code;
  };
  const collecting = (name: string): RouteCase => ({
    status: 200,
    may: 'everybody',
    call: async (world) => ({ path: `${path}/${await approved(world)}/${name}` }),
  });
  return {
    [`POST ${path}/generate`]: {
      bodyOptional: true,
      ...(reads ? {} : { textIsIgnored: true }),
      status: 200,
      may: 'everybody',
      call: () => ({ path: `${path}/generate`, text: quoted(PAGE), body: withMember('callbackUrl', {}) }),
    },
    [`GET ${path}/:code`]: {
      status: 200,
      may: 'everybody',
      call: async (world) => ({ path: `${path}/${await started(world)}` }),
    },
    [`POST ${path}/:code/approve`]: {
      status: 200,
      may: SIGNED_IN.filter((stranger) => stranger !== 'foreign'),
      call: async (world) => ({ path: `${path}/${await started(world)}/approve` }),
    },
    [`POST ${path}/:code/auth-with-qrcode`]: collecting('auth-with-qrcode'),
    [`POST ${path}/:code/login`]: collecting('login'),
  };
};

const notConfigured = (path: string): RouteCase => ({
  stateless: true,
  status: 409,
  may: 'everybody',
  call: () => ({ path: `${path}?callbackURL=${encodeURIComponent(PAGE)}` }),
});

/** JFramework's ways to get keys. */
export const SIGN_IN_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  [`POST ${AUTH}/phone-number`]: {
    status: 200,
    may: 'everybody',
    async call(world) {
      const phoneNumber = `+1616${2_000_000 + next()}`;
      const person = { username: fresh(), emailAddress: `${fresh()}@x.test`, password: 'Passw0rd!', phoneNumber };
      await before(world, 'POST', '/api/v1/users/register', person);
      const { password } = person;
      return { path: `${AUTH}/phone-number`, text: quoted(phoneNumber), body: withMember('phoneNumber', { password }) };
    },
  },
  'POST /api/v1/users/check-auth-key-available': {
    stateless: true,
    textIsIgnored: true,
    status: 200,
    may: 'everybody',
    call: () => ({
      path: '/api/v1/users/check-auth-key-available',
      text: quoted('any key'),
      body: withMember('authKey', {}),
    }),
  },
  ...askingForCode(`${PASSWORDLESS}/email/generate-otp`, 'email', 'emailAddress'),
  ...askingForCode(`${PASSWORDLESS}/email-otp`, 'email', 'emailAddress'),
  ...askingForCode(`${PASSWORDLESS}/phone/generate-otp`, 'phone', 'phoneNumber'),
  ...askingForCode(`${PASSWORDLESS}/sms-otp`, 'phone', 'phoneNumber'),
  ...verifying(`${PASSWORDLESS}/email/verify-otp`, `${PASSWORDLESS}/email/generate-otp`, 'email', 'emailAddress'),
  ...verifying(`${PASSWORDLESS}/verify-email-otp`, `${PASSWORDLESS}/email-otp`, 'email', 'emailAddress'),
  ...verifying(`${PASSWORDLESS}/phone/verify-otp`, `${PASSWORDLESS}/sms-otp`, 'phone', 'phoneNumber'),
  ...askingForLink(`${AUTH}/email/magic-link`),
  ...askingForLink(`${AUTH}/by-email`),
  [`GET ${AUTH}/email/magic-link`]: {
    status: 200,
    may: 'everybody',
    async call(world, id) {
      const query = new URLSearchParams({ emailAddress: await contactOf(world, id, 'email'), callbackURL: PAGE });
      return { path: `${AUTH}/email/magic-link?${query}` };
    },
  },
  ...pairing('qrcode', true),
  ...pairing('otp', false),
  [`GET ${AUTH}/integrations/google/authenticate-url`]: notConfigured(`${AUTH}/integrations/google/authenticate-url`),
  [`POST ${AUTH}/integrations/apple/authenticate-url`]: notConfigured(`${AUTH}/integrations/apple/authenticate-url`),
  [`GET ${AUTH}/app-integration/authenticate-urls`]: notConfigured(`${AUTH}/app-integration/authenticate-urls`),
  'GET /api/v1/mfa': { status: 200, may: SIGNED_IN, call: () => ({ path: '/api/v1/mfa' }) },
};
