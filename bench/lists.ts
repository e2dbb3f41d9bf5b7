import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../server/src/app/ports/store.ts';
import { type RequestMaker, updatesOf } from './clients.ts';
import { createDatabase, postgresDatabase, sqliteDatabase, startBenchCluster } from './databases.ts';
import { type ListCase, listCases } from './list-queries.ts';
import { load, median, p99 } from './load.ts';
import { prepareMillion } from './million.ts';
import { bytesOf, prepareMillionPostgres } from './million-postgres.ts';
import { type Prepared, prepare } from './prepare.ts';
import { idle, run } from './processes.ts';
import { atMost, type Row } from './report.ts';
import { benchScale } from './scale.ts';
import type { Plan } from './throughput.ts';

type Report = (row: Row) => void;

/** How often each kind is asked; the slow ones less, but often enough that p99 is not the worst of them. */
const TIMES = { fast: 300, slow: 100 };
const FAST = 50;
/** Lists of each kind that only warm up: nobody's first lists have the tables in memory. */
const WARM = { fast: 60, slow: 5 };
const CONNECTIONS = 64;
const LISTS_AT_ONCE = 2;
/** Users that a million is compared with. */
const FEW = 10_000;

/** What is measured among a million users. */
export interface MillionLines {
  readonly lists: boolean;
  readonly scale: boolean;
}

/**
 * Lists of 100 among a million users: how long they take, and what they do to concurrent updates. And what updates and
 * readings cost among so many.
 */
export async function benchMillion(
  folder: string,
  count: number,
  plan: Plan,
  report: Report,
  lines: MillionLines,
): Promise<void> {
  if (plan.engines.has('sqlite')) await benchSqlite(folder, count, plan, report, lines);
  if (plan.engines.has('postgres')) await benchPostgres(folder, count, plan, report, lines);
}

async function benchPostgres(
  folder: string,
  count: number,
  plan: Plan,
  report: Report,
  lines: MillionLines,
): Promise<void> {
  const cluster = await startBenchCluster();
  try {
    const url = await createDatabase(cluster, 'million');
    const startedAt = performance.now();
    const prepared = await prepareMillionPostgres(url, join(folder, 'million-postgres'), count);
    tell(count, startedAt, await bytesOf(url));
    if (lines.scale) {
      const fewUrl = await createDatabase(cluster, 'few');
      const few = await prepare(join(folder, 'few-postgres'), FEW, postgresDatabase(fewUrl, 10));
      await benchScale('PostgreSQL', few, prepared, plan, report);
    }
    if (!lines.lists) return;
    const store = await postgresDatabase(url, 10).open();
    try {
      for (const one of listCases(count)) await benchCase('PostgreSQL', store, one, report);
    } finally {
      await store.close();
    }
    await benchUpdatesBeside('PostgreSQL', prepared, plan, report);
  } finally {
    await cluster.destroy();
  }
}

function tell(count: number, startedAt: number, bytes: number): void {
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(`${count} users in ${seconds.toFixed(0)} s, ${(bytes / count).toFixed(0)} bytes each\n`);
}

async function benchSqlite(
  folder: string,
  count: number,
  plan: Plan,
  report: Report,
  lines: MillionLines,
): Promise<void> {
  const dataDir = join(folder, 'million');
  const startedAt = performance.now();
  const prepared = await prepareMillion(dataDir, count);
  tell(count, startedAt, statSync(join(dataDir, 'tessera.db')).size);
  if (lines.scale) await benchScale('SQLite', await prepare(join(folder, 'few-sqlite'), FEW), prepared, plan, report);
  if (!lines.lists) return;
  const store = await sqliteDatabase(dataDir).open();
  try {
    for (const one of listCases(count)) await benchCase('SQLite', store, one, report);
  } finally {
    await store.close();
  }
  await benchUpdatesBeside('SQLite', prepared, plan, report);
}

/** One kind of list, one after another. */
export async function benchCase(engine: string, store: Store, one: ListCase, report: Report): Promise<void> {
  const times: number[] = [];
  const found: number[] = [];
  const [asked, warm] = one.bound === FAST ? [TIMES.fast, WARM.fast] : [TIMES.slow, WARM.slow];
  for (let n = 0; n < asked + warm; n += 1) {
    const query = one.query(n);
    const from = performance.now();
    const { total } = await store.list(query);
    const time = performance.now() - from;
    if (n < warm || (total ?? 0) > (one.mostFound ?? Infinity)) continue;
    times.push(time);
    found.push(total ?? 0);
  }
  // Those that found more than the bound is for are left out.
  const counted = times.length === asked ? '' : `, ${times.length} of ${asked} lists`;
  const detail = `p50 ${median(times).toFixed(1)} ms, ${median(found)} found${counted}`;
  report(atMost(`${engine} list: ${one.name}`, p99(times), one.bound, 'ms', detail));
}

/** What lists under way add to the p99 of updates. */
async function benchUpdatesBeside(engine: string, prepared: Prepared, plan: Plan, report: Report): Promise<void> {
  const { dataDir, setupPath, database, userIds } = prepared;
  const options = ['--port', '0', '--data', dataDir, '--setup', setupPath, ...database];
  const server = await run(['bench/list-server.ts', String(userIds.length), String(LISTS_AT_ONCE), ...options]);
  const slowest = { alone: [] as number[], beside: [] as number[] };
  try {
    await idle(server.pid);
    for (let round = 0; round <= plan.rounds; round += 1) {
      for (const kind of ['alone', 'beside'] as const) {
        if (kind === 'beside') process.kill(server.pid, 'SIGUSR2');
        const update = (await updatesOf(server.url, prepared, `${kind}${round}`)).ownli as RequestMaker;
        const result = await load(server.url, CONNECTIONS, plan.seconds, update);
        if (kind === 'beside') process.kill(server.pid, 'SIGUSR2');
        // The first round only warms up.
        if (round > 0) slowest[kind].push(result.p99);
      }
    }
  } finally {
    await server.stop();
  }
  const [alone, beside] = [median(slowest.alone), median(slowest.beside)];
  const detail = `${beside} ms against ${alone} ms, ${LISTS_AT_ONCE} lists at once`;
  report(atMost(`${engine}: p99 of updates beside lists`, beside - alone, 20, 'ms', detail));
}
