import { UNVERSIONED_PREFIXES } from '../../src/api/jframework/unversioned.ts';
import { ACME } from '../support/setup.ts';
import type { Stranger, World } from './callers.ts';
import { fresh, quoted, type RouteCase, withMember } from './route-case.ts';
import { before } from './sign-in-route-cases.ts';

const ROOT = '/api/v1';
const EVERYBODY_SIGNED_IN: readonly Stranger[] = ['foreign', 'viewer', 'member', 'self'];
const OF_THE_BRAND: readonly Stranger[] = ['viewer', 'member', 'self'];

async function post(world: World, path: string, body: object) {
  return (await before(world, 'POST', `${ROOT}${path}`, body, world.owner.jframework)).json.data;
}

/** How entries of one kind are made: a body but for its name. */
interface Kind {
  readonly path: string;
  readonly readers: RouteCase['may'];
  body(world: World): Promise<object> | object;
}

const code = () => ({ code: fresh() });
const KINDS: Readonly<Record<string, Kind>> = {
  roles: { path: '/roles', readers: [], body: code },
  permissions: { path: '/permissions', readers: [], body: () => ({ ...code(), resourceTypeId: 'USER' }) },
  resourceTypes: { path: '/resource-types', readers: [], body: () => ({ ...code(), description: 'd' }) },
  packages: { path: '/packages', readers: 'everybody', body: code },
  features: { path: '/features', readers: OF_THE_BRAND, body: code },
  prices: { path: '/prices', readers: 'everybody', body: priceBody },
  subscriptionTypes: { path: '/subscription-types', readers: 'everybody', body: () => ({ unit: 'Day' }) },
};

async function priceBody(world: World): Promise<object> {
  const { id: packageId } = await make(world, 'packages');
  const { id: subscriptionTypeId } = await make(world, 'subscriptionTypes');
  return { ...code(), packageId, subscriptionTypeId, amount: 1, currency: 'EUR' };
}

async function make(world: World, kind: keyof typeof KINDS): Promise<{ id: string }> {
  const { path, body } = KINDS[kind] as Kind;
  return post(world, path, { ...(await body(world)), name: 'N' });
}

/** GET, POST, PUT and DELETE of entries of one kind. */
function entryCases(name: keyof typeof KINDS): Record<string, RouteCase> {
  const { path, readers, body } = KINDS[name] as Kind;
  const one = async (world: World) => `${ROOT}${path}/${(await make(world, name)).id}`;
  // Whoever belongs to another brand sees, and makes, what is there.
  const inOwnBrand = readers === 'everybody' ? readers : [...new Set<Stranger>([...readers, 'foreign'])];
  return {
    [`GET ${ROOT}${path}`]: {
      stateless: true,
      status: 200,
      may: inOwnBrand,
      call: () => ({ path: `${ROOT}${path}` }),
    },
    [`GET ${ROOT}${path}/:id`]: {
      ...fromMemory(readers),
      status: 200,
      may: readers,
      call: async (world) => ({ path: await one(world) }),
    },
    [`POST ${ROOT}${path}`]: {
      status: 201,
      // A price needs a package of the brand.
      may: name === 'prices' ? [] : ['foreign'],
      call: async (world) => ({
        path: `${ROOT}${path}`,
        text: quoted('N'),
        body: withMember('name', await body(world)),
      }),
    },
    [`PUT ${ROOT}${path}/:id`]: {
      status: 200,
      may: [],
      call: async (world) => ({
        path: await one(world),
        text: quoted('M'),
        body: withMember('name', await body(world)),
      }),
    },
    [`DELETE ${ROOT}${path}/:id`]: { status: 200, may: [], call: async (world) => ({ path: await one(world) }) },
  };
}

/** What is between two entries: a path below one of them, with the id of the other in the body. */
function linkCase(
  from: keyof typeof KINDS,
  to: keyof typeof KINDS,
  name: string,
  body: (text: string) => string,
): RouteCase {
  return {
    status: 200,
    may: [],
    async call(world) {
      const { id } = await make(world, from);
      const text = quoted((await make(world, to)).id);
      return { path: `${ROOT}${KINDS[from]?.path}/${id}/${name}`, text, body };
    },
  };
}

function readCase(from: keyof typeof KINDS, name: string, may: RouteCase['may']): RouteCase {
  const call = async (world: World) => ({
    path: `${ROOT}${KINDS[from]?.path}/${(await make(world, from)).id}/${name}`,
  });
  return { ...fromMemory(may), status: 200, may, call };
}

/** Who needs no key causes no look at the database. */
function fromMemory(may: RouteCase['may']): Pick<RouteCase, 'stateless'> {
  return may === 'everybody' ? { stateless: true } : {};
}

/** What was between two entries, taken away again. */
function unlinkCase(
  from: keyof typeof KINDS,
  to: keyof typeof KINDS,
  name: string,
  [link, unlink]: readonly [(text: string) => string, (text: string) => string],
): RouteCase {
  return {
    status: 200,
    may: [],
    async call(world) {
      const [{ id }, { id: other }] = [await make(world, from), await make(world, to)];
      await post(world, `${KINDS[from]?.path}/${id}/${name}`, JSON.parse(link(quoted(other))));
      return { path: `${ROOT}${KINDS[from]?.path}/${id}/${name}`, text: quoted(other), body: unlink };
    },
  };
}

const list = (member: string) => (text: string) => `{${quoted(member)}:[${text}]}`;
const held = (member: string) => (text: string) => `[{${quoted(member)}:${text},"type":"Function"}]`;

/** A package that contains a feature. */
async function heldFeature(world: World): Promise<string> {
  const [{ id }, { id: featureId }] = [await make(world, 'packages'), await make(world, 'features')];
  await post(world, `/packages/${id}/features`, [{ featureId, type: 'Function' }]);
  return `${ROOT}/packages/${id}/features/${featureId}`;
}

const checkout = (kind: 'packages' | 'prices', name: string, body?: (text: string) => string): RouteCase => ({
  // That nothing is sold here.
  stateless: true,
  status: 409,
  may: OF_THE_BRAND,
  call: async (world) => ({
    path: `${ROOT}/${kind}/${(await make(world, kind)).id}/${name}`,
    ...(body && { body, text: quoted('p') }),
  }),
});

const brand = (path: string): RouteCase => ({
  stateless: true,
  status: 200,
  may: 'everybody',
  call: () => ({ path: `${ROOT}${path}` }),
});

/** Calls of JFramework's API about what a brand is and offers. */
export const JFRAMEWORK_CATALOGUE_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  ...Object.assign({}, ...Object.keys(KINDS).map(entryCases)),
  [`PATCH ${ROOT}/features/:id`]: {
    status: 200,
    may: [],
    call: async (world) => ({
      path: `${ROOT}/features/${(await make(world, 'features')).id}`,
      text: quoted('M'),
      body: withMember('name', code()),
    }),
  },
  [`GET ${ROOT}/roles/:id/permissions`]: readCase('roles', 'permissions', []),
  [`POST ${ROOT}/roles/:id/permissions`]: linkCase('roles', 'permissions', 'permissions', list('permissionIds')),
  [`PATCH ${ROOT}/roles/:id/permissions`]: linkCase('roles', 'permissions', 'permissions', list('permissionIds')),
  [`DELETE ${ROOT}/roles/:id/permissions`]: unlinkCase('roles', 'permissions', 'permissions', [
    list('permissionIds'),
    list('permissionIds'),
  ]),
  [`GET ${ROOT}/permissions/:id/roles`]: readCase('permissions', 'roles', []),
  [`POST ${ROOT}/permissions/:id/roles`]: linkCase('permissions', 'roles', 'roles', list('roleIds')),
  [`DELETE ${ROOT}/permissions/:id/roles`]: unlinkCase('permissions', 'roles', 'roles', [
    list('roleIds'),
    list('roleIds'),
  ]),
  [`POST ${ROOT}/roles/:id/users`]: {
    status: 200,
    may: [],
    call: async (world, id) => ({
      path: `${ROOT}/roles/${(await make(world, 'roles')).id}/users`,
      text: quoted(id),
      body: list('userIds'),
    }),
  },
  [`GET ${ROOT}/packages/:id/features`]: readCase('packages', 'features', 'everybody'),
  [`POST ${ROOT}/packages/:id/features`]: linkCase('packages', 'features', 'features', held('featureId')),
  [`DELETE ${ROOT}/packages/:id/features`]: unlinkCase('packages', 'features', 'features', [
    held('featureId'),
    list('featureIds'),
  ]),
  [`PUT ${ROOT}/packages/:id/features/:featureId`]: {
    status: 200,
    may: [],
    call: async (world) => ({ path: await heldFeature(world), text: quoted('T'), body: withMember('title', {}) }),
  },
  [`GET ${ROOT}/features/:id/packages`]: readCase('features', 'packages', OF_THE_BRAND),
  [`POST ${ROOT}/features/:id/packages`]: linkCase('features', 'packages', 'packages', held('packageId')),
  [`DELETE ${ROOT}/features/:id/packages`]: unlinkCase('features', 'packages', 'packages', [
    held('packageId'),
    list('packageIds'),
  ]),
  [`GET ${ROOT}/packages/:id/prices`]: readCase('packages', 'prices', 'everybody'),
  [`GET ${ROOT}/subscription-types/:id/prices`]: readCase('subscriptionTypes', 'prices', 'everybody'),
  [`POST ${ROOT}/packages/:id/calculate-total-price-checkout`]: checkout(
    'packages',
    'calculate-total-price-checkout',
    withMember('priceId', {}),
  ),
  [`POST ${ROOT}/packages/:id/upgrade/checkout`]: checkout('packages', 'upgrade/checkout', withMember('priceId', {})),
  [`POST ${ROOT}/prices/:id/generate-checkout-link`]: checkout('prices', 'generate-checkout-link'),
  [`GET ${ROOT}/quota-usages`]: {
    status: 200,
    may: EVERYBODY_SIGNED_IN,
    call: () => ({ path: `${ROOT}/quota-usages` }),
  },
  [`POST ${ROOT}/quota-usages/consume`]: {
    status: 200,
    may: [],
    async call(world) {
      // Only who registered has the default package.
      const registration = { password: 'Passw0rd!', username: fresh(), emailAddress: `${fresh()}@x.test` };
      const { id: userId } = await post(world, '/users/register', registration);
      return {
        path: `${ROOT}/quota-usages/consume`,
        text: quoted('SEATS'),
        body: withMember('featureCode', { userId }),
      };
    },
  },
  [`GET ${ROOT}/brands/:id`]: brand(`/brands/${ACME.id}`),
  [`GET ${ROOT}/brands/by-url`]: brand('/brands/by-url'),
  [`GET ${ROOT}/brands/by-url/:url`]: brand(`/brands/by-url/${ACME.brandUrl}`),
  [`GET ${ROOT}/brands/check-domain-exists/:domain`]: brand('/brands/check-domain-exists/x.test'),
  [`PUT ${ROOT}/brands/:id/setting`]: {
    status: 200,
    may: [],
    call: () => ({ path: `${ROOT}/brands/${ACME.id}/setting`, text: quoted('f'), body: withMember('cdnFolder', {}) }),
  },
  [`PUT ${ROOT}/brands/:id/profile`]: {
    status: 200,
    may: [],
    call: () => ({ path: `${ROOT}/brands/${ACME.id}/profile`, text: quoted('s'), body: withMember('slogan', {}) }),
  },
};

/** The same calls without a version, as far as they are taken so. */
export function unversionedCases(cases: Readonly<Record<string, RouteCase>>): Record<string, RouteCase> {
  const without = (text: string) => text.replace(`${ROOT}/`, '/api/');
  return Object.fromEntries(
    Object.entries(cases).flatMap(([name, found]) => {
      const path = without(name.split(' ')[1] ?? '');
      if (!name.includes(`${ROOT}/`)) return [];
      if (!UNVERSIONED_PREFIXES.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))) return [];
      const call: RouteCase['call'] = async (world, id) => {
        const sound = await found.call(world, id);
        return { ...sound, path: without(sound.path) };
      };
      return [[without(name), { ...found, call }]];
    }),
  );
}
