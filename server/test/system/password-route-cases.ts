import { latestToken } from '../dialects/jframework/mails.ts';
import { ACME } from '../support/setup.ts';
import type { World } from './callers.ts';
import { quoted, type RouteCase, withMember } from './route-case.ts';
import { before } from './sign-in-route-cases.ts';

const PASSWORD = 'Passw0rd!';
const LINK = `https://${ACME.brandUrl}/page`;
const RETURN_URL = `returnURL=${encodeURIComponent(LINK)}`;

async function addressOf({ tessera }: World, id: string): Promise<string> {
  const { email } = await tessera.user(id);
  if (email.value === null) throw new Error(`${id} has no address`);
  return email.value;
}

/** Passwords and the verification of addresses, in a brand. */
export const PASSWORD_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  'PUT /api/v1/users/change-password': {
    // With a new password every other case would have lost its session: the same again goes as far.
    status: 400,
    refused: true,
    // Everybody may change his own, though of these nobody but the administrator knows the password.
    may: ['foreign', 'viewer', 'member', 'self'],
    call: () => ({
      path: '/api/v1/users/change-password',
      text: quoted(ACME.adminPassword),
      body: withMember('newPassword', { oldPassword: ACME.adminPassword, confirmPassword: ACME.adminPassword }),
    }),
  },
  'PUT /api/v1/users/:id/change-password': {
    status: 200,
    may: [],
    call: (_world, id) => ({
      path: `/api/v1/users/${id}/change-password`,
      text: quoted(PASSWORD),
      body: withMember('newPassword', { confirmPassword: PASSWORD }),
    }),
  },
  'POST /api/v1/users/forgot-password': {
    status: 200,
    may: 'everybody',
    call: async (world, id) => ({
      path: '/api/v1/users/forgot-password',
      text: quoted(await addressOf(world, id)),
      body: withMember('emailAddress', { resetPasswordLink: LINK }),
    }),
  },
  'POST /api/v1/users/reset-password': {
    status: 200,
    may: 'everybody',
    async call(world, id) {
      const emailAddress = await addressOf(world, id);
      await before(world, 'POST', '/api/v1/users/forgot-password', { emailAddress, resetPasswordLink: LINK });
      const token = await latestToken(world.tessera, id);
      return {
        path: '/api/v1/users/reset-password',
        text: quoted(PASSWORD),
        body: withMember('newPassword', { emailAddress, token }),
      };
    },
  },
  'POST /api/v1/users/:id/email-address/verify/send': {
    status: 200,
    may: 'everybody',
    call: (_world, id) => ({ path: `/api/v1/users/${id}/email-address/verify/send?${RETURN_URL}` }),
  },
  'PUT /api/v1/users/email-address/active': {
    status: 200,
    may: 'everybody',
    async call(world, id) {
      await before(world, 'POST', `/api/v1/users/${id}/email-address/verify/send?${RETURN_URL}`);
      const token = await latestToken(world.tessera, id);
      return { path: '/api/v1/users/email-address/active', text: quoted(token), body: withMember('token', {}) };
    },
  },
};
