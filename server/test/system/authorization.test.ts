import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Headers, MEMBER, STRANGERS, type World } from './callers.ts';
import { type MountedRoute, mountedRoutes, rowCounts } from './mounted-routes.ts';
import { credentialsFor, ROUTE_CASES, type RouteCase } from './route-cases.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.tessera.stop());

const routes = mountedRoutes();
const methodOf = ({ name }: MountedRoute) => name.split(' ')[0] ?? '';
const caseOf = ({ name }: MountedRoute): RouteCase => {
  const found = ROUTE_CASES[name];
  if (found === undefined) throw new Error(`${name} is mounted, but has no case`);
  return found;
};

describe('the table of cases', () => {
  it('has every route that is mounted, and no other', async () => {
    expect(Object.keys(ROUTE_CASES).filter((name) => !routes.some((route) => route.name === name))).toEqual([]);
    const without = routes.filter(({ name }) => ROUTE_CASES[name] === undefined);
    expect(without.filter(({ dialect }) => dialect !== 'zitadel')).toEqual([]);
    // What Zitadel lists and Tessera has not built says so, to those who may ask at all, and does nothing.
    const before = await rowCounts(world.tessera);
    for (const route of without) {
      const path = (route.name.split(' ')[1] ?? '').replace(/:\w+/g, MEMBER.id);
      const send = (headers: Readonly<Record<string, string>>) =>
        world.tessera.send(methodOf(route), path, { headers, ...(route.mutates ? { body: {} } : {}) });
      const statuses = [(await send({})).status, (await send(world.owner.zitadel)).status];
      expect({ name: route.name, statuses }).toEqual({ name: route.name, statuses: [401, 501] });
    }
    expect(await rowCounts(world.tessera)).toEqual(before);
  });
});

const guarded = routes.filter(({ name }) => ROUTE_CASES[name] !== undefined && ROUTE_CASES[name].may !== 'everybody');

describe.each(guarded.map((route) => [route.name, route] as const))('%s', (_name, route) => {
  it.each(STRANGERS)('by %s', async (stranger) => {
    // Given
    const { call, may } = caseOf(route);
    const id = stranger === 'self' ? MEMBER.id : await world.newUser();
    const { path, headers, body, text = '' } = await call(world, id);
    const before = await rowCounts(world.tessera);
    const history = await world.tessera.events(id);
    // When
    const { status } = await world.tessera.send(methodOf(route), path, {
      headers: { ...headers, ...world.headersOf(route.dialect, stranger) },
      ...(body === undefined ? {} : { body: body(text) }),
    });
    // Then
    if (may.includes(stranger)) {
      expect(status).toBe(caseOf(route).status);
      return;
    }
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(await world.tessera.events(id)).toEqual(history);
    expect(await rowCounts(world.tessera)).toEqual(before);
  });

  it('by its own administrator or client', async () => {
    const found = caseOf(route);
    const { path, headers, body, text = '' } = await found.call(world, await world.newUser());
    const sent = (credentials: Headers) =>
      world.tessera.send(methodOf(route), path, {
        headers: { ...headers, ...credentials },
        ...(body === undefined ? {} : { body: body(text) }),
      });
    // What is only the instance's to do is no organization's.
    if (found.by === 'root') expect((await sent(world.owner[route.dialect])).status).toBe(403);
    const answer = await sent(credentialsFor(found, route.dialect, world));
    expect(answer.status, answer.text).toBe(found.status);
  });
});
