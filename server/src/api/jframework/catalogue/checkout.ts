import { type TSchema, Type } from 'typebox';
import type { Handler, Route } from '../../shared/route.ts';
import { reader } from '../../shared/schema.ts';
import { callOf, idOf } from '../call.ts';
import { operationsOf } from '../documentation/operation.ts';
import { Refusal } from '../errors.ts';
import { readBody } from '../read-body.ts';
import type { Entry } from '../section.ts';
import type { Context } from '../services.ts';
import { id, text } from './body.ts';
import { catalogueOf } from './catalogue.ts';
import { entryOf, type Kind } from './kind.ts';
import { PACKAGES } from './packages.ts';
import { PRICES } from './prices.ts';

const NOT_CONFIGURED = [
  { code: 'BrandNotConfiguredApp', message: 'The brand has no integration of a payment provider configured.' },
];

const Quote = Type.Object({ priceId: id(), walletId: text(), couponCode: text() });
const Upgrade = Type.Object({ ...Quote.properties, refundWalletId: text(), appIntegrationId: text() });

/** Nothing is sold here: for what there is, the answer says that no payment provider is configured. */
export function checkoutRoutes(context: Context): Route[] {
  const packages = '/api/v1/packages/:id';
  const refused = (id: string, summary: string, body?: TSchema) =>
    operationsOf('Checkout')(id, summary, {
      description: 'Nothing is sold here: the answer is always a 409 that says so.',
      ...(body !== undefined && { body }),
      status: null,
      refusals: [409],
      reads: true,
    });
  return [
    {
      method: 'POST',
      path: `${packages}/calculate-total-price-checkout`,
      handler: refuseCheckout(context, PACKAGES, Quote),
      operation: refused('calculateCheckout', 'What a package would cost', Quote),
    },
    {
      method: 'POST',
      path: `${packages}/upgrade/checkout`,
      handler: refuseCheckout(context, PACKAGES, Upgrade),
      operation: refused('upgradeCheckout', 'Buys another package', Upgrade),
    },
    {
      method: 'POST',
      path: '/api/v1/prices/:id/generate-checkout-link',
      handler: refuseCheckout(context, PRICES),
      operation: refused('generateCheckoutLink', 'Where a price is paid'),
    },
  ];
}

function refuseCheckout<T extends Entry>(
  context: Context,
  kind: Pick<Kind<T, never>, 'entries' | 'name'>,
  shape?: TSchema,
): Handler {
  const body = shape && reader(shape);
  return async (request) => {
    const { brand } = await callOf(request, context);
    if (body !== undefined) readBody(request, body);
    entryOf(kind, catalogueOf(brand.organization), idOf(request));
    throw new Refusal('feature_unsupported', 409, NOT_CONFIGURED);
  };
}
