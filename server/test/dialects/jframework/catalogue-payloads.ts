import { type TSchema, Type } from 'typebox';
import * as models from '../../../src/api/jframework/models.ts';

const pageOf = (item: TSchema) =>
  Type.Object(
    {
      items: Type.Array(item),
      totalItems: Type.Integer(),
      pageNumber: Type.Integer(),
      pageSize: Type.Integer(),
    },
    { additionalProperties: false },
  );

export const CATALOGUE_SCHEMAS = {
  RoleView: models.RoleView,
  RolePage: pageOf(models.RoleView),
  RoleList: Type.Array(models.RoleView),
  PermissionView: models.PermissionView,
  PermissionPage: pageOf(models.PermissionView),
  PermissionList: Type.Array(models.PermissionView),
  ResourceTypeView: models.ResourceTypeView,
  ResourceTypeList: Type.Array(models.ResourceTypeView),
  PackageView: models.PackageView,
  PackageList: Type.Array(models.PackageView),
  FeatureDetails: models.FeatureDetails,
  FeatureList: Type.Array(models.FeatureDetails),
  PackageFeatureList: Type.Array(models.FeatureView),
  PriceView: models.PriceView,
  PriceList: Type.Array(models.PriceView),
  SubscriptionTypeView: models.SubscriptionTypeView,
  SubscriptionTypeList: Type.Array(models.SubscriptionTypeView),
  QuotaUsageView: models.QuotaUsageView,
  QuotaUsageList: Type.Array(models.QuotaUsageView),
  BrandView: models.BrandView,
  Flag: Type.Boolean(),
} satisfies Record<string, TSchema>;

/** What an operation on what a brand offers answers, by the first pattern that fits. */
export const CATALOGUE_PAYLOADS: readonly (readonly [RegExp, keyof typeof CATALOGUE_SCHEMAS])[] = [
  [/^DELETE \/(roles|permissions|resource-types|packages|features|prices|subscription-types)/, 'Flag'],
  [/^GET \/roles(\?|$)/, 'RolePage'],
  [/^GET \/roles\/[^/]+\/permissions/, 'PermissionList'],
  [/^(POST|PATCH) \/(roles|permissions)\/[^/]+\/(permissions|users|roles)/, 'Flag'],
  [/^(GET|POST|PUT) \/roles/, 'RoleView'],
  [/^GET \/permissions(\?|$)/, 'PermissionPage'],
  [/^GET \/permissions\/[^/]+\/roles/, 'RoleList'],
  [/^(GET|POST|PUT) \/permissions/, 'PermissionView'],
  [/^GET \/resource-types(\?|$)/, 'ResourceTypeList'],
  [/^(GET|POST|PUT) \/resource-types/, 'ResourceTypeView'],
  [/^GET \/packages(\?|$)/, 'PackageList'],
  [/^GET \/packages\/[^/]+\/features/, 'PackageFeatureList'],
  [/^(POST|PUT) \/packages\/[^/]+\/features/, 'Flag'],
  [/^GET \/(packages|subscription-types)\/[^/]+\/prices/, 'PriceList'],
  [/^(GET|POST|PUT) \/packages/, 'PackageView'],
  [/^GET \/features(\?|$)/, 'FeatureList'],
  [/^GET \/features\/[^/]+\/packages/, 'PackageList'],
  [/^POST \/features\/[^/]+\/packages/, 'Flag'],
  [/^(GET|POST|PUT|PATCH) \/features/, 'FeatureDetails'],
  [/^GET \/prices(\?|$)/, 'PriceList'],
  [/^(GET|POST|PUT) \/prices/, 'PriceView'],
  [/^GET \/subscription-types(\?|$)/, 'SubscriptionTypeList'],
  [/^(GET|POST|PUT) \/subscription-types/, 'SubscriptionTypeView'],
  [/^GET \/quota-usages/, 'QuotaUsageList'],
  [/^POST \/quota-usages\/consume/, 'QuotaUsageView'],
  [/^GET \/brands\/check-domain-exists\//, 'Flag'],
  [/^PUT \/brands/, 'Flag'],
  [/^GET \/brands/, 'BrandView'],
];
