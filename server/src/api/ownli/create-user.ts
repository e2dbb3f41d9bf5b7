import type { Route } from '../shared/route.ts';
import { createOrFind } from './create-or-find.ts';
import { OPERATIONS } from './operations.ts';
import { bodyOf, createUserBody } from './schema.ts';
import type { OwnliServices } from './services.ts';
import { createOf } from './user-patch.ts';

/**
 * `POST /api/users`: a new user, or with `returnExistingUserIfExists=true` the one that has the e-mail address or the
 * phone number already.
 */
export function createUser(services: Pick<OwnliServices, 'users' | 'nextId' | 'authenticate'>): Route {
  const { users, nextId, authenticate } = services;
  return {
    method: 'POST',
    path: '/api/users',
    operation: OPERATIONS.createUser,
    handler: async (request) => {
      const caller = await authenticate(request, 'unauthenticated');
      const body = bodyOf(request, createUserBody);
      const command = createOf(body, nextId(), caller.organizationId);
      return createOrFind(users, { request, caller, operation: 'create-user', body, command });
    },
  };
}
