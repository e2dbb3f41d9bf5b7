import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, type Headers, MEMBER, STRANGERS, type World } from './callers.ts';
import { mountedRoutes, rowCounts } from './mounted-routes.ts';
import { caseOf, credentialsFor, ROUTE_CASES, sendCase } from './route-cases.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.tessera.stop());

const routes = mountedRoutes();

describe('the table of cases', () => {
  it('has every route that is mounted, and no other', async () => {
    expect(Object.keys(ROUTE_CASES).filter((name) => !routes.some((route) => route.name === name))).toEqual([]);
    const without = routes.filter(({ name }) => ROUTE_CASES[name] === undefined);
    expect(without.filter(({ dialect }) => dialect !== 'zitadel')).toEqual([]);
    // What Zitadel lists and Tessera has not built says so, to those who may ask at all, and does nothing.
    const before = await rowCounts(world.tessera);
    for (const route of without) {
      const path = (route.name.split(' ')[1] ?? '').replace(/:\w+/g, MEMBER.id);
      const call = { path, ...(route.mutates && { body: () => '{}' }) };
      const send = (headers: Headers) => sendCase(world, route.name, call, headers);
      const statuses = [(await send({})).status, (await send(world.owner.zitadel)).status];
      expect({ name: route.name, statuses }).toEqual({ name: route.name, statuses: [401, 501] });
    }
    expect(await rowCounts(world.tessera)).toEqual(before);
  });
});

const guarded = routes.filter(({ name }) => ROUTE_CASES[name] !== undefined && ROUTE_CASES[name].may !== 'everybody');

describe.each(guarded.map(({ name, dialect }) => [name, dialect] as const))('%s', (name, dialect) => {
  const { call, may, by, status: right } = caseOf(name);

  it.each(STRANGERS)('by %s', async (stranger) => {
    // Given
    const id = stranger === 'self' ? MEMBER.id : await world.newUser();
    const sound = await call(world, id);
    const before = await rowCounts(world.tessera);
    const history = await world.tessera.events(id);
    // When
    const headers = { ...sound.headers, ...world.headersOf(dialect, stranger) };
    const { status } = await sendCase(world, name, sound, headers);
    // Then
    if (may.includes(stranger)) {
      expect(status).toBe(right);
      return;
    }
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(await world.tessera.events(id)).toEqual(history);
    expect(await rowCounts(world.tessera)).toEqual(before);
  });

  it('by its own administrator or client', async () => {
    const sound = await call(world, await world.newUser());
    const sent = (credentials: Headers) => sendCase(world, name, sound, { ...sound.headers, ...credentials });
    // What is only the instance's to do is no organization's.
    if (by === 'root') expect((await sent(world.owner[dialect])).status).toBe(403);
    const answer = await sent(credentialsFor(caseOf(name), dialect, world));
    expect(answer.status, answer.text).toBe(right);
  });
});
