import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestResponse } from '../support/tessera.ts';
import { createWorld, type Headers, type World } from './callers.ts';
import { type MountedRoute, mountedRoutes, rowCounts } from './mounted-routes.ts';
import { type Call, caseOf, credentialsFor, ROUTE_CASES, sendCase } from './route-cases.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.tessera.stop());

const writing = mountedRoutes().filter(
  ({ name, mutates }) => mutates && ROUTE_CASES[name] !== undefined && !ROUTE_CASES[name].stateless,
);

function send({ name, dialect }: MountedRoute, call: Call, more: Headers) {
  return sendCase(world, name, call, { ...credentialsFor(caseOf(name), dialect, world), ...call.headers, ...more });
}

async function newCall({ name }: MountedRoute): Promise<Call> {
  return caseOf(name).call(world, await world.newUser());
}

const answering = writing.filter(({ name }) => !ROUTE_CASES[name]?.refused);
const isUnrepeatable = ({ name }: MountedRoute) => ROUTE_CASES[name]?.unrepeatable === true;
const FIVE = Array.from({ length: 5 }, (_, n) => n);
const keyOf = (name: string) => ({ 'idempotency-key': `promise-${name.replaceAll(/\W+/g, '-')}` });

const repeatable = answering.filter((route) => !isUnrepeatable(route));
describe.each(repeatable.map((route) => [route.name, route] as const))('%s', (name, route) => {
  it('sent five times at once under one key, has one effect and one answer', async () => {
    const call = await newCall(route);
    const key = keyOf(name);
    const before = await rowCounts(world.tessera);
    const answers = await Promise.all(FIVE.map(() => send(route, call, key)));
    const after = await rowCounts(world.tessera);
    const told = (answer: TestResponse) => [answer.status, answer.text, answer.headers.get('etag')];
    expect(new Set(answers.map((answer) => JSON.stringify(told(answer)))).size).toBe(1);
    expect(answers[0]?.status, answers[0]?.text).toBe(ROUTE_CASES[name]?.status);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(4);
    expect(after.answers).toBe((before.answers ?? 0) + 1);
    // Again and alone: still nothing new.
    await send(route, call, key);
    expect(await rowCounts(world.tessera)).toEqual(after);
  });
});

const unrepeatable = answering.filter(isUnrepeatable);
describe.each(unrepeatable.map((route) => [route.name, route] as const))('%s', (name, route) => {
  it('sent five times at once under one key, has one effect, and the others are refused', async () => {
    const call = await newCall(route);
    const key = keyOf(name);
    const answers = await Promise.all(FIVE.map(() => send(route, call, key)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([ROUTE_CASES[name]?.status, 409, 409, 409, 409]);
    const after = await rowCounts(world.tessera);
    await send(route, call, key);
    expect(await rowCounts(world.tessera)).toEqual(after);
  });
});

describe.each(writing.map((route) => [route.name, route] as const))('%s', (_name, route) => {
  it('under a stale or malformed If-Match, is refused and writes nothing', async () => {
    const call = await newCall(route);
    const before = await rowCounts(world.tessera);
    const stale = await send(route, call, { 'if-match': '"999"' });
    const malformed = await send(route, call, { 'if-match': '999' });
    expect([stale.status, malformed.status]).toEqual([412, 400]);
    expect(await rowCounts(world.tessera)).toEqual(before);
  });
});
