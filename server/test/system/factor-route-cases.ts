import { Secret, TOTP } from 'otpauth';
import type { World } from './callers.ts';
import { next, quoted, type RouteCase, withMember } from './route-case.ts';

/** A call of the owner that some other call must go after. */
function before(world: World, method: string, path: string, body?: object) {
  return world.tessera.send(method, path, {
    headers: world.owner.zitadel,
    ...(body === undefined ? {} : { body }),
  });
}

/** Lets nothing be set up that the call is to set up; the strangers' own record has been there before. */
const without = (world: World, path: string) => before(world, 'DELETE', path);

async function verifyContact(world: World, id: string, contact: 'email' | 'phone'): Promise<void> {
  const value = contact === 'email' ? `factor.${next()}@x.test` : `+1516${2_000_000 + next()}`;
  await before(world, 'PUT', `/v2/users/human/${id}`, { [contact]: { [contact]: value, isVerified: true } });
}

interface Steps {
  /** What must stand before the call. */
  given(world: World, id: string): Promise<unknown>;
  /** Its last part. */
  readonly path: string;
}

/** A call whose request holds nothing but the user. */
const adding = ({ given, path }: Steps): RouteCase => ({
  bodyOptional: true,
  textIsIgnored: true,
  status: 200,
  may: ['self'],
  async call(world, id) {
    await given(world, id);
    return { path: `/v2/users/${id}/${path}`, text: quoted(id), body: withMember('userId', {}) };
  },
});

const removing = ({ given, path }: Steps): RouteCase => ({
  status: 200,
  may: ['self'],
  async call(world, id) {
    await given(world, id);
    return { path: `/v2/users/${id}/${path}` };
  },
});

async function registerTotp(world: World, id: string): Promise<string> {
  const path = `/v2/users/${id}/totp`;
  await without(world, path);
  const { json } = await before(world, 'POST', path, {});
  return json.secret;
}

const otp = (path: string, contact: 'email' | 'phone'): Record<string, RouteCase> => ({
  [`POST /v2/users/:userId/${path}`]: adding({
    path,
    async given(world, id) {
      await without(world, `/v2/users/${id}/${path}`);
      await verifyContact(world, id, contact);
    },
  }),
  [`DELETE /v2/users/:userId/${path}`]: removing({
    path,
    async given(world, id) {
      await verifyContact(world, id, contact);
      await before(world, 'POST', `/v2/users/${id}/${path}`, {});
    },
  }),
});

/** Calls of the vendor's API about second factors, and what they list. */
export const FACTOR_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  'POST /v2/users/:userId/totp': adding({
    path: 'totp',
    given: (world, id) => without(world, `/v2/users/${id}/totp`),
  }),
  'POST /v2/users/:userId/totp/verify': {
    status: 200,
    may: ['self'],
    async call(world, id) {
      const secret = Secret.fromBase32(await registerTotp(world, id));
      const body = withMember('code', {});
      return { path: `/v2/users/${id}/totp/verify`, text: quoted(TOTP.generate({ secret })), body };
    },
  },
  'DELETE /v2/users/:userId/totp': removing({ path: 'totp', given: registerTotp }),
  ...otp('otp_sms', 'phone'),
  ...otp('otp_email', 'email'),
  'POST /v2/users/:userId/recovery_codes': {
    status: 200,
    may: ['self'],
    call: (_world, id) => ({
      path: `/v2/users/${id}/recovery_codes`,
      text: quoted(id),
      // A member whose value the path overrides.
      body: withMember('userId', { count: 2 }),
    }),
    textIsIgnored: true,
  },
  'DELETE /v2/users/:userId/recovery_codes': removing({
    path: 'recovery_codes',
    given: (world, id) => before(world, 'POST', `/v2/users/${id}/recovery_codes`, { count: 1 }),
  }),
  'GET /v2/users/:userId/authentication_methods': {
    status: 200,
    may: ['viewer', 'self'],
    call: (_world, id) => ({ path: `/v2/users/${id}/authentication_methods?domainQuery.domain=acme.test` }),
  },
  'POST /v2/users/:userId/authentication_factors/_search': {
    stateless: true,
    status: 200,
    may: ['viewer', 'self'],
    call: (_world, id) => ({ path: `/v2/users/${id}/authentication_factors/_search?authFactors=OTP` }),
  },
};
