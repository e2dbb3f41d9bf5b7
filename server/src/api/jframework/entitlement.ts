import { holdingName } from '../../core/organization.ts';
import type { User } from '../../core/user/user.ts';
import { caselessForm } from '../../core/values/case-fold.ts';
import type { Brand } from './brands.ts';
import type { BrandSection, FeatureDefinition, PackageDefinition, PackageFeature } from './section.ts';

/** A feature as the package of a user has it. */
export interface Entitlement {
  readonly held: PackageFeature;
  readonly feature: FeatureDefinition;
  /** How much of it may be used; `null` for any amount. */
  readonly limit: number | null;
}

/** Codes are the same in any letter case. */
export function codeKey(code: string): string {
  return caselessForm(code, 'NFKC');
}

export function packageHeldBy({ membership }: User, { section }: Brand): PackageDefinition | undefined {
  return section.packages.find((entry) => holdingName(entry) === membership.package);
}

/** What the package of a user says of a feature; `undefined` when it does not contain it. */
export function entitlementOf(user: User, brand: Brand, code: string): Entitlement | undefined {
  const key = codeKey(code);
  return entitlementsOf(packageHeldBy(user, brand), brand.section).find(({ feature }) => codeKey(feature.code) === key);
}

export function entitlementsOf(entry: PackageDefinition | undefined, { features }: BrandSection): Entitlement[] {
  return (entry?.features ?? []).flatMap((held) => {
    const feature = features.find(({ id }) => id === held.featureId);
    return feature === undefined ? [] : [{ held, feature, limit: limitOf(held, feature) }];
  });
}

/** Where no number is given, a limitation allows nothing and a function everything. */
function limitOf({ isUnlimited, value, type }: PackageFeature, { defaultValue }: FeatureDefinition): number | null {
  if (isUnlimited) return null;
  return value ?? defaultValue ?? (type === 'Function' ? null : 0);
}
