import type { Dialect } from '../shared/route.ts';
import { auth } from './auth.ts';
import { type Brands, createBrands, JFRAMEWORK } from './brands.ts';
import { renderError } from './errors.ts';
import { getCurrentUser, getUser } from './get-user.ts';
import { refreshAuthKey } from './refresh-auth-key.ts';
import { registerUser } from './register-user.ts';
import type { Context, JFrameworkServices } from './services.ts';
import { updateUser } from './update-user.ts';

/** The API of JFramework's Protocol service, as far as it is about users. */
export function jframework(services: JFrameworkServices): Dialect {
  const { users, hasher, sessionKeys, random, nextId, clock } = services;
  const current = users.directory.derived((directory) => createBrands(directory.all()));
  const brands: Brands = { of: (headers) => current().of(headers) };
  const context: Context = { users, hasher, sessionKeys, random, nextId, clock, brands };
  return {
    name: JFRAMEWORK,
    prefixes: ['/api/v1'],
    routes: [
      { method: 'PUT', path: '/api/v1/users/:id', handler: updateUser(context) },
      { method: 'GET', path: '/api/v1/users/:id', handler: getUser(context) },
      { method: 'GET', path: '/api/v1/users/me', handler: getCurrentUser(context) },
      { method: 'POST', path: '/api/v1/users/register', handler: registerUser(context) },
      { method: 'POST', path: '/api/v1/users/auth', handler: auth(context) },
      { method: 'POST', path: '/api/v1/users/auth/refresh-auth-key', handler: refreshAuthKey(context) },
    ],
    renderError,
    // Old clients write these without hyphens.
    singleHeaders: ['brand-url', 'brandurl', 'auth-key', 'authkey', 'origin'],
  };
}
