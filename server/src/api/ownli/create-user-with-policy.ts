import type { Route } from '../shared/route.ts';
import { createOrFind } from './create-or-find.ts';
import { OPERATIONS } from './operations.ts';
import { newPolicyOf } from './policy.ts';
import { bodyOf, createUserWithPolicyBody } from './schema.ts';
import type { OwnliServices } from './services.ts';
import { createOf } from './user-patch.ts';

/**
 * `POST /api/users/with-policy`: a new user for a policy, or with `returnExistingUserIfExists=true` the one that has
 * this phone number and this policy number already. Its contacts may be those of other users.
 */
export function createUserWithPolicy(
  services: Pick<OwnliServices, 'users' | 'nextId' | 'partners' | 'authenticate'>,
): Route {
  const { users, nextId, partners, authenticate } = services;
  return {
    method: 'POST',
    path: '/api/users/with-policy',
    operation: OPERATIONS.createUserWithPolicy,
    handler: async (request) => {
      const caller = await authenticate(request, 'unauthenticated');
      const body = bodyOf(request, createUserWithPolicyBody);
      const needsDates = partners().named(caller.clientId)?.optionalPolicyDates !== true;
      const command = {
        ...createOf(body, nextId(), caller.organizationId),
        policy: newPolicyOf(body.policyInfo, needsDates),
      };
      return createOrFind(users, { request, caller, operation: 'create-user-with-policy', body, command });
    },
  };
}
