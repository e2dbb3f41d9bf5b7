import { createsOf, ownliToken, type RequestMaker, updatesOf } from './clients.ts';
import { type LoadResult, load, median } from './load.ts';
import { medianOfCalls } from './one-by-one.ts';
import type { Prepared } from './prepare.ts';
import { type Running, run } from './processes.ts';
import { atLeast, atMost, type Row } from './report.ts';

export interface Plan {
  readonly seconds: number;
  readonly rounds: number;
  readonly dialects: ReadonlySet<string>;
  /** Engines whose lists are measured. */
  readonly engines: ReadonlySet<string>;
}

type Report = (row: Row) => void;

const CONNECTIONS = 64;
/** Calls of the single client in one round. */
const CALLS = 2_000;
/** Share of the floor's updates per second that each dialect must reach. */
const SHARES: Readonly<Record<string, number>> = { ownli: 0.5, zitadel: 0.4, jframework: 0.4, avibra: 0.4 };

export function startTessera(prepared: Prepared): Promise<Running> {
  const { dataDir, setupPath, database } = prepared;
  const options = ['--port', '0', '--data', dataDir, '--setup', setupPath, ...database];
  return run(['server/bin/tessera.js', 'serve', ...options]);
}

/** Length of what Tessera answers about a user. */
async function answerBytes(url: string, prepared: Prepared): Promise<number> {
  const headers = { authorization: `Bearer ${await ownliToken(url)}` };
  const response = await fetch(`${url}/api/users/by-id/${prepared.userIds[0]}`, { headers });
  return (await response.arrayBuffer()).byteLength;
}

function startFloor(database: string, answerBytes: number): Promise<Running> {
  return run(['bench/floor.ts', database, String(answerBytes)]);
}

/** Runs the two in turn, so that what else the machine does strikes both. */
async function alternate(
  plan: Plan,
  tessera: (round: number) => Promise<LoadResult>,
  floor: (round: number) => Promise<LoadResult>,
): Promise<{ tessera: LoadResult[]; floor: LoadResult[] }> {
  const results = { tessera: [] as LoadResult[], floor: [] as LoadResult[] };
  for (let round = 0; round < plan.rounds; round += 1) {
    results.floor.push(await floor(round));
    results.tessera.push(await tessera(round));
  }
  return results;
}

const pick = (results: readonly LoadResult[], key: 'perSecond' | 'p50' | 'p99'): number =>
  median(results.map((result) => result[key]));

/** Durable updates per second through each dialect, and their p99, against the floor. */
export async function benchUpdates(prepared: Prepared, database: string, plan: Plan, report: Report): Promise<void> {
  const server = await startTessera(prepared);
  const floor = await startFloor(database, await answerBytes(server.url, prepared));
  try {
    const request = async (dialect: string, label: string): Promise<RequestMaker> =>
      (await updatesOf(server.url, prepared, label))[dialect] as RequestMaker;
    await load(server.url, CONNECTIONS, 2, await request('ownli', 'warm'));
    await load(floor.url, CONNECTIONS, 2, await request('ownli', 'warm'));
    for (const [dialect, share] of Object.entries(SHARES).filter(([name]) => plan.dialects.has(name))) {
      const results = await alternate(
        plan,
        async (round) => load(server.url, CONNECTIONS, plan.seconds, await request(dialect, `${dialect}${round}`)),
        async (round) => load(floor.url, CONNECTIONS, plan.seconds, await request('ownli', `${dialect}${round}`)),
      );
      const [ours, theirs] = [pick(results.tessera, 'perSecond'), pick(results.floor, 'perSecond')];
      const [slow, floorSlow] = [pick(results.tessera, 'p99'), pick(results.floor, 'p99')];
      const detail = `${ours.toFixed(0)}/s against ${theirs.toFixed(0)}/s`;
      report(atLeast(`updates ${dialect}, 64 connections`, ours / theirs, share, detail));
      report(atMost(`p99 of updates ${dialect}`, slow / floorSlow, 3, 'x', `${slow} ms against ${floorSlow} ms`));
    }
  } finally {
    await Promise.all([server.stop(), floor.stop()]);
  }
}

/** Durable creations of users per second, against the floor that inserts the same rows. */
export async function benchCreates(prepared: Prepared, database: string, plan: Plan, report: Report): Promise<void> {
  const server = await startTessera(prepared);
  const floor = await startFloor(database, await answerBytes(server.url, prepared));
  try {
    await load(server.url, CONNECTIONS, 2, createsOf('warm-create'));
    await load(floor.url, CONNECTIONS, 2, createsOf('warm-create'));
    const results = await alternate(
      plan,
      (round) => load(server.url, CONNECTIONS, plan.seconds, createsOf(`create${round}`)),
      (round) => load(floor.url, CONNECTIONS, plan.seconds, createsOf(`create${round}`)),
    );
    const [ours, theirs] = [pick(results.tessera, 'perSecond'), pick(results.floor, 'perSecond')];
    const detail = `${ours.toFixed(0)}/s against ${theirs.toFixed(0)}/s`;
    report(atLeast('CreateUser without password, 64 connections', ours / theirs, 0.4, detail));
  } finally {
    await Promise.all([server.stop(), floor.stop()]);
  }
}

/** One client, one call after another: what its median call takes beyond the floor's. */
export async function benchSingleClient(
  prepared: Prepared,
  database: string,
  plan: Plan,
  report: Report,
): Promise<void> {
  const server = await startTessera(prepared);
  const floor = await startFloor(database, await answerBytes(server.url, prepared));
  try {
    const request = (await updatesOf(server.url, prepared, 'single')).ownli as RequestMaker;
    const [ours, theirs] = [[] as number[], [] as number[]];
    for (let round = 0; round <= plan.rounds; round += 1) {
      const floorMedian = await medianOfCalls(floor.url, CALLS, (n) => request(n + (round + 100) * 1_000_000));
      const ourMedian = await medianOfCalls(server.url, CALLS, (n) => request(n + round * 1_000_000));
      // The first round only warms both up.
      if (round > 0) theirs.push(floorMedian);
      if (round > 0) ours.push(ourMedian);
    }
    const [our, their] = [median(ours), median(theirs)];
    const detail = `${our.toFixed(3)} ms against ${their.toFixed(3)} ms a call`;
    report(atMost('single client, beyond the floor', our - their, 1, 'ms', detail));
  } finally {
    await Promise.all([server.stop(), floor.stop()]);
  }
}

/** Reading one user, against bare `node:http` that answers as many bytes. */
export async function benchReads(prepared: Prepared, database: string, plan: Plan, report: Report): Promise<void> {
  const server = await startTessera(prepared);
  const headers = { authorization: `Bearer ${await ownliToken(server.url)}` };
  const path = (n: number): string => `/api/users/by-id/${prepared.userIds[(n * 7919) % prepared.userIds.length]}`;
  const floor = await startFloor(database, await answerBytes(server.url, prepared));
  try {
    const request: RequestMaker = (n) => ({ method: 'GET', path: path(n), headers });
    await load(server.url, CONNECTIONS, 1, request);
    await load(floor.url, CONNECTIONS, 1, request);
    const results = await alternate(
      plan,
      () => load(server.url, CONNECTIONS, plan.seconds, request),
      () => load(floor.url, CONNECTIONS, plan.seconds, request),
    );
    const [ours, theirs] = [pick(results.tessera, 'perSecond'), pick(results.floor, 'perSecond')];
    report(atLeast('GET of a user', ours / theirs, 0.5, `${ours.toFixed(0)}/s against ${theirs.toFixed(0)}/s`));
  } finally {
    await Promise.all([server.stop(), floor.stop()]);
  }
}
