import { type JsonObject, toJson } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRest } from '../../src/api/zitadel/protocol/decode.ts';
import { type RestRoute, restRoutes } from '../../src/api/zitadel/protocol/routes.ts';
import { UserService } from '../../src/api/zitadel/protocol/user-service.ts';
import { transportsOf } from '../dialects/zitadel/transports.ts';
import { ACME, GLOBEX } from '../support/setup.ts';
import { createWorld, MEMBER, type World } from './callers.ts';
import { rowCounts } from './mounted-routes.ts';
import { type Call, ROUTE_CASES } from './route-cases.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.tessera.stop());

/** Another's user is missing, or out of reach; of an invitation the contract says so by a precondition. */
const OUT_OF_REACH = [Code.NotFound, Code.PermissionDenied, Code.FailedPrecondition];
const PROTOCOLS = ['connect json', 'grpc-web', 'grpc'] as const;
const routes = restRoutes(UserService).map((route) => [route.method.name, route] as const);
const caseOf = ({ verb, path }: RestRoute) => ROUTE_CASES[`${verb} ${path}`];

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

describe.each(PROTOCOLS)('over %s', (protocol) => {
  it.each(routes)('%s', async (_name, route) => {
    const { tessera } = world;
    const owner = transportsOf(tessera, ACME.adminPat)[protocol];
    const found = caseOf(route);
    if (found === undefined) {
      // What is not built says so; anything else needs a case.
      expect(await owner(route.method, {})).toMatchObject({ code: Code.Unimplemented });
      return;
    }
    const { call, may, status } = found;
    const refused = async (token: string | undefined, codes: readonly Code[]) => {
      // Given
      const id = await world.newUser();
      const request = requestOf(route, await call(world, id));
      const before = [await rowCounts(tessera), await tessera.events(id)];
      // When
      const { code } = await transportsOf(tessera, token)[protocol](route.method, request);
      // Then
      expect(codes).toContain(code);
      expect([await rowCounts(tessera), await tessera.events(id)]).toEqual(before);
    };
    await refused(undefined, [Code.Unauthenticated]);
    if (may !== 'everybody' && !may.includes('foreign')) {
      await refused(GLOBEX.adminPat, OUT_OF_REACH);
    }
    if (may !== 'everybody' && !may.includes('member')) {
      await refused(MEMBER.pat, OUT_OF_REACH);
    }
    const asked = await call(world, await world.newUser());
    const outcome = await owner(route.method, requestOf(route, asked), asked.headers);
    expect(outcome, outcome.message).toMatchObject({ code: status === 200 ? 0 : expect.any(Number) });
  });
});
