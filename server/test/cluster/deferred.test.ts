import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkDatabase } from '../support/checker.ts';
import type { TestResponse } from '../support/tessera.ts';
import { type Clients, clientsOf, createUsers, endNow, type Fleet, startFleet, timeUntil, turn } from './support.ts';

const PROCESSES = 4;
const V1 = { version: 'v1' };

let fleet: Fleet;
let clients: Clients[];
beforeAll(async () => {
  fleet = await startFleet(PROCESSES);
  clients = await clientsOf(fleet);
});
afterAll(() => fleet.stop());

const nobodyWaits = async () => (await checkDatabase(fleet.database)).deferred === 0;

it('a v2 call on one process waits for the v1 calls that the others have accepted', async () => {
  const [user = ''] = await createUsers(turn(clients, 0), 1);
  const names: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    for (let n = 0; n < 5; n += 1) {
      names.push(`First ${round}-${n}`);
      const answer = await turn(clients, n).avibra.update(user, { givenName: `First ${round}-${n}` }, V1);
      expect(answer.status).toBe(200);
    }
    names.push(`Then ${round}`);
    expect((await turn(clients, round).avibra.update(user, { givenName: `Then ${round}` })).status).toBe(200);
    expect((await turn(clients, round + 1).ownli.read?.(user))?.person?.givenName).toBe(`Then ${round}`);
  }
  expect(await historyOf(user)).toEqual(names);
});

it('while processes are killed, what any of them has accepted is applied once, in order', {
  timeout: 180_000,
}, async () => {
  const KILLS = 3;
  const users = await createUsers(turn(clients, 0), 8);
  // When
  const calls = users.map((user, index) => startCalls(user, index));
  for (let kill = 0; kill < KILLS; kill += 1) {
    await sleep(400);
    const place = kill % PROCESSES;
    await endNow(turn(fleet.processes, place));
    await sleep(300);
    await fleet.start(place);
    clients = await clientsOf(fleet);
  }
  const accepted = await Promise.all(calls.map((call) => call.stop()));
  await timeUntil(nobodyWaits, 20_000);
  // Then
  for (const [index, names] of accepted.entries()) {
    expect(names.length).toBeGreaterThan(10);
    expect(await historyOf(turn(users, index))).toEqual(names);
  }
  expect((await checkDatabase(fleet.database)).findings).toEqual([]);
});

/** First names of a user, in the order in which they came after the first. */
async function historyOf(user: string): Promise<unknown[]> {
  const { events } = await checkDatabase(fleet.database);
  return (events.get(user) ?? []).slice(1).map(({ changes }) => changes['profile.givenName']?.after);
}

/** One call after the other, each to the next process, the same again until one accepts it; every ninth waits for all. */
function startCalls(user: string, start: number) {
  const accepted: string[] = [];
  let stopped = false;
  const run = async (): Promise<void> => {
    for (let n = 0; !stopped; n += 1) {
      const givenName = `Call ${n}`;
      const headers = { 'idempotency-key': `${user}-${n}`, ...(n % 9 === 8 ? {} : V1) };
      for (let attempt = start + n; ; attempt += 1) {
        const answer = await answered(() => turn(clients, attempt).avibra.update(user, { givenName }, headers));
        if (answer?.status === 200) break;
        if (answer !== null) expect(answer.status, answer.text).toBe(503);
        await sleep(20);
      }
      accepted.push(givenName);
    }
  };
  const running = run();
  const stop = async (): Promise<string[]> => {
    stopped = true;
    await running;
    return accepted;
  };
  return { stop };
}

/** `null` when the connection breaks. */
async function answered(send: () => Promise<TestResponse>): Promise<TestResponse | null> {
  try {
    return await send();
  } catch {
    return null;
  }
}
