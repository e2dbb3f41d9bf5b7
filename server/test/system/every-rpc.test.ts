import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RestRoute } from '../../src/api/zitadel/protocol/routes.ts';
import { type Outcome, officialsOf, transportsOf } from '../dialects/zitadel/transports.ts';
import { ACME, ROOT } from '../support/setup.ts';
import { createWorld, type World } from './callers.ts';
import { rowCounts } from './mounted-routes.ts';
import { caseOf, RPC_ROUTES, SERVED, soundRequest, UNSERVED } from './rpc-cases.ts';
import { RPC_REFUSALS } from './rpc-refusals.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.tessera.stop());

/** Who may, over every transport and by the vendor's own client. */
function callsBy(token: string) {
  return Object.entries({ ...transportsOf(world.tessera, token), ...officialsOf(world.tessera, token) });
}
const permitted = (route: RestRoute) => callsBy(caseOf(route).by === 'root' ? ROOT.pat : ACME.adminPat);

const eventsOf = async ({ userId }: JsonObject) =>
  typeof userId === 'string' ? (await world.tessera.events(userId)).map(({ type }) => type) : [];

/** An answer without what differs from one call to the next: texts and numbers are told by their kind. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value as Record<string, JsonValue>).map(([key, v]) => [key, shapeOf(v)]));
}

const changes = (route: RestRoute) => route.verb !== 'GET' && caseOf(route).stateless !== true;

describe.each(SERVED)('%s', (name, route) => {
  it('succeeds, and comes to the same on every transport', async () => {
    const { method } = route;
    const results: unknown[] = [];
    for (const [transport, call] of permitted(route)) {
      // Given
      const request = await soundRequest(route, world, await world.newUser());
      const rows = await rowCounts(world.tessera);
      const history = await eventsOf(request);
      // When
      const outcome = await call(method, request);
      // Then
      expect(outcome, `${transport}: ${outcome.message}`).toMatchObject({ code: 0, replayed: false });
      const after = await rowCounts(world.tessera);
      if (changes(route)) expect([transport, after]).not.toEqual([transport, rows]);
      else expect([transport, after]).toEqual([transport, rows]);
      const events = (await eventsOf(request)).slice(history.length);
      results.push({ answer: shapeOf(outcome.details), tagged: outcome.etag === null ? null : 'tag', events });
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it('refuses in the same words on every transport, and leaves no trace', async () => {
    const { but, code, message } = RPC_REFUSALS[name] ?? {};
    const details: Outcome['details'][] = [];
    for (const [transport, call] of permitted(route)) {
      // Given
      const sound = await soundRequest(route, world, await world.newUser());
      const request = { ...sound, ...(await but?.(world)) };
      if (but === undefined) expect(await call(route.method, request)).toMatchObject({ code: 0 });
      const rows = await rowCounts(world.tessera);
      const history = await eventsOf(request);
      // When
      const outcome = await call(route.method, request);
      // Then
      expect({ transport, code: outcome.code, message: outcome.message }).toEqual({ transport, code, message });
      expect(await rowCounts(world.tessera)).toEqual(rows);
      expect(await eventsOf(request)).toEqual(history);
      details.push(outcome.details);
    }
    const [, text, id] = /^(.*) \((.*)\)$/.exec(message ?? '') ?? [];
    for (const each of details) expect(each).toEqual(id === undefined ? [] : [{ id, message: text }]);
  });
});

describe.each(
  RPC_ROUTES.filter(({ method }) => UNSERVED.includes(method.name)).map((r) => [r.method.name, r] as const),
)('%s', (name, { method }) => {
  it('says that it is not there, to those who may ask at all', async () => {
    const request = { idpId: ACME.idp.id, idpIntentId: '1', idpIntentToken: 'x' };
    for (const [, call] of callsBy(ACME.adminPat)) {
      const outcome = await call(method, request);
      expect(outcome.code).toBe(Code.Unimplemented);
      expect(outcome.message).toContain(`${name} is not implemented: `);
    }
    for (const call of Object.values(transportsOf(world.tessera))) {
      expect(await call(method, request)).toMatchObject({ code: Code.Unauthenticated });
    }
  });
});

describe.each(SERVED.filter(([, route]) => changes(route)))('%s', (name, route) => {
  it('keeps its promises, whichever transport asks for them', async () => {
    // Given
    const request = await soundRequest(route, world, await world.newUser());
    const before = await rowCounts(world.tessera);
    const calls = permitted(route);
    for (const [transport, call] of calls) {
      const { code } = await call(route.method, request, { 'if-match': '"999"' });
      expect({ transport, code }).toEqual({ transport, code: Code.Aborted });
    }
    expect(await rowCounts(world.tessera)).toEqual(before);
    // When
    const answers: Outcome[] = [];
    for (const [, call] of calls) {
      answers.push(await call(route.method, request, { 'idempotency-key': `every-rpc-${name}` }));
    }
    // Then
    const [first, ...repeated] = answers;
    expect(first).toMatchObject({ code: 0, replayed: false });
    for (const again of repeated) expect(again).toEqual({ ...first, replayed: true });
  });
});

it('every method has a refusal, and no other', () => {
  expect(Object.keys(RPC_REFUSALS).toSorted()).toEqual(SERVED.map(([name]) => name).toSorted());
  expect(RPC_ROUTES.filter(({ method }) => method.parent.typeName === 'zitadel.user.v2.UserService')).toHaveLength(60);
});
