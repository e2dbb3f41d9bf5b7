import type { Handler } from '../shared/route.ts';
import { callOf, changeUser } from './call.ts';
import type { Context } from './services.ts';

/** DELETE /users/{id}. The record stays, and is listed as deleted; nobody can use it any more. */
export function deleteUser(context: Context): Handler {
  return async (request) =>
    changeUser(request, context, await callOf(request, context), {
      name: 'delete-user',
      command: { type: 'delete-user' },
    });
}
