import type { FastifyRequest } from 'fastify';
import type { Answer } from '../../app/submission.ts';
import { paramsOf } from '../shared/dialect.ts';
import type { Handler } from '../shared/route.ts';
import { authenticate } from './authenticate.ts';
import { success } from './envelope.ts';
import { type Context, inBrand, parentOf } from './services.ts';
import { renderUser } from './user-view.ts';

/** GET /users/{id} */
export function getUser(context: Context): Handler {
  return (request) => show(context, request, paramsOf(request).id ?? '');
}

/** GET /users/me */
export function getCurrentUser(context: Context): Handler {
  return (request) => show(context, request, null);
}

/** @param id of the user to show, `null` for the caller */
async function show(context: Context, request: FastifyRequest, id: string | null): Promise<Answer> {
  const { users, brands } = context;
  const brand = brands.of(request.headers);
  const caller = await authenticate(request.headers, brand, context);
  const user = await users.read(caller, inBrand(brand, { id: id ?? caller.userId }));
  const parent = await parentOf(users, user, brand);
  return success(200, renderUser(user, brand, parent), user.version);
}
