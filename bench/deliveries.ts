import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { loadDirectory } from '../server/src/app/directory.ts';
import type { TestSetup } from '../server/test/support/setup.ts';
import { Arrivals } from './arrivals.ts';
import { type RequestMaker, updatesOf } from './clients.ts';
import { createDatabase, postgresDatabase, sqliteDatabase, startBenchCluster } from './databases.ts';
import { median, p99 } from './load.ts';
import { executorOf, type Prepared, prepare, updateOf } from './prepare.ts';
import { atLeast, atMost, type Row, told } from './report.ts';
import { type Plan, startTessera } from './throughput.ts';

type Report = (row: Row) => void;

const USERS = 10_000;
/** Deliveries a second to a fast receiver, one for each update. */
const RATE = 1_000;
/** Updates a second where ten receivers are told of each. */
const SHARED_RATE = 100;
const RECEIVERS = 10;
/** Milliseconds by which a dead receiver may seem to slow the others, as runs differ by as much. */
const NOISE = 50;
const BACKLOG = 100_000;
const CONNECTIONS = 64;
/** Milliseconds until what was sent must have arrived. */
const PATIENCE = 30_000;

/** How soon receivers are told of changes, and how fast a backlog goes. */
export async function benchDeliveries(folder: string, plan: Plan, report: Report): Promise<void> {
  if (plan.engines.has('sqlite')) {
    const dataDir = join(folder, 'deliveries-sqlite');
    await benchOn(
      'sqlite',
      await prepare(dataDir, USERS, sqliteDatabase(dataDir)),
      sqliteDatabase(dataDir),
      plan,
      report,
    );
  }
  if (!plan.engines.has('postgres')) return;
  const cluster = await startBenchCluster();
  try {
    const database = postgresDatabase(await createDatabase(cluster, 'deliveries'), 10);
    const prepared = await prepare(join(folder, 'deliveries-postgres'), USERS, database);
    await benchOn('postgres', prepared, database, plan, report);
  } finally {
    await cluster.destroy();
  }
}

type Database = ReturnType<typeof sqliteDatabase>;

async function benchOn(
  engine: string,
  prepared: Prepared,
  database: Database,
  plan: Plan,
  report: Report,
): Promise<void> {
  const receivers = await Promise.all(Array.from({ length: RECEIVERS }, () => Arrivals.start()));
  const [fast] = receivers;
  if (fast === undefined) throw new Error('there is no receiver');
  try {
    subscribe(prepared, [fast]);
    await benchLag(engine, prepared, fast, plan, report);
    await benchBacklog(engine, prepared, database, fast, report);
    subscribe(prepared, receivers);
    await benchDeadReceiver(engine, prepared, receivers, plan, report);
  } finally {
    for (const receiver of receivers) receiver.close();
  }
}

/** Has the next server tell these receivers of every update. */
function subscribe({ setupPath }: Prepared, receivers: readonly Arrivals[]): void {
  const setup = JSON.parse(readFileSync(setupPath, 'utf8')) as TestSetup;
  setup.organizations[0].webhooks = receivers.map(({ url }, n) => ({
    name: `receiver-${n}`,
    url,
    secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    events: ['user.extra_changed'],
    allowPrivateAddresses: true,
  }));
  writeFileSync(setupPath, JSON.stringify(setup));
}

async function benchLag(engine: string, prepared: Prepared, fast: Arrivals, plan: Plan, report: Report): Promise<void> {
  const server = await startTessera(prepared);
  try {
    const requests = await ownliUpdates(server.url, prepared, `${engine}-warm`);
    await atRate(server.url, RATE, 2, requests);
    const measured = await atRate(server.url, RATE, plan.seconds * 2, await ownliUpdates(server.url, prepared, engine));
    const lags = await lagsOf(fast, measured.acknowledged);
    const detail = `${measured.perSecond.toFixed(0)} updates/s in the same run; lag p50 ${median(lags).toFixed(0)} ms, p99 ${p99(lags).toFixed(0)} ms`;
    const span = Math.max(...[...measured.acknowledged.keys()].map((name) => fast.at.get(name) ?? Number.NaN));
    const perSecond = lags.length / ((span - measured.startedAt) / 1_000);
    report(atLeast(`deliveries a second, ${engine}`, perSecond / RATE, 0.97, `${perSecond.toFixed(0)}/s; ${detail}`));
    report(atMost(`lag of deliveries p99, ${engine}`, p99(lags) / 1_000, 1, 's', detail));
  } finally {
    await server.stop();
  }
}

/** The same run with all ten alive, and with one that hangs. */
async function benchDeadReceiver(
  engine: string,
  prepared: Prepared,
  receivers: readonly Arrivals[],
  plan: Plan,
  report: Report,
): Promise<void> {
  const others = receivers.slice(1);
  const [dying] = receivers;
  if (dying === undefined) throw new Error('there is no receiver');
  const server = await startTessera(prepared);
  const measure = async (run: string): Promise<number> => {
    const requests = await ownliUpdates(server.url, prepared, `${engine}-${run}`);
    const { acknowledged } = await atRate(server.url, SHARED_RATE, plan.seconds * 2, requests);
    const lags = await Promise.all(others.map((receiver) => lagsOf(receiver, acknowledged)));
    return p99(lags.flat());
  };
  try {
    await measure('warm-up');
    const alive: number[] = [];
    const dead: number[] = [];
    for (let round = 0; round < plan.rounds; round += 1) {
      dying.isDead = false;
      alive.push(await measure(`alive-${round}`));
      dying.isDead = true;
      dead.push(await measure(`dead-${round}`));
    }
    const [without, withOne] = [median(alive), median(dead)];
    const detail = `p99 of the other nine ${withOne.toFixed(0)} ms, ${without.toFixed(0)} ms without; ${SHARED_RATE * RECEIVERS} deliveries/s`;
    report(atMost(`a dead receiver of ten adds, ${engine}`, withOne - without, NOISE, 'ms', detail));
  } finally {
    await server.stop();
  }
}

/** What was left while no server ran. */
async function benchBacklog(
  engine: string,
  { userIds, ...prepared }: Prepared,
  database: Database,
  fast: Arrivals,
  report: Report,
): Promise<void> {
  const store = await database.open();
  const executor = executorOf(store, await loadDirectory(store), { queueLimit: BACKLOG });
  for (let from = 0; from < BACKLOG; from += 1_000) {
    const names = Array.from({ length: 1_000 }, (_, n) => from + n);
    await Promise.all(
      names.map((n) => executor.submit(updateOf(userIds[n % userIds.length] ?? '', `${engine}-backlog-${n}`))),
    );
  }
  await store.close();
  const before = fast.count;
  const server = await startTessera({ userIds, ...prepared });
  try {
    const startedAt = performance.now();
    while (fast.count < before + BACKLOG && performance.now() - startedAt < 10 * PATIENCE) await sleep(20);
    const seconds = (performance.now() - startedAt) / 1_000;
    const perSecond = (fast.count - before) / seconds;
    const detail = `${fast.count - before} deliveries in ${seconds.toFixed(1)} s`;
    report(told(`backlog of ${BACKLOG}, ${engine}`, perSecond, '/s', detail));
  } finally {
    await server.stop();
  }
}

async function ownliUpdates(url: string, prepared: Prepared, run: string): Promise<RequestMaker> {
  return (await updatesOf(url, prepared, run)).ownli as RequestMaker;
}

interface AtRate {
  /** Value of each update to when its answer came. */
  readonly acknowledged: ReadonlyMap<string, number>;
  readonly perSecond: number;
  readonly startedAt: number;
}

/** Sends requests at a rate, whatever the answers take. Throws when one is refused. */
async function atRate(url: string, rate: number, seconds: number, next: RequestMaker): Promise<AtRate> {
  const pool = new Pool(url, { connections: CONNECTIONS });
  const acknowledged = new Map<string, number>();
  const pending: Promise<void>[] = [];
  const startedAt = performance.now();
  const total = rate * seconds;
  const send = async (n: number): Promise<void> => {
    const { method, path, headers, body = '' } = next(n);
    const response = await pool.request({ method, path, headers, body });
    await response.body.dump();
    if (response.statusCode !== 200) throw new Error(`an update was answered with ${response.statusCode}`);
    acknowledged.set(String((JSON.parse(body) as { customField1: string }).customField1), performance.now());
  };
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.ceil(((performance.now() - startedAt) / 1_000) * rate));
    for (; sent < due; sent += 1) pending.push(send(sent));
    await sleep(2);
  }
  await Promise.all(pending);
  const perSecond = total / ((performance.now() - startedAt) / 1_000);
  await pool.close();
  return { acknowledged, perSecond, startedAt };
}

/** Milliseconds from the answer to each update to its arrival; what has not come is infinitely late. */
async function lagsOf({ at }: Arrivals, acknowledged: ReadonlyMap<string, number>): Promise<number[]> {
  const deadline = performance.now() + PATIENCE;
  const names = [...acknowledged.keys()];
  while (performance.now() < deadline && !names.every((name) => at.has(name))) await sleep(20);
  return [...acknowledged].map(([name, time]) => Math.max(0, (at.get(name) ?? Number.POSITIVE_INFINITY) - time));
}
