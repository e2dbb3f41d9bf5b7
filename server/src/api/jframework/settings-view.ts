import type { RoleDefinition } from '../../core/organization.ts';
import type {
  FeatureDetails,
  FeatureView,
  PackageView,
  PermissionView,
  PriceView,
  ResourceTypeView,
  RoleView,
  SubscriptionTypeView,
} from './models.ts';
import type {
  BrandSection,
  FeatureDefinition,
  PackageDefinition,
  PackageFeature,
  PermissionDefinition,
  PriceDefinition,
  ResourceTypeDefinition,
  SubscriptionTypeDefinition,
} from './section.ts';

export function roleView(role: RoleDefinition, brandId: string): RoleView {
  return { ...resourceTypeView(role, brandId), permissions: [...role.permissions] };
}

export function permissionView(permission: PermissionDefinition, brandId: string): PermissionView {
  return { ...resourceTypeView(permission, brandId), resourceTypeId: permission.resourceTypeId };
}

export function resourceTypeView(resourceType: ResourceTypeDefinition, brandId: string): ResourceTypeView {
  const { id, guid, code, name, description, tags, builtIn } = resourceType;
  return { id, parentBrandId: brandId, guid, code, name, description, tags, type: kindOf(builtIn) };
}

export function packageView(entry: PackageDefinition, section: BrandSection, brandId: string): PackageView {
  const { features, heldAs: _heldAs, createdAt: _createdAt, ...rest } = entry;
  return {
    ...rest,
    features: features.flatMap((held) => packageFeatureView(held, section, brandId) ?? []),
    prices: section.prices.filter(({ packageId }) => packageId === entry.id).map((price) => priceView(price, section)),
  };
}

/** A feature with what a package says of it; `null` where the brand has no such feature. */
export function packageFeatureView(
  held: PackageFeature,
  { features }: Pick<BrandSection, 'features'>,
  brandId: string,
): FeatureView | null {
  const feature = features.find(({ id }) => id === held.featureId);
  if (feature === undefined) return null;
  const { title, type, unit, value, isUnlimited, resetPolicy, customIntervalDays } = held;
  return {
    ...featureView(feature, brandId),
    title,
    type,
    unit: unit ?? feature.unit,
    // Old clients know the amount as `quantity`, newer ones as `value`: both are always told.
    quantity: value,
    value,
    isUnlimited,
    resetPolicy,
    customIntervalDays,
  };
}

/** A feature by itself. */
export function featureView(feature: FeatureDefinition, brandId: string): FeatureDetails {
  const { createdAt: _createdAt, ...rest } = feature;
  return { ...rest, parentBrandId: brandId, eventId: null };
}

export function priceView(price: PriceDefinition, { packages, subscriptionTypes }: BrandSection): PriceView {
  const { createdAt: _createdAt, ...rest } = price;
  const subscription = subscriptionTypes.find(({ id }) => id === price.subscriptionTypeId);
  return {
    ...rest,
    packageName: packages.find(({ id }) => id === price.packageId)?.name ?? '',
    subscriptionName: subscription?.name ?? price.subscriptionName,
  };
}

export function subscriptionTypeView(entry: SubscriptionTypeDefinition): SubscriptionTypeView {
  const { createdAt: _createdAt, ...rest } = entry;
  return rest;
}

/** What clients call an entry that is built in, and any other. */
export function kindOf(builtIn: boolean): 'BuiltIn' | 'Custom' {
  return builtIn ? 'BuiltIn' : 'Custom';
}
