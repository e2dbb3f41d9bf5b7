import type { Route } from '../shared/route.ts';
import { OPERATIONS } from './operations.ts';
import { bodyOf, updateUserBody } from './schema.ts';
import type { OwnliServices } from './services.ts';
import { submitUpdate } from './submit-update.ts';
import { updateOf } from './user-patch.ts';

/** `PUT /api/users/:userId`: changes the members sent, keeps the others, answers the whole user. */
export function updateUser({ users, authenticate }: Pick<OwnliServices, 'users' | 'authenticate'>): Route {
  return {
    method: 'PUT',
    path: '/api/users/:userId',
    operation: OPERATIONS.updateUser,
    handler: async (request) => {
      const caller = await authenticate(request, 'unauthenticated');
      const body = bodyOf(request, updateUserBody);
      return submitUpdate(users, request, { caller, name: 'update-user', body, read: updateOf });
    },
  };
}
