import type { UpdateUser } from '../../core/user/commands.ts';
import type { Route } from '../shared/route.ts';
import { OPERATIONS } from './operations.ts';
import { policyOf } from './policy.ts';
import { bodyOf, type UpdatePolicyBody, updatePolicyBody } from './schema.ts';
import type { OwnliServices } from './services.ts';
import { type Shown, submitUpdate } from './submit-update.ts';

/** `PUT /api/users/:userId/update-policy`: sets the policy of a user, whether or not it had one. */
export function updatePolicy({ users, authenticate }: Pick<OwnliServices, 'users' | 'authenticate'>): Route {
  return {
    method: 'PUT',
    path: '/api/users/:userId/update-policy',
    operation: OPERATIONS.updatePolicy,
    handler: async (request) => {
      const caller = await authenticate(request, 'no_permission');
      const body = bodyOf(request, updatePolicyBody);
      return submitUpdate(users, request, { caller, name: 'update-policy', body, read: commandOf });
    },
  };
}

function commandOf(body: UpdatePolicyBody, { policy }: Shown): UpdateUser {
  return { type: 'update-user', policy: policyOf(body, policy) };
}
