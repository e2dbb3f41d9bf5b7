import type { FastifyRequest } from 'fastify';
import { paramsOf } from '../../shared/dialect.ts';
import type { Handler, Route } from '../../shared/route.ts';
import type { PriceDefinition } from '../section.ts';
import type { Context } from '../services.ts';
import type { Catalogue } from './catalogue.ts';
import { showSettings } from './change-settings.ts';
import { entryOf } from './kind.ts';
import { PACKAGES } from './packages.ts';
import { PRICES } from './prices.ts';
import { SUBSCRIPTION_TYPES } from './subscription-types.ts';

/** The prices of a package, and those of a subscription type. */
export function packagePriceRoutes(context: Context): Route[] {
  const pricesOf = (filter: (catalogue: Catalogue, id: string) => (price: PriceDefinition) => boolean): Handler => {
    return (request) =>
      showSettings(request, context, 'everybody', (catalogue) =>
        catalogue.section.prices.filter(filter(catalogue, idOf(request))).map((price) => PRICES.show(price, catalogue)),
      );
  };
  return [
    {
      method: 'GET',
      path: '/api/v1/packages/:id/prices',
      handler: pricesOf((catalogue, id) => {
        const entry = entryOf(PACKAGES, catalogue, id);
        return ({ packageId }) => packageId === entry.id;
      }),
    },
    {
      method: 'GET',
      path: '/api/v1/subscription-types/:id/prices',
      handler: pricesOf((catalogue, id) => {
        const entry = entryOf(SUBSCRIPTION_TYPES, catalogue, id);
        return ({ subscriptionTypeId }) => subscriptionTypeId === entry.id;
      }),
    },
  ];
}

function idOf(request: FastifyRequest): string {
  return paramsOf(request).id ?? '';
}
