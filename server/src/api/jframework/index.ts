import { OrganizationSettings } from '../../app/organization-settings.ts';
import { Pairings } from '../../app/pairings.ts';
import { Repeats } from '../../app/repeats.ts';
import type { Dialect } from '../shared/route.ts';
import { belongingsRoutes } from './belongings-routes.ts';
import { type Brands, createBrands, JFRAMEWORK } from './brands.ts';
import { catalogueRoutes } from './catalogue/index.ts';
import { headersForPages, preflight } from './cors.ts';
import { DEVICE_HEADERS } from './device-headers.ts';
import { documentation } from './documentation/index.ts';
import { renderError } from './errors.ts';
import { passwordRoutes } from './password-routes.ts';
import type { Context, JFrameworkServices } from './services.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { UNVERSIONED_PREFIXES, unversioned } from './unversioned.ts';
import { userRoutes } from './user-routes.ts';

/** The API of JFramework's Protocol service, as far as it is about users. */
export function jframework(services: JFrameworkServices): Dialect {
  const current = services.users.directory.derived((directory) => createBrands(directory.all()));
  const brands: Brands = {
    of: (headers) => current().of(headers),
    byId: (id) => current().byId(id),
    byUrl: (text) => current().byUrl(text),
  };
  const repeats = new Repeats(services);
  const context: Context = {
    ...services,
    brands,
    settings: new OrganizationSettings({ ...services, repeats }),
    pairings: new Pairings(services),
    repeats,
  };
  const routes = [
    ...userRoutes(context),
    ...signInRoutes(context),
    ...passwordRoutes(context),
    ...belongingsRoutes(context),
    ...catalogueRoutes(context),
  ];
  return {
    name: JFRAMEWORK,
    prefixes: ['/api/v1', ...UNVERSIONED_PREFIXES],
    routes: [...routes, ...unversioned(routes)],
    documentation,
    renderError,
    preflight,
    extraHeaders: headersForPages,
    // Old clients write these without hyphens.
    singleHeaders: ['brand-url', 'brandurl', 'auth-key', 'authkey', 'origin', ...DEVICE_HEADERS],
  };
}
