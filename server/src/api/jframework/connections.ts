import type { Handler } from '../shared/route.ts';
import { callOf, readUser } from './call.ts';
import { brandView } from './catalogue/brand-view.ts';
import { success } from './envelope.ts';
import type { ConnectionView } from './models.ts';
import type { Context } from './services.ts';
import { isoDate } from './user-view.ts';

/** GET /users/{id}/connections: a user belongs to one brand, and is connected to it from the start. */
export function getConnection(context: Context): Handler {
  return async (request) => {
    const call = await callOf(request, context);
    const user = await readUser(request, context, call);
    const view: ConnectionView = {
      status: 'Connected',
      createdDate: isoDate(user.createdAt),
      brand: brandView(call.brand),
    };
    return success(200, JSON.stringify(view), user.version);
  };
}
