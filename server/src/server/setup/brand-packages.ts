import type {
  BrandSection,
  FeatureDefinition,
  PackageDefinition,
  PackageFeature,
  PriceDefinition,
} from '../../api/jframework/section.ts';
import type { SetupJFramework } from '../../config/setup.ts';
import type { CatalogueMerge, Declaration } from './catalogue-merge.ts';
import { stableId } from './ids.ts';

type DeclaredPackage = SetupJFramework['packages'][number];
type DeclaredFeature = DeclaredPackage['features'][number];
type DeclaredPrice = DeclaredPackage['prices'][number];

/** Packages with their features and prices. A feature is what the first package says of it that contains it. */
export function packagesOf(
  organizationId: string,
  declared: readonly DeclaredPackage[],
  before: BrandSection | undefined,
  merge: CatalogueMerge,
): Pick<BrandSection, 'packages' | 'features' | 'prices'> {
  const byCode = new Map<string, DeclaredFeature>();
  for (const feature of declared.flatMap(({ features }) => features)) {
    if (!byCode.has(feature.code)) byCode.set(feature.code, feature);
  }
  const features = merge.entries(
    'feature',
    [...byCode.values()].map((feature) => featureDeclaration(organizationId, feature)),
    before?.features ?? [],
  );
  const featureId = (code: string) => idOf(merge, features, `feature ${code}`);
  const packages = merge.entries(
    'package',
    declared.map((entry) => packageDeclaration(organizationId, entry, featureId)),
    before?.packages ?? [],
  );
  const prices = declared.flatMap((entry) => {
    const packageId = idOf(merge, packages, `package ${entry.code}`);
    if (packageId === undefined) return [];
    return entry.prices.map((price) => priceDeclaration(organizationId, entry.code, packageId, price));
  });
  return {
    packages: withOneDefault(packages, declared),
    features,
    prices: merge.entries('price', prices, before?.prices ?? [], {
      codeOf: (price) => `${packages.find(({ id }) => id === price.packageId)?.code ?? ''} ${price.code}`,
    }),
  };
}

/** The id of what came of a declaration; `undefined` when an API has removed it. */
function idOf(merge: CatalogueMerge, entries: readonly { readonly id: string }[], name: string): string | undefined {
  return entries.find(({ id }) => id === merge.declared[name]?.id)?.id;
}

/** A default that is new in the file is the only one. */
function withOneDefault(
  packages: readonly PackageDefinition[],
  declared: readonly DeclaredPackage[],
): readonly PackageDefinition[] {
  const defaults = packages.filter(({ isDefault }) => isDefault);
  if (defaults.length < 2) return packages;
  const code = declared.find(({ isDefault }) => isDefault)?.code;
  const only = defaults.find((entry) => entry.code === code) ?? defaults[0];
  return packages.map((entry) => (entry.isDefault && entry !== only ? { ...entry, isDefault: false } : entry));
}

function packageDeclaration(
  organizationId: string,
  declared: DeclaredPackage,
  featureId: (code: string) => string | undefined,
): Declaration<PackageDefinition> {
  const { features, prices: _prices, ...says } = declared;
  const { imageURL, patternAvatarURL, styles, description, tags, tier, zOrder, ...rest } = says;
  return {
    code: declared.code,
    says: { ...says, features },
    id: stableId(organizationId, 'package', declared.code),
    make: (id, heldAs) => ({
      ...rest,
      id,
      imageURL: imageURL ?? null,
      patternAvatarURL: patternAvatarURL ?? null,
      styles: styles ?? null,
      description: description ?? null,
      tags: tags ?? null,
      tier: tier ?? null,
      zOrder: zOrder ?? null,
      features: features.flatMap((feature) => packageFeatureOf(feature, featureId(feature.code)) ?? []),
      ...(heldAs !== undefined && { heldAs }),
    }),
  };
}

function packageFeatureOf(feature: DeclaredFeature, featureId: string | undefined): PackageFeature | undefined {
  if (featureId === undefined) return undefined;
  return {
    featureId,
    title: feature.title ?? null,
    type: feature.type,
    unit: feature.unit ?? null,
    value: feature.value ?? feature.quantity ?? null,
    isUnlimited: feature.isUnlimited,
    resetPolicy: feature.resetPolicy,
    customIntervalDays: feature.customIntervalDays ?? null,
  };
}

function featureDeclaration(organizationId: string, feature: DeclaredFeature): Declaration<FeatureDefinition> {
  const says = {
    code: feature.code,
    name: feature.name,
    unit: feature.unit ?? null,
    defaultValue: feature.defaultValue ?? null,
    helpURL: feature.helpURL ?? null,
    image: feature.image ?? null,
    styles: feature.styles ?? null,
    description: feature.description ?? null,
    tags: feature.tags ?? null,
    zOrder: feature.zOrder ?? null,
    status: feature.status,
  };
  const id = stableId(organizationId, 'feature', feature.code);
  return { code: feature.code, says, id, make: (made) => ({ ...says, id: made }) };
}

function priceDeclaration(
  organizationId: string,
  packageCode: string,
  packageId: string,
  price: DeclaredPrice,
): Declaration<PriceDefinition> {
  const says = {
    subscriptionTypeId: price.subscriptionTypeId ?? null,
    subscriptionName: price.subscriptionName ?? null,
    code: price.code,
    name: price.name,
    amount: price.amount,
    currency: price.currency,
    description: price.description ?? null,
    checkoutLink: price.checkoutLink ?? null,
    tags: price.tags ?? null,
    zOrder: price.zOrder ?? null,
  };
  const id = stableId(organizationId, 'price', packageCode, price.code);
  return { code: `${packageCode} ${price.code}`, says, id, make: (made) => ({ ...says, packageId, id: made }) };
}
