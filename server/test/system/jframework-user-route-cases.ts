import { ACME } from '../support/setup.ts';
import { MEMBER, type World } from './callers.ts';
import { fresh, next, quoted, type RouteCase, withMember } from './route-case.ts';
import { before } from './sign-in-route-cases.ts';

const USERS = '/api/v1/users';

/** What everybody may ask who signed in, and sees what it may know of. */
const askedByAll = (path: string): RouteCase => ({
  status: 200,
  may: ['foreign', 'viewer', 'member', 'self'],
  call: () => ({ path }),
});

/** What whoever may read a user may know of it. */
const aboutUser = (part: string): RouteCase => ({
  status: 200,
  may: ['viewer', 'self'],
  call: (_world, id) => ({ path: `${USERS}/${id}/${part}` }),
});

/** Counts of the brand that is called. */
const countedByReaders = (path: string): RouteCase => ({
  status: 200,
  may: ['foreign', 'viewer'],
  call: () => ({ path }),
});

/** Answers from memory alone. */
const told = (path: string): RouteCase => ({ stateless: true, status: 200, may: 'everybody', call: () => ({ path }) });

/** A status action, out of the status that an action before it led to. The strangers' own record stays active. */
const action = (name: string, first?: string): RouteCase => ({
  status: 200,
  may: [],
  async call(world, id) {
    if (first !== undefined && id !== MEMBER.id) {
      await before(world, 'POST', `${USERS}/${id}/${first}`, undefined, world.owner.jframework);
    }
    return { path: `${USERS}/${id}/${name}` };
  },
});

async function roleIdOf({ tessera }: World, code: string): Promise<string> {
  const { organizations } = await tessera.store.configuration();
  const acme = JSON.parse(organizations.find(({ id }) => id === ACME.id)?.settings ?? '{}');
  return acme.roles.find((role: { code: string }) => role.code === code).id;
}

const rolesCase: RouteCase = {
  status: 200,
  may: [],
  call: async (world, id) => ({ path: `${USERS}/${id}/roles?roleIds=${await roleIdOf(world, 'ADMIN')}` }),
};

const registration = (path: string, contact: () => object): RouteCase => ({
  status: 201,
  may: 'everybody',
  call: () => ({
    path: `${USERS}/register/${path}`,
    text: quoted('Fi'),
    body: withMember('firstName', { password: 'Passw0rd!', ...contact() }),
  }),
});

/** Calls of JFramework's API about users: lists, status, roles, referrals, counts. */
export const JFRAMEWORK_USER_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  'GET /api/v1/users': askedByAll(USERS),
  'GET /api/v1/users/by-list-id': askedByAll(`${USERS}/by-list-id?ids=${ACME.viewer.id}`),
  'GET /api/v1/users/by-username/:username': {
    status: 200,
    may: ['viewer', 'self'],
    async call({ tessera }, id) {
      // Who has no username shows its id.
      const { username } = await tessera.user(id);
      return { path: `${USERS}/by-username/${username ?? id}` };
    },
  },
  'DELETE /api/v1/users/:id': { status: 200, may: [], call: (_world, id) => ({ path: `${USERS}/${id}` }) },
  'PUT /api/v1/users/:id/type/:type': {
    status: 200,
    may: [],
    call: (_world, id) => ({ path: `${USERS}/${id}/type/Partner` }),
  },
  'POST /api/v1/users/:id/activate': action('activate', 'deactivate'),
  'POST /api/v1/users/:id/deactivate': action('deactivate'),
  'POST /api/v1/users/:id/lock': action('lock'),
  'POST /api/v1/users/:id/unlock': action('unlock', 'lock'),
  'POST /api/v1/users/:id/suspend': action('suspend'),
  'POST /api/v1/users/:id/unsuspend': action('unsuspend', 'suspend'),
  'POST /api/v1/users/register/email-address': registration('email-address', () => ({
    emailAddress: `${fresh()}@x.test`,
  })),
  'POST /api/v1/users/register/phone-number': registration('phone-number', () => ({
    phoneNumber: `+1616${2_000_000 + next()}`,
  })),
  'GET /api/v1/users/:id/roles': aboutUser('roles'),
  'POST /api/v1/users/:id/roles': rolesCase,
  'PATCH /api/v1/users/:id/roles': rolesCase,
  'DELETE /api/v1/users/:id/roles': rolesCase,
  'GET /api/v1/users/:id/permissions': aboutUser('permissions'),
  'POST /api/v1/users/:id/referrals/apply': {
    status: 200,
    may: ['self'],
    async call(world, id) {
      const body = { password: 'Passw0rd!', username: fresh(), emailAddress: `${fresh()}@x.test` };
      const { json } = await before(world, 'POST', `${USERS}/register`, body);
      return { path: `${USERS}/${id}/referrals/apply?referralCode=${json.data.referralCode}` };
    },
  },
  'GET /api/v1/users/referrals/:code/check': askedByAll(`${USERS}/referrals/ABCDEF/check`),
  'GET /api/v1/users/:id/referees': aboutUser('referees'),
  'GET /api/v1/users/statistics': countedByReaders(`${USERS}/statistics`),
  'GET /api/v1/analytics/users/summary': countedByReaders('/api/v1/analytics/users/summary'),
  'GET /api/v1/analytics/users/daily': countedByReaders('/api/v1/analytics/users/daily'),
  'GET /api/v1/constants/user/status': told('/api/v1/constants/user/status'),
  'GET /api/v1/constants/user/types': told('/api/v1/constants/user/types'),
  'GET /api/v1/constants/device/types': told('/api/v1/constants/device/types'),
  'GET /api/v1/constants/feature/types': told('/api/v1/constants/feature/types'),
};
