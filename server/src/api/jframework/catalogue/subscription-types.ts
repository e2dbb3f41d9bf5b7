import { type Static, Type } from 'typebox';
import { reader } from '../../shared/schema.ts';
import { SubscriptionTypeView } from '../models.ts';
import { STATUSES, SUBSCRIPTION_UNITS, type SubscriptionTypeDefinition } from '../section.ts';
import { subscriptionTypeView } from '../settings-view.ts';
import { flag, integer, kept, keptOf, name, place, status, statusOf, text } from './body.ts';
import { withSection } from './catalogue.ts';
import { inUse, type Kind, oneDefault } from './kind.ts';

const SubscriptionTypeBody = Type.Object({
  name: name(),
  unit: Type.Enum(SUBSCRIPTION_UNITS as unknown as [...typeof SUBSCRIPTION_UNITS]),
  quantity: integer(),
  description: text(),
  tags: text(),
  zOrder: place(),
  isDefault: flag(),
  status: status(),
});
type SubscriptionTypeBody = Static<typeof SubscriptionTypeBody>;

const NAME = 'SubscriptionType';

/** For how long a price is paid. */
export const SUBSCRIPTION_TYPES: Kind<SubscriptionTypeDefinition, SubscriptionTypeBody> = {
  name: NAME,
  slug: 'subscription-type',
  title: 'Subscription types',
  path: '/subscription-types',
  entries: ({ section }) => section.subscriptionTypes,
  withEntries: (catalogue, subscriptionTypes) => withSection(catalogue, { subscriptionTypes }),
  body: reader(SubscriptionTypeBody),
  make: (body, known, _catalogue, { id, createdAt }) => ({
    ...(known ?? { id, createdAt }),
    name: body.name,
    unit: body.unit,
    ...keptOf(['quantity', 'description', 'tags', 'zOrder'], body, known),
    isDefault: kept(body.isDefault, known?.isDefault) ?? false,
    status: statusOf(body.status, known?.status),
  }),
  view: SubscriptionTypeView,
  show: subscriptionTypeView,
  readers: 'everybody',
  needs: { create: 'package_create', update: 'package_update', delete: 'package_delete' },
  settle: (catalogue, entry) =>
    withSection(catalogue, { subscriptionTypes: oneDefault(catalogue.section.subscriptionTypes, entry) }),
  release: (catalogue, { id }) => {
    if (catalogue.section.prices.some(({ subscriptionTypeId }) => subscriptionTypeId === id)) throw inUse(NAME);
    return catalogue;
  },
  listing: {
    isPaged: false,
    texts: ['name', 'description', 'tags'],
    exact: [],
    words: { status: STATUSES, unit: SUBSCRIPTION_UNITS },
    flags: ['isDefault'],
    sorts: ['zOrder', 'name'],
  },
};
