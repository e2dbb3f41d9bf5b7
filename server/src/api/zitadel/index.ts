import type { DescService } from '@bufbuild/protobuf';
import type { OrganizationsOptions } from '../../app/organizations.ts';
import { Repeats, type RepeatsOptions } from '../../app/repeats.ts';
import { DomainError } from '../../core/errors.ts';
import type { WireAnswer } from '../shared/answer.ts';
import type { Dialect, RequestError, RequestInfo } from '../shared/route.ts';
import { commonHeaders, preflight } from './cors.ts';
import { documentation } from './documentation/index.ts';
import { statusErrorOf, statusErrorOfFault } from './errors.ts';
import type { ZitadelServices } from './method.ts';
import { methodTable, permitTable } from './methods.ts';
import { isOAuthPath, PATHS } from './oauth/discovery.ts';
import { renderOAuthError } from './oauth/errors.ts';
import { type OAuthOptions, oauth } from './oauth/index.ts';
import { OrganizationService, organizationTable } from './organizations.ts';
import { UserService } from './protocol/user-service.ts';
import { answerOf } from './rest.ts';
import { formOf } from './rpc/forms.ts';
import { refusalBefore } from './rpc/refusal.ts';
import type { ServiceTable } from './service.ts';
import { serviceRoutes } from './service-routes.ts';
import type { StatusError } from './status-error.ts';

/** The services that are served, for whoever tells clients about them. */
export const SERVICES: readonly DescService[] = [UserService, OrganizationService];

/** Why nobody signs in through another provider. */
const NO_SIGN_IN =
  'identity providers are declared by id and name alone, without the address and the credentials for a sign-in';
const NO_INTENTS = 'there are no intents to retrieve, because none can be started';

type ZitadelOptions = OAuthOptions & { readonly store: OrganizationsOptions['store'] & RepeatsOptions['store'] };

/** Zitadel's user and organization services, version 2, on every transport, and the access tokens they are called with. */
export function zitadel(options: ZitadelOptions): Dialect {
  const { accessTokens, routes } = oauth(options);
  const services = { ...options, accessTokens, repeats: new Repeats(options) };
  return {
    name: 'zitadel',
    prefixes: ['/v2', '/oauth/v2', '/zitadel.', PATHS.discovery],
    routes: [
      ...serviceRoutes(UserService, userTable(services), services),
      ...serviceRoutes(OrganizationService, organizationTable(services), services),
      ...routes,
    ],
    documentation,
    renderError,
    singleHeaders: ['x-zitadel-orgid'],
    judgesParams: true,
    preflight,
    extraHeaders: commonHeaders,
  };
}

function userTable(services: ZitadelServices): ServiceTable {
  return {
    methods: methodTable(services),
    permits: permitTable(services),
    unserved: { startIdentityProviderIntent: NO_SIGN_IN, retrieveIdentityProviderIntent: NO_INTENTS },
  };
}

function renderError(error: RequestError, { path, headers }: RequestInfo): WireAnswer {
  if (isOAuthPath(path)) return renderOAuthError(error);
  const form = path.startsWith('/zitadel.') ? formOf(headers['content-type']) : undefined;
  const refused = refusedBy(error);
  return (form && refusalBefore(error, refused, form, path)) ?? answerOf(refused);
}

function refusedBy(error: RequestError): StatusError {
  switch (error.kind) {
    case 'fault':
      return statusErrorOfFault(error.fault);
    case 'domain':
      return statusErrorOf(error.error);
    case 'internal':
      return statusErrorOf(new DomainError('internal'));
  }
}
