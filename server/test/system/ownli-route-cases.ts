import { fresh, next, quoted, type RouteCase, withMember } from './route-case.ts';

const POLICY = { startDate: '2024-01-01T00:00:00.000Z', endDate: '2025-01-01T00:00:00.000Z' };

export const OWNLI_ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  'POST /api/users/with-policy': {
    status: 200,
    // The client of another organization makes users of its own.
    may: ['foreign'],
    call: () => {
      const phone = `+1415${2_000_000 + next()}`;
      const policyInfo = withMember('policyNumber', POLICY);
      const others = { firstName: 'Gi', lastName: 'Fa', phone, address: { state: 'IL' } };
      return {
        path: '/api/users/with-policy',
        text: quoted(fresh()),
        body: (text) => withMember('policyInfo', others)(policyInfo(text)),
      };
    },
  },
  'PUT /api/users/:userId/update-policy': {
    status: 200,
    may: [],
    call: (_world, id) => ({
      path: `/api/users/${id}/update-policy`,
      text: quoted(fresh()),
      body: withMember('policyNumber', POLICY),
    }),
  },
  'GET /api/users': {
    status: 200,
    // Of its own organization.
    may: ['foreign'],
    call: () => ({ path: '/api/users' }),
  },
  'GET /api/users/list': {
    status: 200,
    // Of its own organization.
    may: ['foreign'],
    call: (_world, id) => ({ path: `/api/users/list?searchBy=id&searchValue=${id}` }),
  },
  'GET /api/users/by-phone/:phoneNumber': {
    status: 200,
    may: [],
    async call({ tessera }, id) {
      const { phone } = await tessera.user(id);
      return { path: `/api/users/by-phone/${phone.value}` };
    },
  },
  'GET /api/users/by-id/:id': {
    status: 200,
    may: [],
    call: (_world, id) => ({ path: `/api/users/by-id/${id}` }),
  },
  'GET /api/users/:userId/summary': {
    status: 200,
    may: [],
    call: (_world, id) => ({ path: `/api/users/${id}/summary` }),
  },
};
