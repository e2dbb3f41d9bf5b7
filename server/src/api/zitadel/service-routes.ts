import type { DescService } from '@bufbuild/protobuf';
import type { Route } from '../shared/route.ts';
import type { TokenServices } from './authenticate.ts';
import { restRoutes } from './protocol/routes.ts';
import { routeOf } from './rest.ts';
import { rpcRoutes } from './rpc/routes.ts';
import { ServiceMethods, type ServiceTable } from './service.ts';

/** The routes of a service on every transport: REST as its descriptor binds it, gRPC, gRPC-Web and Connect. */
export function serviceRoutes(service: DescService, table: ServiceTable, services: TokenServices): Route[] {
  const methods = new ServiceMethods(service, table, services);
  return [...restRoutes(service).map((binding) => routeOf(binding, methods)), ...rpcRoutes(service, methods)];
}
