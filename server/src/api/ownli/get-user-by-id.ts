import { paramsOf } from '../shared/dialect.ts';
import type { Route } from '../shared/route.ts';
import { OPERATIONS } from './operations.ts';
import type { OwnliServices } from './services.ts';
import { userOf } from './target.ts';
import { userAnswer } from './user-view.ts';

/** `GET /api/users/by-id/:id`. */
export function getUserById({ users, authenticate }: Pick<OwnliServices, 'users' | 'authenticate'>): Route {
  return {
    method: 'GET',
    path: '/api/users/by-id/:id',
    operation: OPERATIONS.getUserById,
    handler: async (request) => {
      const caller = await authenticate(request, 'no_permission');
      const target = userOf(caller.organizationId, { id: paramsOf(request).id ?? '' });
      return userAnswer(await users.read(caller, target));
    },
  };
}
