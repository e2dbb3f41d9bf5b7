import { type JsonObject, toJson } from '@bufbuild/protobuf';
import { SERVICES } from '../../src/api/zitadel/index.ts';
import { decodeRest } from '../../src/api/zitadel/protocol/decode.ts';
import { type RestRoute, restRoutes } from '../../src/api/zitadel/protocol/routes.ts';
import type { World } from './callers.ts';
import { type Call, caseOf as caseNamed, type RouteCase } from './route-cases.ts';

/** Methods that will not be built: they say so, to those who may ask at all. */
export const UNSERVED: readonly string[] = ['StartIdentityProviderIntent', 'RetrieveIdentityProviderIntent'];

/** Every method of every service, as the descriptors list them. */
export const RPC_ROUTES: readonly RestRoute[] = SERVICES.flatMap(restRoutes);

/** Those that are built, by name, for tests of each. */
export const SERVED = RPC_ROUTES.filter(({ method }) => !UNSERVED.includes(method.name)).map(
  (route) => [route.method.name, route] as const,
);

export function caseOf({ verb, path }: RestRoute): RouteCase {
  return caseNamed(`${verb} ${path}`);
}

/** A call with which nothing is wrong, as the request message of the method. */
export async function soundRequest(route: RestRoute, world: World, id: string): Promise<JsonObject> {
  return requestOf(route, await caseOf(route).call(world, id));
}

/** The request message of a case that is written down for REST. */
function requestOf(route: RestRoute, { path, body, text = '' }: Call): JsonObject {
  const { pathname, searchParams } = new URL(path, 'http://x');
  const names = route.path.split('/');
  const params = pathname
    .split('/')
    .flatMap((part, i) => (names[i]?.startsWith(':') ? [[names[i].slice(1), decodeURIComponent(part)]] : []));
  const json: unknown = body === undefined ? undefined : JSON.parse(body(text));
  const message = decodeRest(route, Object.fromEntries(params), searchParams, route.body === null ? undefined : json);
  return toJson(route.method.input, message) as JsonObject;
}
