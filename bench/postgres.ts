import { join } from 'node:path';
import { loadDirectory } from '../server/src/app/directory.ts';
import type { PostgresStore } from '../server/src/store/postgres/postgres-store.ts';
import type { Cluster } from '../server/test/support/postgres/cluster.ts';
import { type RequestMaker, updatesOf } from './clients.ts';
import { createDatabase, postgresDatabase, startBenchCluster } from './databases.ts';
import { type LoadResult, load, median } from './load.ts';
import { executorOf, type Prepared, prepare, updateOf } from './prepare.ts';
import { type Running, run } from './processes.ts';
import { atLeast, atMost, type Row, told } from './report.ts';
import { type Plan, startTessera } from './throughput.ts';

type Report = (row: Row) => void;

const CONNECTIONS = 64;
/**
 * Connections to the database, of Tessera and of the floor alike. Held to the bound is one: transactions of the floor
 * that wait for the disk at the same time share its flushes, while a batch has shared them already.
 */
const DATABASE_CONNECTIONS = [1, 2, 4] as const;
const HELD = 1;
/** The most that are tried, for the latency. */
const MOST = 4;
/** Bytes of what Tessera stores for an idempotency key. */
const ANSWER_BYTES = 700;
const USERS = 10_000;
/** Sizes of batches whose round trips are counted. */
const BATCHES = [1, 16, 256];

/**
 * Updates per second on PostgreSQL against a program that does the same rows in a transaction per update, over the same
 * number of connections to the same server; and their p99 against that on SQLite.
 */
export async function benchPostgres(folder: string, plan: Plan, report: Report): Promise<void> {
  const cluster = await startBenchCluster();
  const running: Running[] = [];
  try {
    const sqlite = await prepare(join(folder, 'postgres-sqlite'), USERS);
    const contests: Contest[] = [];
    for (const connections of DATABASE_CONNECTIONS) {
      contests.push(await startContest(cluster, folder, connections, running, report));
    }
    const sqliteServer = await startTessera(sqlite);
    running.push(sqliteServer);
    const onSqlite: LoadResult[] = [];
    for (let round = 0; round <= plan.rounds; round += 1) {
      for (const { connections, floor, tessera, results } of contests) {
        const label = `pg${connections}-${round}`;
        results.floor.push(await measure(floor.url, plan, await tessera.requests(`${label}-floor`)));
        results.tessera.push(await measure(tessera.server.url, plan, await tessera.requests(label)));
      }
      const requests = await ownliUpdates(sqliteServer.url, sqlite, `sqlite${round}`);
      onSqlite.push(await measure(sqliteServer.url, plan, requests));
    }
    for (const { connections, results } of contests) {
      const [ours, theirs] = [pick(results.tessera, 'perSecond'), pick(results.floor, 'perSecond')];
      const name = `PostgreSQL: against one by one, ${connections} conn.`;
      const detail = `${ours.toFixed(0)}/s against ${theirs.toFixed(0)}/s, ${connections} database connections each`;
      report(connections === HELD ? atLeast(name, ours / theirs, 8, detail) : told(name, ours / theirs, 'x', detail));
    }
    const most = contests.find(({ connections }) => connections === MOST)?.results.tessera ?? [];
    const [slow, sqliteSlow] = [pick(most, 'p99'), pick(onSqlite, 'p99')];
    report(atMost('PostgreSQL: p99 against SQLite', slow / sqliteSlow, 3, 'x', `${slow} ms against ${sqliteSlow} ms`));
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    await cluster.destroy();
  }
}

/** Tessera and the floor on a database each, with as many connections. */
interface Contest {
  readonly connections: number;
  readonly floor: Running;
  readonly tessera: { readonly server: Running; requests(label: string): Promise<RequestMaker> };
  readonly results: { readonly floor: LoadResult[]; readonly tessera: LoadResult[] };
}

async function startContest(
  cluster: Cluster,
  folder: string,
  connections: number,
  running: Running[],
  report: Report,
): Promise<Contest> {
  const url = await createDatabase(cluster, `tessera${connections}`);
  const floorUrl = await createDatabase(cluster, `floor${connections}`);
  const database = postgresDatabase(url, connections);
  const prepared = await prepare(join(folder, `postgres-${connections}`), USERS, database);
  await prepare(join(folder, `postgres-floor-${connections}`), USERS, postgresDatabase(floorUrl, connections));
  if (connections === HELD) await reportRoundTrips(database, prepared, report);
  const floor = await run(['bench/floor-postgres.ts', floorUrl, String(connections), String(ANSWER_BYTES)]);
  running.push(floor);
  const server = await startTessera(prepared);
  running.push(server);
  const requests = (label: string) => ownliUpdates(server.url, prepared, label);
  return { connections, floor, tessera: { server, requests }, results: { floor: [], tessera: [] } };
}

function measure(url: string, plan: Plan, requests: RequestMaker): Promise<LoadResult> {
  return load(url, CONNECTIONS, plan.seconds, requests);
}

/** Of all rounds but the first, which warms up. */
function pick(results: readonly LoadResult[], key: 'perSecond' | 'p99'): number {
  return median(results.slice(1).map((result) => result[key]));
}

async function ownliUpdates(url: string, prepared: Prepared, label: string): Promise<RequestMaker> {
  return (await updatesOf(url, prepared, label)).ownli as RequestMaker;
}

/** Counted on the store itself: what a batch of so many updates costs. */
async function reportRoundTrips(
  database: ReturnType<typeof postgresDatabase>,
  { userIds }: Prepared,
  report: Report,
): Promise<void> {
  const store = (await database.open()) as PostgresStore;
  const executor = executorOf(store, await loadDirectory(store), { concurrency: 1 });
  for (const size of BATCHES) {
    const before = { ...store.statistics };
    await Promise.all(userIds.slice(0, size).map((id) => executor.submit(updateOf(id, `round trips ${size}`))));
    const batches = store.statistics.batches - before.batches;
    const trips = (store.statistics.roundTrips - before.roundTrips) / batches;
    report(atMost(`PostgreSQL: round trips, ${size} updates`, trips, 2, 'trips', `${batches} batches`));
  }
  await store.close();
}
