import type { FastifyRequest } from 'fastify';
import type { Answer } from '../../app/submission.ts';
import { DomainError } from '../../core/errors.ts';
import type { User } from '../../core/user/user.ts';
import { paramsOf } from '../shared/dialect.ts';
import type { Handler } from '../shared/route.ts';
import type { Brand } from './brands.ts';
import { callOf, idOf } from './call.ts';
import { success } from './envelope.ts';
import { userOfUsername } from './find-user.ts';
import { type Context, inBrand, parentOf } from './services.ts';
import { renderUser, shownUsername } from './user-view.ts';

/** GET /users/{id} */
export function getUser(context: Context): Handler {
  return (request) => show(context, request, idOf(request));
}

/** GET /users/me */
export function getCurrentUser(context: Context): Handler {
  return (request) => show(context, request, null);
}

/** GET /users/by-username/{username} */
export function getUserByUsername(context: Context): Handler {
  return async (request) => {
    const { brand, caller } = await callOf(request, context);
    const named = await userNamed(paramsOf(request).username ?? '', brand, context);
    if (named === null) throw new DomainError('user_not_found');
    const user = await context.users.read(caller, inBrand(brand, { id: named.id }));
    return success(200, renderUser(user, brand, await parentOf(context.users, user, brand)), user.version);
  };
}

/** Who without a username shows its id is named by that. */
async function userNamed(name: string, brand: Brand, context: Context): Promise<User | null> {
  const named = await userOfUsername(name, brand, context);
  if (named !== null) return named;
  const user = await context.users.find(inBrand(brand, { id: name }));
  return user !== null && shownUsername(user, brand) === name ? user : null;
}

/** @param id of the user to show, `null` for the caller */
async function show(context: Context, request: FastifyRequest, id: string | null): Promise<Answer> {
  const { users } = context;
  const { brand, caller } = await callOf(request, context);
  const user = await users.read(caller, inBrand(brand, { id: id ?? caller.userId }));
  const parent = await parentOf(users, user, brand);
  return success(200, renderUser(user, brand, parent), user.version);
}
