import { paramsOf } from '../shared/dialect.ts';
import type { Route } from '../shared/route.ts';
import { OPERATIONS } from './operations.ts';
import type { OwnliServices } from './services.ts';
import { userOf } from './target.ts';
import { userAnswer, userView } from './user-view.ts';

/** `GET /api/users/:userId/summary`: the one user in a list, with its vehicles, of which there are none here. */
export function getUserSummary({ users, authenticate }: Pick<OwnliServices, 'users' | 'authenticate'>): Route {
  return {
    method: 'GET',
    path: '/api/users/:userId/summary',
    operation: OPERATIONS.getUserSummary,
    handler: async (request) => {
      const caller = await authenticate(request, 'no_permission');
      const target = userOf(caller.organizationId, { id: paramsOf(request).userId ?? '' });
      const user = await users.read(caller, target);
      return { ...userAnswer(user), body: JSON.stringify([{ user: userView(user), vehicles: [] }]) };
    },
  };
}
