import type { Route } from '../shared/route.ts';
import { OPERATIONS } from './operations.ts';
import type { OwnliServices } from './services.ts';
import { userSearchOf } from './user-search.ts';
import { userView } from './user-view.ts';

/** `GET /api/users`: the users of a page as a bare array. */
export function listUsers({ users, authenticate }: Pick<OwnliServices, 'users' | 'authenticate'>): Route {
  return {
    method: 'GET',
    path: '/api/users',
    operation: OPERATIONS.listUsers,
    handler: async (request) => {
      const caller = await authenticate(request, 'unauthenticated');
      const { query } = userSearchOf(request);
      const found = await users.list(caller, { ...query, countTotal: false }, 'ownli');
      return { status: 200, body: JSON.stringify(found.users.map(userView)) };
    },
  };
}

/** `GET /api/users/list`: the same page, and how many users and pages there are. */
export function listUsersByPage({ users, authenticate }: Pick<OwnliServices, 'users' | 'authenticate'>): Route {
  return {
    method: 'GET',
    path: '/api/users/list',
    operation: OPERATIONS.listUsersByPage,
    handler: async (request) => {
      const caller = await authenticate(request, 'unauthenticated');
      const { query, page, size } = userSearchOf(request);
      const found = await users.list(caller, { ...query, countTotal: true }, 'ownli');
      const totalItems = found.total ?? 0;
      const answer = {
        totalItems,
        currentPage: page,
        totalPages: Math.ceil(totalItems / size),
        itemsOnPage: found.users.length,
        users: found.users.map(userView),
      };
      return { status: 200, body: JSON.stringify(answer) };
    },
  };
}
