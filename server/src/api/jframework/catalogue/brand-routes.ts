import { Type } from 'typebox';
import { answered } from '../../../app/users.ts';
import { paramsOf } from '../../shared/dialect.ts';
import type { Handler, Route } from '../../shared/route.ts';
import { type Brand, brandUrlOf, NOT_FOUND } from '../brands.ts';
import { idOf } from '../call.ts';
import { operationsOf } from '../documentation/operation.ts';
import { success } from '../envelope.ts';
import { Refusal } from '../errors.ts';
import { BrandView } from '../models.ts';
import type { Context } from '../services.ts';
import { ProfileBody, SettingBody, updateBrandProfile, updateBrandSetting } from './brand-settings.ts';
import { brandView } from './brand-view.ts';

/** Brands as everybody sees them, and what those who own one change. */
export function brandRoutes(context: Context): Route[] {
  const brands = '/api/v1/brands';
  const brand = operationsOf('Brands');
  const shows = { access: 'anybody', data: BrandView, reads: true } as const;
  return [
    {
      method: 'GET',
      path: `${brands}/by-url`,
      handler: getBrandByUrl(context),
      operation: brand('getBrandByUrl', 'The brand that the headers name', shows),
    },
    {
      method: 'GET',
      path: `${brands}/by-url/:url`,
      handler: getBrandByUrl(context),
      operation: brand('getBrandByUrlInPath', 'The brand that the path names by its address', shows),
    },
    {
      method: 'GET',
      path: `${brands}/check-domain-exists/:domain`,
      handler: checkDomainExists(context),
      operation: brand('checkDomainExists', 'Whether a domain is that of a brand', { ...shows, data: Type.Boolean() }),
    },
    {
      method: 'GET',
      path: `${brands}/:id`,
      handler: getBrand(context),
      operation: brand('getBrand', 'A brand', shows),
    },
    {
      method: 'PUT',
      path: `${brands}/:id/setting`,
      handler: updateBrandSetting(context),
      operation: brand('updateBrandSetting', 'Changes the settings of the brand', { body: SettingBody }),
    },
    {
      method: 'PUT',
      path: `${brands}/:id/profile`,
      handler: updateBrandProfile(context),
      operation: brand('updateBrandProfile', 'Changes how the brand looks', { body: ProfileBody }),
    },
  ];
}

/** GET /brands/{id}: of whichever brand, for everybody. */
function getBrand({ users, brands }: Context): Handler {
  return async (request) => {
    await answered(users.directory.latest());
    return shown(brands.byId(idOf(request)));
  };
}

/** GET /brands/by-url: the brand that the headers name, or in the older form the path. */
function getBrandByUrl({ users, brands }: Context): Handler {
  return async (request) => {
    await answered(users.directory.latest());
    const { headers } = request;
    const named = paramsOf(request).url ?? brandUrlOf(headers);
    if (named !== undefined) return shown(brands.byUrl(named));
    return shown(brands.byUrl(headers.origin ?? '') ?? brands.byUrl(headers.host ?? ''));
  };
}

/** GET /brands/check-domain-exists/{domain} */
function checkDomainExists({ users, brands }: Context): Handler {
  return async (request) => {
    await answered(users.directory.latest());
    return success(200, String(brands.byUrl(paramsOf(request).domain ?? '') !== undefined));
  };
}

function shown(brand: Brand | undefined) {
  if (brand === undefined) throw new Refusal('organization_not_found', 404, NOT_FOUND);
  return success(200, JSON.stringify(brandView(brand)), brand.version);
}
