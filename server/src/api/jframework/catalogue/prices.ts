import { type Static, Type } from 'typebox';
import { reader } from '../../shared/schema.ts';
import { PriceView } from '../models.ts';
import type { PriceDefinition } from '../section.ts';
import { priceView } from '../settings-view.ts';
import { id as idMember, keptOf, name, Problems, place, text } from './body.ts';
import { type Catalogue, withSection } from './catalogue.ts';
import { entryOf, type Kind, notFound, refuseTaken } from './kind.ts';
import { PACKAGES } from './packages.ts';

const PriceBody = Type.Object({
  packageId: idMember(),
  subscriptionTypeId: idMember(),
  code: name(),
  name: name(),
  amount: Type.Number(),
  currency: name(),
  checkoutLink: text(),
  description: text(),
  tags: text(),
  zOrder: place(),
});
type PriceBody = Static<typeof PriceBody>;

const NAME = 'Price';
const CURRENCY = /^[A-Z]{3}$/;

/** What a package costs for a time. Its code is its own in the package. */
export const PRICES: Kind<PriceDefinition, PriceBody> = {
  name: NAME,
  slug: 'price',
  title: 'Prices',
  path: '/prices',
  entries: ({ section }) => section.prices,
  withEntries: (catalogue, prices) => withSection(catalogue, { prices }),
  body: reader(PriceBody),
  make: (body, known, catalogue, { id, createdAt }) => {
    checkValues(body);
    entryOf(PACKAGES, catalogue, body.packageId);
    checkSubscriptionType(body, known, catalogue);
    const { packageId, subscriptionTypeId, code, amount, currency } = body;
    const ofPackage = catalogue.section.prices.filter((other) => other.packageId === packageId);
    refuseTaken(NAME, code, ofPackage, known);
    return {
      ...(known ?? { id, createdAt, subscriptionName: null }),
      packageId,
      subscriptionTypeId,
      code,
      name: body.name,
      amount,
      currency,
      ...keptOf(['checkoutLink', 'description', 'tags', 'zOrder'], body, known),
    };
  },
  view: PriceView,
  show: (entry, { section }) => priceView(entry, section),
  readers: 'everybody',
  needs: { create: 'package_create', update: 'package_update', delete: 'package_delete' },
  listing: {
    isPaged: false,
    texts: ['name', 'description', 'tags'],
    exact: ['code', 'packageId', 'subscriptionTypeId', 'currency'],
    sorts: ['zOrder', 'code', 'amount'],
  },
};

/** @throws Refusal 400 */
function checkValues({ amount, currency }: PriceBody): void {
  const problems = new Problems();
  if (amount < 0) problems.add('amount', 'The amount must not be negative.');
  if (!CURRENCY.test(currency)) problems.add('currency', 'The currency must be an ISO 4217 code.');
  problems.throw();
}

/** Prices of the setup file may name one that is none of the brand's; what was shown may be sent back. */
function checkSubscriptionType(
  { subscriptionTypeId }: PriceBody,
  known: PriceDefinition | null,
  { section }: Catalogue,
) {
  if (subscriptionTypeId === known?.subscriptionTypeId) return;
  if (!section.subscriptionTypes.some(({ id }) => id === subscriptionTypeId)) throw notFound('SubscriptionType');
}
