import { UserService } from '@zitadel/proto/zitadel/user/v2/user_service_pb';
import { DomainError } from '../../core/errors.ts';
import type { Answer } from '../shared/answer.ts';
import type { Dialect, RequestError } from '../shared/route.ts';
import { commonHeaders, preflight } from './cors.ts';
import { statusErrorOf, statusErrorOfFault } from './errors.ts';
import type { ZitadelServices } from './method.ts';
import { restRoutes } from './protocol/routes.ts';
import { answerOf, routeOf } from './rest.ts';
import { UserServiceMethods } from './service.ts';

/** Zitadel's user service, version 2, over REST. */
export function zitadel(services: ZitadelServices): Dialect {
  const service = new UserServiceMethods(services);
  return {
    name: 'zitadel',
    prefixes: ['/v2', '/oauth/v2', '/zitadel.'],
    routes: restRoutes(UserService).map((binding) => routeOf(binding, service)),
    renderError,
    singleHeaders: ['x-zitadel-orgid'],
    preflight,
    extraHeaders: commonHeaders,
  };
}

function renderError(error: RequestError): Answer {
  switch (error.kind) {
    case 'fault':
      return answerOf(statusErrorOfFault(error.fault));
    case 'domain':
      return answerOf(statusErrorOf(error.error));
    case 'internal':
      return answerOf(statusErrorOf(new DomainError('internal')));
  }
}
