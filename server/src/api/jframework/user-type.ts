import { USER_TYPES } from '../../core/user/user.ts';
import { paramsOf } from '../shared/dialect.ts';
import type { Handler } from '../shared/route.ts';
import { callOf, changeUser } from './call.ts';
import { invalidBody } from './read-body.ts';
import type { Context } from './services.ts';

const INVALID = { code: 'InvalidType', message: `The type must be one of ${USER_TYPES.join(', ')}.` };

/**
 * PUT /users/{id}/type/{type}, for those who may give roles. The type itself allows nothing. Some clients send a body,
 * which means nothing.
 */
export function setUserType(context: Context): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const sent = (paramsOf(request).type ?? '').toLowerCase();
    const type = USER_TYPES.find((one) => one.toLowerCase() === sent);
    if (type === undefined) throw invalidBody([INVALID]);
    const command = { type: 'update-user', membership: { type } } as const;
    return changeUser(request, context, call, { name: 'set-user-type', command });
  };
}
