import type { Route } from '../shared/route.ts';

/**
 * What older clients call without a version, where no other API has a claim to the path. What they call so below a user's
 * own path, such as its update, is only taken with the version: there, it is another API's.
 */
export const UNVERSIONED_PREFIXES = [
  '/api/permissions',
  '/api/packages',
  '/api/features',
  '/api/prices',
  '/api/subscription-types',
  '/api/brands',
  '/api/users/register',
  '/api/users/change-password',
  '/api/users/forgot-password',
  '/api/users/reset-password',
  '/api/users/by-username',
  '/api/users/referrals',
  '/api/users/statistics',
];

const VERSIONED = '/api/v1/';

/** The same routes without the version, as far as they are taken. */
export function unversioned(routes: readonly Route[]): Route[] {
  return routes.flatMap((route) => {
    const path = route.path.replace(VERSIONED, '/api/');
    return UNVERSIONED_PREFIXES.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))
      ? [{ ...route, path, aliasOf: route.aliasOf ?? route.path }]
      : [];
  });
}
