import { search } from './machine-route-cases.ts';
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
  'POST /v2/organizations/_search': search(
    '/v2/organizations/_search',
    (text) => `{"queries":[{"idQuery":{"id":${text}}}]}`,
  ),
};
