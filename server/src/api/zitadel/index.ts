import type { DescService } from '@bufbuild/protobuf';
import { DomainError } from '../../core/errors.ts';
import type { WireAnswer } from '../shared/answer.ts';
import type { Dialect, RequestError, RequestInfo } from '../shared/route.ts';
import { commonHeaders, preflight } from './cors.ts';
import { statusErrorOf, statusErrorOfFault } from './errors.ts';
import type { ZitadelServices } from './method.ts';
import { methodTable, permitTable } from './methods.ts';
import { isOAuthPath, PATHS } from './oauth/discovery.ts';
import { renderOAuthError } from './oauth/errors.ts';
import { type OAuthOptions, oauth } from './oauth/index.ts';
import { UserService } from './protocol/user-service.ts';
import { answerOf } from './rest.ts';
import { formOf } from './rpc/forms.ts';
import { refusalBefore } from './rpc/refusal.ts';
import type { ServiceTable } from './service.ts';
import { serviceRoutes } from './service-routes.ts';
import type { StatusError } from './status-error.ts';

/** The services that are served, for whoever tells clients about them. */
export const SERVICES: readonly DescService[] = [UserService];

const NO_PROVIDERS = 'there are no identity providers here to sign in with';

/** Zitadel's user service, version 2, on every transport, and the access tokens it is called with. */
export function zitadel(options: OAuthOptions): Dialect {
  const { accessTokens, routes } = oauth(options);
  const services = { ...options, accessTokens };
  return {
    name: 'zitadel',
    prefixes: ['/v2', '/oauth/v2', '/zitadel.', PATHS.discovery],
    routes: [...serviceRoutes(UserService, userTable(services), services), ...routes],
    renderError,
    singleHeaders: ['x-zitadel-orgid'],
    preflight,
    extraHeaders: commonHeaders,
  };
}

function userTable(services: ZitadelServices): ServiceTable {
  return {
    methods: methodTable(services),
    permits: permitTable(services),
    unserved: { startIdentityProviderIntent: NO_PROVIDERS, retrieveIdentityProviderIntent: NO_PROVIDERS },
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
