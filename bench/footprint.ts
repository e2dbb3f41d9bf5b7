import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ownliToken, type RequestMaker, updatesOf } from './clients.ts';
import { load, median, sendAll } from './load.ts';
import { type Prepared, prepare } from './prepare.ts';
import { cpuSeconds, residentBytes } from './processes.ts';
import { atMost, type Row } from './report.ts';
import { type Plan, startTessera } from './throughput.ts';

const FEW = 1_000;
const MANY = 100_000;
const CONNECTIONS = 64;

const folders = new Map<number, Promise<Prepared>>();

function prepared(folder: string, count: number): Promise<Prepared> {
  const known = folders.get(count) ?? prepare(join(folder, `users-${count}`), count);
  folders.set(count, known);
  return known;
}

/** Processor time per update must not grow with the number of users. */
export async function benchProcessorTime(folder: string, plan: Plan, report: (row: Row) => void): Promise<void> {
  const costs = new Map<number, number[]>([
    [FEW, []],
    [MANY, []],
  ]);
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const [count, measured] of costs) {
      const data = await prepared(folder, count);
      const server = await startTessera(data);
      try {
        const update = (await updatesOf(server.url, data, `cpu${round}`)).ownli as RequestMaker;
        // Every user once, or the many would be measured cold and the few warm.
        const headers = { authorization: `Bearer ${await ownliToken(server.url)}` };
        await sendAll(server.url, MANY, (n) => ({
          method: 'GET',
          path: `/api/users/by-id/${data.userIds[n % count]}`,
          headers,
        }));
        await load(server.url, CONNECTIONS, 2, (n) => update(n + 50_000_000));
        const before = cpuSeconds(server.pid);
        const { requests } = await load(server.url, CONNECTIONS, plan.seconds, update);
        measured.push(((cpuSeconds(server.pid) - before) / requests) * 1e6);
      } finally {
        await server.stop();
      }
    }
  }
  const few = median(costs.get(FEW) ?? []);
  const many = median(costs.get(MANY) ?? []);
  const detail = `${many.toFixed(0)} us with ${MANY} users against ${few.toFixed(0)} us with ${FEW}`;
  report(atMost('processor time per update', many / few, 1.3, 'x', detail));
}

/** How fast a server with many users is back, and what it takes while nothing happens. */
export async function benchFootprint(folder: string, report: (row: Row) => void): Promise<void> {
  const data = await prepared(folder, MANY);
  const starts: number[] = [];
  const residents: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const server = await startTessera(data);
    starts.push(server.startup);
    await sleep(3_000);
    residents.push(residentBytes(server.pid) / 1024 / 1024);
    await server.stop();
  }
  report(atMost('second start to ready', median(starts) / 1000, 1.5, 's', `${MANY} users`));
  report(atMost('resident memory, idle', median(residents), 256, 'MB', `${MANY} users`));
}
