import { ACME } from '../support/setup.ts';
import { AVIBRA_ROUTE_CASES } from './avibra-route-cases.ts';
import { BELONGINGS_ROUTE_CASES } from './belongings-route-cases.ts';
import { MEMBER } from './callers.ts';
import { FACTOR_ROUTE_CASES } from './factor-route-cases.ts';
import { IDP_ROUTE_CASES } from './idp-route-cases.ts';
import { JFRAMEWORK_CATALOGUE_ROUTE_CASES, unversionedCases } from './jframework-catalogue-route-cases.ts';
import { JFRAMEWORK_USER_ROUTE_CASES } from './jframework-user-route-cases.ts';
import { LINK_TOKEN_ROUTE_CASES } from './link-token-route-cases.ts';
import { MACHINE_ROUTE_CASES } from './machine-route-cases.ts';
import { ORGANIZATION_ROUTE_CASES } from './organization-route-cases.ts';
import { OWNLI_ROUTE_CASES } from './ownli-route-cases.ts';
import { PASSWORD_ROUTE_CASES } from './password-route-cases.ts';
import { codeFor, fresh, next, quoted, type RouteCase, withMember } from './route-case.ts';
import { SIGN_IN_ROUTE_CASES } from './sign-in-route-cases.ts';
import { USER_ROUTE_CASES } from './user-route-cases.ts';
import { WEBAUTHN_ROUTE_CASES } from './webauthn-route-cases.ts';

export { type Call, credentialsFor, type RouteCase, sendCase } from './route-case.ts';

const PROFILE = { givenName: 'Gi', familyName: 'Fa' };

/** One case for every route that is served; those of Zitadel that are mounted but not built yet have none. */
const CASES: Readonly<Record<string, RouteCase>> = {
  'POST /v2/users/human': {
    status: 200,
    may: [],
    call: () => ({
      path: '/v2/users/human',
      text: quoted(fresh()),
      body: withMember('username', {
        organization: { orgId: ACME.id },
        profile: PROFILE,
        email: { email: `${fresh()}@x.test` },
      }),
    }),
  },
  'GET /v2/users/:userId': {
    status: 200,
    may: ['viewer', 'self'],
    call: (_world, id) => ({ path: `/v2/users/${id}` }),
  },
  'PUT /v2/users/human/:userId': {
    bodyOptional: true,
    status: 200,
    may: ['self'],
    call: (_world, id) => ({
      path: `/v2/users/human/${id}`,
      text: quoted(fresh()),
      body: (text) =>
        JSON.stringify({ profile: { ...PROFILE, nickName: 0 } }).replace('"nickName":0', () => `"nickName":${text}`),
    }),
  },
  'DELETE /v2/users/:userId': {
    status: 200,
    may: [],
    call: (_world, id) => ({ path: `/v2/users/${id}` }),
  },
  'POST /v2/users/:userId/email/verify': {
    status: 200,
    // Whoever holds the code proves the contact, whatever else he may.
    may: ['viewer', 'member', 'self'],
    async call(world, id) {
      const email = { email: `${fresh()}@x.test`, returnCode: {} };
      const code = await codeFor(world, id, { email }, 'emailCode');
      return { path: `/v2/users/${id}/email/verify`, text: quoted(code), body: withMember('verificationCode', {}) };
    },
  },
  'POST /v2/users/:userId/phone/verify': {
    status: 200,
    // Whoever holds the code proves the contact, whatever else he may.
    may: ['viewer', 'member', 'self'],
    async call(world, id) {
      const phone = { phone: `+1313${2_000_000 + next()}`, returnCode: {} };
      const code = await codeFor(world, id, { phone }, 'phoneCode');
      return { path: `/v2/users/${id}/phone/verify`, text: quoted(code), body: withMember('verificationCode', {}) };
    },
  },
  ...USER_ROUTE_CASES,
  ...IDP_ROUTE_CASES,
  ...JFRAMEWORK_USER_ROUTE_CASES,
  ...JFRAMEWORK_CATALOGUE_ROUTE_CASES,
  ...FACTOR_ROUTE_CASES,
  ...MACHINE_ROUTE_CASES,
  ...ORGANIZATION_ROUTE_CASES,
  ...PASSWORD_ROUTE_CASES,
  ...SIGN_IN_ROUTE_CASES,
  ...BELONGINGS_ROUTE_CASES,
  ...WEBAUTHN_ROUTE_CASES,
  'POST /v2/users/:userId/password_reset': {
    bodyOptional: true,
    status: 200,
    may: ['self'],
    call: (_world, id) => ({
      path: `/v2/users/${id}/password_reset`,
      text: quoted('https://x.test/{{.Code}}'),
      body: (text) => `{"sendLink":{"urlTemplate":${text}}}`,
    }),
  },
  'PUT /api/v1/users/:id': {
    status: 200,
    may: ['self'],
    async call({ tessera }, id) {
      const { username, email } = await tessera.user(id);
      const known = { username: username ?? id, emailAddress: email.value };
      return { path: `/api/v1/users/${id}`, text: quoted(fresh()), body: withMember('firstName', known) };
    },
  },
  'GET /api/v1/users/:id': {
    status: 200,
    may: ['viewer', 'self'],
    call: (_world, id) => ({ path: `/api/v1/users/${id}` }),
  },
  'GET /api/v1/users/me': {
    status: 200,
    // Everybody who signed in sees himself; the foreign one does so in his own brand.
    may: ['foreign', 'viewer', 'member', 'self'],
    call: () => ({ path: '/api/v1/users/me' }),
  },
  'POST /api/v1/users/register': {
    status: 201,
    may: 'everybody',
    call: () => ({
      path: '/api/v1/users/register',
      text: quoted('Fi'),
      body: withMember('firstName', { password: 'Passw0rd!', username: fresh(), emailAddress: `${fresh()}@x.test` }),
    }),
  },
  'POST /api/v1/users/auth': {
    status: 200,
    may: 'everybody',
    call: () => ({
      path: '/api/v1/users/auth',
      text: quoted('acme.admin'),
      body: withMember('username', { password: ACME.adminPassword }),
    }),
  },
  'POST /api/v1/users/auth/refresh-auth-key': {
    status: 200,
    may: 'everybody',
    async call({ tessera }) {
      const { json } = await tessera.send('POST', '/api/v1/users/auth', {
        headers: { 'brand-url': ACME.brandUrl },
        body: { username: 'member', password: MEMBER.password },
      });
      const path = '/api/v1/users/auth/refresh-auth-key';
      return { path, text: quoted(json.data.refreshAuthKey), body: withMember('refreshAuthKey', {}) };
    },
  },
  ...AVIBRA_ROUTE_CASES,
  ...LINK_TOKEN_ROUTE_CASES,
  'POST /api/auth/token': {
    stateless: true,
    status: 200,
    may: 'everybody',
    call: () => {
      const { clientId, ...others } = ACME.ownli;
      return { path: '/api/auth/token', text: quoted(clientId), body: withMember('clientId', others) };
    },
  },
  'POST /api/users': {
    status: 200,
    // The client of another organization makes users of its own.
    may: ['foreign'],
    call: () => ({
      path: '/api/users',
      text: quoted(fresh()),
      body: withMember('firstName', {
        lastName: 'Fa',
        email: `${fresh()}@x.test`,
        phone: `+1414${2_000_000 + next()}`,
        address: { state: 'IL' },
      }),
    }),
  },
  'PUT /api/users/:userId': {
    status: 200,
    may: [],
    call: (_world, id) => ({
      path: `/api/users/${id}`,
      text: quoted(fresh()),
      body: withMember('customField1', {}),
    }),
  },
  ...OWNLI_ROUTE_CASES,
};

export const ROUTE_CASES: Readonly<Record<string, RouteCase>> = { ...CASES, ...unversionedCases(CASES) };

/** @param name of a route that is served */
export function caseOf(name: string): RouteCase {
  const found = ROUTE_CASES[name];
  if (found === undefined) throw new Error(`${name} is mounted, but has no case`);
  return found;
}
