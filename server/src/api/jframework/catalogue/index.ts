import type { Route } from '../../shared/route.ts';
import { operationsOf } from '../documentation/operation.ts';
import type { Context } from '../services.ts';
import { brandRoutes } from './brand-routes.ts';
import { checkoutRoutes } from './checkout.ts';
import { entryRoutes, updateEntry } from './entry-routes.ts';
import { FEATURES } from './features.ts';
import { idsAsked } from './ids-in.ts';
import { packageFeatureRoutes } from './package-features.ts';
import { packagePriceRoutes } from './package-prices.ts';
import { PACKAGES } from './packages.ts';
import { PERMISSIONS } from './permissions.ts';
import { PRICES } from './prices.ts';
import { quotaRoutes } from './quota-usages.ts';
import { RESOURCE_TYPES } from './resource-types.ts';
import { rolePermissionRoutes } from './role-permissions.ts';
import { assignUsersToRole } from './role-users.ts';
import { ROLES } from './roles.ts';
import { SUBSCRIPTION_TYPES } from './subscription-types.ts';

/** What a brand is and offers: its settings, roles and permissions, packages, features and prices, and their use. */
export function catalogueRoutes(context: Context): Route[] {
  return [
    ...entryRoutes(context, ROLES),
    ...entryRoutes(context, PERMISSIONS),
    ...entryRoutes(context, RESOURCE_TYPES),
    ...rolePermissionRoutes(context),
    {
      method: 'POST',
      path: '/api/v1/roles/:id/users',
      handler: assignUsersToRole(context),
      operation: operationsOf(ROLES.title)('assignUsersToRole', 'Gives a role to users', idsAsked('userIds')),
    },
    ...entryRoutes(context, PACKAGES),
    ...entryRoutes(context, FEATURES),
    // Old clients change features so.
    {
      method: 'PATCH',
      path: '/api/v1/features/:id',
      handler: updateEntry(context, FEATURES),
      operation: operationsOf(FEATURES.title)('patchFeature', 'Changes a feature, as older clients do', {
        body: FEATURES.body.schema,
        data: FEATURES.view,
      }),
    },
    ...packageFeatureRoutes(context),
    ...entryRoutes(context, PRICES),
    ...entryRoutes(context, SUBSCRIPTION_TYPES),
    ...packagePriceRoutes(context),
    ...checkoutRoutes(context),
    ...quotaRoutes(context),
    ...brandRoutes(context),
  ];
}
