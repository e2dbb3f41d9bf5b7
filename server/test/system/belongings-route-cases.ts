import { MEMBER, STRANGERS, type World } from './callers.ts';
import { fresh, quoted, type RouteCase, withMember } from './route-case.ts';
import { before, SIGNED_IN } from './sign-in-route-cases.ts';

/** Makes a device known to everybody who may call, and links it to each of them under the same address for messages. */
async function ownDevices(world: World, code: string, token: string): Promise<void> {
  const callers = [world.owner.jframework, ...STRANGERS.map((one) => world.headersOf('jframework', one))];
  const seen = new Set<string>();
  for (const headers of callers) {
    const me = await world.tessera.send('GET', '/api/v1/users/me', { headers });
    if (me.status !== 200 || seen.has(me.json.data.id)) continue;
    seen.add(me.json.data.id);
    const id = await madeKnown(world, code, headers);
    await before(world, 'POST', `/api/v1/users/${me.json.data.id}/devices/${id}`, { token }, headers);
  }
}

async function madeKnown(world: World, code: string, headers: object): Promise<string> {
  const device = { type: 'Web', code, name: 'Browser', osDevice: 'any', appVersionNumber: '1' };
  return (await before(world, 'POST', '/api/v1/devices', device, headers)).json.data.id;
}

/** A device that is linked to the user. */
async function linked(world: World, id: string): Promise<string> {
  const device = await madeKnown(world, fresh(), world.owner.jframework);
  await before(world, 'POST', `/api/v1/users/${id}/devices/${device}`, { tags: 'x' }, world.owner.jframework);
  return device;
}

const USER = '/api/v1/users/:id';
const pathOf = (route: string, id: string): string => route.replace(':id', id);
const reading = (route: string, query = ''): Record<string, RouteCase> => ({
  [`GET ${route}`]: {
    status: 200,
    may: ['viewer', 'self'],
    call: (_world, id) => ({ path: pathOf(route, id) + query }),
  },
});

const CONFIGURATION = { groupCode: 'g', code: 'c', name: 'n' };
const configurations = (route: string): Record<string, RouteCase> => {
  const saved = async (world: World, id: string): Promise<string> => {
    const body = { ...CONFIGURATION, code: fresh(), value: 'v' };
    const { json } = await before(world, 'POST', pathOf(route, id), body, world.owner.jframework);
    return `${pathOf(route, id)}/${json.data.id}`;
  };
  return {
    [`POST ${route}`]: {
      status: 201,
      may: ['self'],
      call: (_world, id) => ({
        path: pathOf(route, id),
        text: quoted(fresh()),
        body: withMember('value', CONFIGURATION),
      }),
    },
    ...reading(route),
    [`GET ${route}/:configurationId`]: {
      status: 200,
      may: ['viewer', 'self'],
      call: async (world, id) => ({ path: await saved(world, id) }),
    },
    [`DELETE ${route}/:configurationId`]: {
      status: 200,
      may: ['self'],
      call: async (world, id) => ({ path: await saved(world, id) }),
    },
  };
};

/** What belongs to a user of JFramework besides the profile. */
export const BELONGINGS_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  'POST /api/v1/devices': {
    status: 201,
    may: SIGNED_IN,
    call: () => ({
      path: '/api/v1/devices',
      text: quoted(fresh()),
      body: withMember('code', { type: 'Web', name: 'n', osDevice: 'o', appVersionNumber: '1' }),
    }),
  },
  'POST /api/v1/devices/refresh-token': {
    status: 200,
    may: SIGNED_IN,
    async call(world) {
      const oldToken = fresh();
      await ownDevices(world, fresh(), oldToken);
      return {
        path: '/api/v1/devices/refresh-token',
        text: quoted(fresh()),
        body: withMember('newToken', { oldToken }),
      };
    },
  },
  'GET /api/v1/devices/check-user-access': {
    status: 200,
    may: ['viewer', 'self'],
    call: (_world, id) => ({ path: `/api/v1/devices/check-user-access?userId=${id}&deviceCode=x` }),
  },
  ...reading(`${USER}/devices`),
  [`POST ${USER}/devices/:deviceId`]: {
    status: 201,
    may: ['self'],
    async call(world, id) {
      const code = fresh();
      const member = world.headersOf('jframework', 'self');
      const device = await madeKnown(world, code, id === MEMBER.id ? member : world.owner.jframework);
      return { path: `${pathOf(USER, id)}/devices/${device}`, text: quoted('tag'), body: withMember('tags', {}) };
    },
  },
  [`PUT ${USER}/devices/:deviceId`]: {
    status: 200,
    may: ['self'],
    call: async (world, id) => ({
      path: `${pathOf(USER, id)}/devices/${await linked(world, id)}`,
      text: quoted('tag'),
      body: withMember('tags', {}),
    }),
  },
  [`DELETE ${USER}/devices/:deviceId`]: {
    status: 200,
    may: ['self'],
    call: async (world, id) => ({ path: `${pathOf(USER, id)}/devices/${await linked(world, id)}` }),
  },
  ...reading(`${USER}/identities`),
  ...reading(`${USER}/connections`),
  ...configurations(`${USER}/configurations`),
  ...configurations(`${USER}/configuration`),
  ...reading(`${USER}/notifications`),
  [`GET ${USER}/notifications/:notificationId`]: {
    // There is none, to whoever may look.
    status: 404,
    may: ['viewer', 'self'],
    call: (_world, id) => ({ path: `${pathOf(USER, id)}/notifications/1` }),
  },
  [`POST ${USER}/notifications/:notificationId/read`]: {
    stateless: true,
    status: 404,
    may: ['self'],
    call: (_world, id) => ({ path: `${pathOf(USER, id)}/notifications/1/read` }),
  },
  [`POST ${USER}/notifications/mark-all-as-read`]: {
    stateless: true,
    status: 200,
    may: ['self'],
    call: (_world, id) => ({ path: `${pathOf(USER, id)}/notifications/mark-all-as-read` }),
  },
};
