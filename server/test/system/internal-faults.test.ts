import { Writable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BatchFailed, type Store, StoreUnavailable } from '../../src/app/ports/store.ts';
import { createLogger } from '../../src/logger.ts';
import type { ServerParts } from '../../src/server/server.ts';
import { createWorld, type World } from './callers.ts';
import { mountedRoutes, rowCounts } from './mounted-routes.ts';
import { caseOf, credentialsFor, ROUTE_CASES, sendCase } from './route-cases.ts';

/** What a driver may say, and no caller may hear. */
const SECRET_DETAIL =
  'near "SELECT": UPDATE users SET document = ? in /var/lib/tessera/tessera.db at node:internal/sqlite';
const driverError = () => Object.assign(new Error(SECRET_DETAIL), { code: 'ERR_SQLITE_ERROR', errcode: 11 });

/** Ways for the database to fail, each with what may be answered. */
const FAILURES: Readonly<Record<string, () => unknown>> = {
  'is full': () => new StoreUnavailable(SECRET_DETAIL, driverError()),
  'rolls every batch back': () => new BatchFailed(driverError()),
  'throws what nobody expected': () => new TypeError(SECRET_DETAIL),
  'throws what is no error': () => SECRET_DETAIL,
};

let failure: (() => unknown) | null = null;
let failsReads = false;
let log = '';

function failing(store: Store): Store {
  const fail = (name: keyof Store, isRead: boolean) => {
    const original = (store[name] as (...args: unknown[]) => unknown).bind(store);
    Object.assign(store, {
      [name]: (...args: unknown[]) =>
        failure !== null && (failsReads || !isRead) ? Promise.reject(failure()) : original(...args),
    });
  };
  for (const name of ['commit', 'configure', 'replaceShortLived'] as const) fail(name, false);
  for (const name of ['user', 'userByClaim', 'list', 'shortLived'] as const) fail(name, true);
  return store;
}

let world: World;
beforeAll(async () => {
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log += chunk;
      done();
    },
  });
  const parts: ServerParts = { onStore: failing, logger: createLogger({ level: 'info' }, destination) };
  world = await createWorld(parts);
});
afterAll(() => world.tessera.stop());
beforeEach(() => {
  log = '';
});
afterEach(() => {
  failure = null;
  failsReads = false;
});

const served = mountedRoutes().filter(({ name }) => ROUTE_CASES[name] !== undefined);
/** Answers of these come from memory alone. */
const STATELESS = served.filter(({ name }) => ROUTE_CASES[name]?.stateless).map(({ name }) => name);

describe.each(Object.entries(FAILURES))('while the database %s', (_name, make) => {
  it.each([
    ['writes', false],
    ['reads and writes', true],
  ])('for %s, every route says so in its own shape, without a word of why', async (_which, reads) => {
    const before = await rowCounts(world.tessera);
    let created = 0;
    for (const { name, dialect, mutates } of served) {
      if (STATELESS.includes(name) || (!reads && !mutates)) continue;
      const found = caseOf(name);
      failure = null;
      const call = await found.call(world, await world.newUser());
      created += 1;
      const headers = { ...credentialsFor(found, dialect, world), ...call.headers };
      failure = make;
      failsReads = reads;
      const answer = await sendCase(world, name, call, headers);
      expect([500, 503], `${name}: ${answer.text}`).toContain(answer.status);
      if (answer.status === 503) expect(answer.headers.get('retry-after'), name).toMatch(/^[1-9]\d*$/);
      expect(typeof answer.json, name).toBe('object');
      const told = `${answer.text} ${[...answer.headers].join(' ')}`;
      expect(told, name).not.toMatch(/SELECT|UPDATE|sqlite|tessera\.db|\/var\/|node:|\.ts\b|\bat \S+:\d|Error:/i);
      const requestId = answer.headers.get('x-request-id') ?? '';
      expect(requestId, name).toMatch(/^[0-9a-f-]{36}$/);
      if (answer.status === 500 && SHOWS_REQUEST_ID[dialect]) expect(answer.text, name).toContain(requestId);
      const lines = log.split('\n').filter((line) => line.includes(requestId));
      expect(
        lines.some((line) => line.includes('"msg":"request"')),
        name,
      ).toBe(true);
      if (answer.status === 500)
        expect(
          lines.some((line) => line.includes('"level":"error"')),
          name,
        ).toBe(true);
    }
    expect(created).toBeGreaterThan(8);
    failure = null;
    expect((await rowCounts(world.tessera)).users).toBeGreaterThanOrEqual((before.users ?? 0) + created);
    expect((await world.tessera.send('GET', '/healthz')).status).toBe(200);
  });
});

/** Dialects whose internal errors have a place for the id of the request. */
const SHOWS_REQUEST_ID: Readonly<Record<string, boolean>> = {
  zitadel: false,
  jframework: true,
  avibra: false,
  ownli: true,
};
