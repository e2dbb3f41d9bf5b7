import { setState } from '../dialects/zitadel/support.ts';
import { ACME } from '../support/setup.ts';
import { MEMBER, type World } from './callers.ts';
import { codeFor, fresh, next, quoted, type RouteCase, withMember } from './route-case.ts';

const PROFILE = { givenName: 'Gi', familyName: 'Fa' };
const TEMPLATE = quoted('https://x.test/{{.Code}}');
const sendCode = (text: string): string => `{"sendCode":{"urlTemplate":${text}}}`;

const newEmail = () => ({ email: { email: `${fresh()}@x.test`, returnCode: {} } });
const newPhone = () => ({ phone: { phone: `+1515${2_000_000 + next()}`, returnCode: {} } });

/** A call that some other call must go before. @returns what that one answered */
async function post(world: World, path: string, body: object): Promise<{ readonly [member: string]: string }> {
  const { status, text, json } = await world.tessera.send('POST', path, { headers: world.owner.zitadel, body });
  if (status !== 200) throw new Error(`POST ${path}: ${text}`);
  return json;
}

/** A move out of a state. The strangers' own record stays active: they may not move it anyway. */
const moving = (action: string, from: 'active' | 'inactive' | 'locked'): RouteCase => ({
  bodyOptional: true,
  textIsIgnored: true,
  status: 200,
  may: [],
  async call({ tessera }, id) {
    if (from !== 'active' && id !== MEMBER.id) await setState(tessera, id, from);
    return { path: `/v2/users/${id}/${action}`, text: quoted(id), body: withMember('userId', {}) };
  },
});

/** Calls of the vendor's API that create users, or change one part of them. */
export const USER_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  'POST /v2/users/new': {
    status: 200,
    may: [],
    call: () => ({
      path: '/v2/users/new',
      text: quoted(fresh()),
      body: withMember('username', {
        organizationId: ACME.id,
        human: { profile: PROFILE, email: { email: `${fresh()}@x.test` } },
      }),
    }),
  },
  'PATCH /v2/users/:userId': {
    // Without a kind of user there is no telling what is to be changed.
    bodyOptional: true,
    status: 200,
    may: ['self'],
    call: (_world, id) => ({
      path: `/v2/users/${id}`,
      text: quoted(fresh()),
      body: (text) => `{"human":{"profile":{"nickName":${text}}}}`,
    }),
  },
  'POST /v2/users/:userId/email': {
    status: 200,
    may: ['self'],
    call: (_world, id) => ({
      path: `/v2/users/${id}/email`,
      text: quoted(`${fresh()}@x.test`),
      body: withMember('email', {}),
    }),
  },
  'POST /v2/users/:userId/email/resend': {
    bodyOptional: true,
    status: 200,
    may: ['self'],
    async call(world, id) {
      await codeFor(world, id, newEmail(), 'emailCode');
      return { path: `/v2/users/${id}/email/resend`, text: TEMPLATE, body: sendCode };
    },
  },
  'POST /v2/users/:userId/email/send': {
    bodyOptional: true,
    status: 200,
    may: ['self'],
    call: (_world, id) => ({ path: `/v2/users/${id}/email/send`, text: TEMPLATE, body: sendCode }),
  },
  'POST /v2/users/:userId/phone': {
    status: 200,
    may: ['self'],
    call: (_world, id) => ({
      path: `/v2/users/${id}/phone`,
      text: quoted(newPhone().phone.phone),
      body: withMember('phone', {}),
    }),
  },
  'POST /v2/users/:userId/phone/resend': {
    bodyOptional: true,
    textIsIgnored: true,
    status: 200,
    may: ['self'],
    async call(world, id) {
      await codeFor(world, id, newPhone(), 'phoneCode');
      return { path: `/v2/users/${id}/phone/resend`, text: quoted(id), body: withMember('userId', {}) };
    },
  },
  'DELETE /v2/users/:userId/phone': {
    bodyOptional: true,
    textIsIgnored: true,
    status: 200,
    may: ['self'],
    async call(world, id) {
      await codeFor(world, id, newPhone(), 'phoneCode');
      return { path: `/v2/users/${id}/phone`, text: quoted(id), body: withMember('userId', {}) };
    },
  },
  'POST /v2/users/:userId/password': {
    status: 200,
    may: [],
    call: (_world, id) => ({
      path: `/v2/users/${id}/password`,
      text: quoted('Secr3tP4ssw0rd!'),
      body: (text) => `{"newPassword":{"password":${text}}}`,
    }),
  },
  'POST /v2/users/:userId/deactivate': moving('deactivate', 'active'),
  'POST /v2/users/:userId/reactivate': moving('reactivate', 'inactive'),
  'POST /v2/users/:userId/lock': moving('lock', 'active'),
  'POST /v2/users/:userId/unlock': moving('unlock', 'locked'),
  'POST /v2/users/:userId/invite_code': {
    bodyOptional: true,
    status: 200,
    // Oneself has a password to ask with, so there is nothing to be invited to.
    may: [],
    call: (_world, id) => ({ path: `/v2/users/${id}/invite_code`, text: TEMPLATE, body: sendCode }),
  },
  'POST /v2/users/:userId/invite_code/resend': {
    status: 200,
    may: [],
    async call(world, id) {
      if (id !== MEMBER.id) await post(world, `/v2/users/${id}/invite_code`, {});
      return { path: `/v2/users/${id}/invite_code/resend` };
    },
  },
  'POST /v2/users/:userId/invite_code/verify': {
    status: 200,
    // Whoever holds the code; nobody can invite himself.
    may: ['viewer', 'member'],
    async call(world, id) {
      const path = `/v2/users/${id}/invite_code`;
      const { inviteCode = 'NONE' } = id === MEMBER.id ? {} : await post(world, path, { returnCode: {} });
      return { path: `${path}/verify`, text: quoted(inviteCode), body: withMember('verificationCode', {}) };
    },
  },
  'POST /v2/users/:userId/mfa_init_skipped': {
    bodyOptional: true,
    textIsIgnored: true,
    status: 200,
    may: ['self'],
    call: (_world, id) => ({
      path: `/v2/users/${id}/mfa_init_skipped`,
      text: quoted(id),
      body: withMember('userId', {}),
    }),
  },
  'POST /v2/users/:userId/metadata': {
    status: 200,
    may: [],
    call: (_world, id) => ({
      path: `/v2/users/${id}/metadata`,
      text: quoted(fresh()),
      body: (text) => `{"metadata":[{"value":"eA==","key":${text}}]}`,
    }),
  },
  'POST /v2/users/:userId/metadata/search': {
    bodyOptional: true,
    stateless: true,
    status: 200,
    may: ['viewer', 'self'],
    call: (_world, id) => ({
      path: `/v2/users/${id}/metadata/search`,
      text: quoted('key'),
      body: (text) => `{"filters":[{"keyFilter":{"key":${text}}}]}`,
    }),
  },
  'DELETE /v2/users/:userId/metadata': {
    status: 200,
    may: [],
    async call(world, id) {
      const key = fresh();
      await post(world, `/v2/users/${id}/metadata`, { metadata: [{ key, value: 'eA==' }] });
      return { path: `/v2/users/${id}/metadata?keys=${key}` };
    },
  },
};
