import { Type } from 'typebox';
import type { Handler, Route } from '../../shared/route.ts';
import { idOf } from '../call.ts';
import { operationsOf } from '../documentation/operation.ts';
import type { Entry } from '../section.ts';
import type { Context } from '../services.ts';
import { showSettings } from './change-settings.ts';
import { entryOf, type Kind } from './kind.ts';
import { PACKAGES } from './packages.ts';
import { PRICES } from './prices.ts';
import { SUBSCRIPTION_TYPES } from './subscription-types.ts';

/** The prices of a package, and those of a subscription type. */
export function packagePriceRoutes(context: Context): Route[] {
  const prices = { access: 'anybody', data: Type.Array(PRICES.view), reads: true } as const;
  return [
    {
      method: 'GET',
      path: '/api/v1/packages/:id/prices',
      handler: getPrices(context, PACKAGES, 'packageId'),
      operation: operationsOf(PACKAGES.title)('getPackagePrices', 'The prices of a package', prices),
    },
    {
      method: 'GET',
      path: '/api/v1/subscription-types/:id/prices',
      handler: getPrices(context, SUBSCRIPTION_TYPES, 'subscriptionTypeId'),
      operation: operationsOf(SUBSCRIPTION_TYPES.title)(
        'getSubscriptionTypePrices',
        'The prices of a subscription type',
        prices,
      ),
    },
  ];
}

function getPrices<T extends Entry>(
  context: Context,
  kind: Pick<Kind<T, never>, 'entries' | 'name'>,
  member: 'packageId' | 'subscriptionTypeId',
): Handler {
  return (request) =>
    showSettings(request, context, 'everybody', (catalogue) => {
      const { id } = entryOf(kind, catalogue, idOf(request));
      return catalogue.section.prices
        .filter((price) => price[member] === id)
        .map((price) => PRICES.show(price, catalogue));
    });
}
