import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { checkDatabase } from '../support/checker.ts';
import { DIALECT_NAMES, type DialectName } from '../support/clients.ts';
import { type Cluster, startCluster } from '../support/postgres/cluster.ts';
import type { TestResponse } from '../support/tessera.ts';
import { type Clients, clientsOf, createUsers, type Fleet, startFleet, timeUntil, turn } from './support.ts';

/** Milliseconds in which everything must work again once the database is back. */
const SOON = 2_000;

let cluster: Cluster;
let fleet: Fleet;
let clients: Clients[];
let users: string[];
beforeAll(async () => {
  cluster = await startCluster();
  fleet = await startFleet(2, { database: cluster.url });
  clients = await clientsOf(fleet);
  users = await createUsers(turn(clients, 0), DIALECT_NAMES.length);
});
afterAll(async () => {
  await fleet.stop();
  await cluster.destroy();
});

interface Told {
  readonly dialect: DialectName;
  readonly mark: string;
  readonly answer: TestResponse;
}

/** Writes through every dialect of every process, each its own user's name, until it is stopped. */
function startLoad(name: string) {
  const told: Told[] = [];
  let stopped = false;
  const workers = clients.flatMap((set, place) =>
    DIALECT_NAMES.map(async (dialect, index) => {
      for (let n = 0; !stopped; n += 1) {
        const mark = `${name}-${place}-${dialect}-${n}`;
        const answer = await set[dialect].update(turn(users, index), { givenName: mark, familyName: 'Mouse' });
        told.push({ dialect, mark, answer });
        if (answer.status !== 200) await sleep(20);
      }
    }),
  );
  const stop = async (): Promise<Told[]> => {
    stopped = true;
    await Promise.all(workers);
    return told;
  };
  return { stop };
}

/** What each dialect says when the database cannot be used. */
const AWAY: Record<DialectName, object> = {
  zitadel: { code: 14, message: 'The service cannot store changes at the moment, please retry' },
  jframework: { success: false, data: null, statusCode: 503, errors: [{ code: 'ServiceUnavailable' }] },
  avibra: { errorcode: 'unavailable', errormessage: 'Try again in a moment.' },
  ownli: { error_code: 'ERROR_SERVICE_UNAVAILABLE', error_message: 'The service is not available; retry later.' },
};

function expectAway(dialect: DialectName, { status, headers, json }: TestResponse): void {
  expect([dialect, status, headers.get('retry-after')]).toEqual([dialect, 503, '1']);
  expect(json).toMatchObject(AWAY[dialect]);
}

describe.each(['fast', 'immediate'] as const)('PostgreSQL is stopped (%s) under load, and started again', (mode) => {
  it('meanwhile everybody is told to come back, then everything works at once, and nothing was lost', async () => {
    // Given
    const load = startLoad(mode);
    onTestFinished(async () => void (await load.stop()));
    await sleep(300);
    // When
    await cluster.stop(mode);
    const ready = () => Promise.all(fleet.processes.map(({ send }) => send('GET', '/readyz')));
    const unready = await timeUntil(async () => (await ready()).every(({ status }) => status === 503));
    // Then
    expect(unready).toBeLessThan(1_000);
    expect((await turn(fleet.processes, 0).send('GET', '/healthz')).status).toBe(200);
    for (const dialect of DIALECT_NAMES) {
      const { read, update } = turn(clients, 1)[dialect];
      expectAway(dialect, await update(turn(users, 0), { givenName: 'No', familyName: 'Way' }));
      if (read !== undefined) expectAway(dialect, (await read(turn(users, 0))).response);
    }
    // When
    await cluster.start();
    const back = await Promise.all(
      clients.flatMap((set) =>
        DIALECT_NAMES.map((dialect) =>
          timeUntil(async () => {
            const change = { givenName: `Back after ${mode}`, familyName: 'Mouse' };
            return (await set[dialect].update(turn(users, 0), change)).status === 200;
          }),
        ),
      ),
    );
    const readyAgain = await timeUntil(async () => (await ready()).every(({ status }) => status === 200));
    // Then
    expect(Math.max(...back, readyAgain)).toBeLessThan(SOON);
    await sleep(200);
    const told = await load.stop();
    for (const { dialect, answer } of told) if (answer.status !== 200) expectAway(dialect, answer);
    const { findings, events } = await checkDatabase(cluster.url);
    expect(findings).toEqual([]);
    const names = users.flatMap((id) =>
      (events.get(id) ?? []).map(({ changes }) => changes['profile.givenName']?.after),
    );
    const acknowledged = told.filter(({ answer }) => answer.status === 200).map(({ mark }) => mark);
    expect(acknowledged.length).toBeGreaterThan(20);
    expect(acknowledged.filter((mark) => names.filter((name) => name === mark).length !== 1)).toEqual([]);
  });
});
