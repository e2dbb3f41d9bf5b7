import type { RoleDefinition } from '../../core/organization.ts';
import type { FeatureView, PackageView, PriceView, RoleView } from './models.ts';
import type { FeatureDefinition, PackageDefinition, PriceDefinition } from './section.ts';

export function roleView(role: RoleDefinition, brandId: string): RoleView {
  const { id, guid, code, name, description, tags, builtIn, permissions } = role;
  return {
    id,
    parentBrandId: brandId,
    guid,
    code,
    name,
    description,
    tags,
    type: builtIn ? 'BuiltIn' : 'Custom',
    permissions: [...permissions],
  };
}

export function packageView(entry: PackageDefinition, brandId: string): PackageView {
  const { features, prices, ...rest } = entry;
  return {
    ...rest,
    features: features.map((feature) => featureView(feature, brandId)),
    prices: prices.map((price) => priceView(price, entry)),
  };
}

function featureView(feature: FeatureDefinition, brandId: string): FeatureView {
  // Old clients know the amount as `quantity`, newer ones as `value`: both are always told.
  const { quantity, value } = feature;
  return {
    ...feature,
    parentBrandId: brandId,
    eventId: null,
    quantity: quantity ?? value,
    value: value ?? quantity,
  };
}

function priceView(price: PriceDefinition, entry: PackageDefinition): PriceView {
  return { ...price, packageName: entry.name, packageId: entry.id };
}
