import { fresh, quoted, type RouteCase, withMember } from './route-case.ts';

export const ORGANIZATION_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  'POST /v2/organizations': {
    status: 200,
    by: 'root',
    may: [],
    call: (_world, id) => ({
      path: '/v2/organizations',
      text: quoted(fresh()),
      body: withMember('name', { admins: [{ userId: id }] }),
    }),
  },
  'POST /v2/organizations/_search': {
    bodyOptional: true,
    stateless: true,
    status: 200,
    // Everybody may ask, and sees what it may know of.
    may: ['foreign', 'viewer', 'member', 'self'],
    call: () => ({
      path: '/v2/organizations/_search',
      text: quoted('1'),
      body: (text) => `{"queries":[{"idQuery":{"id":${text}}}]}`,
    }),
  },
};
