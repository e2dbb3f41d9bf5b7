import { join } from 'node:path';
import { loadDirectory } from '../server/src/app/directory.ts';
import type { PostgresStore } from '../server/src/store/postgres/postgres-store.ts';
import { type RequestMaker, updatesOf } from './clients.ts';
import { createDatabase, postgresDatabase, startBenchCluster } from './databases.ts';
import { type LoadResult, load, median } from './load.ts';
import { executorOf, type Prepared, prepare, updateOf } from './prepare.ts';
import { type Running, run } from './processes.ts';
import { atLeast, atMost, type Row } from './report.ts';
import { type Plan, startTessera } from './throughput.ts';

type Report = (row: Row) => void;

const CONNECTIONS = 64;
/** Connections to the database, of Tessera and of the floor alike. */
const DATABASE_CONNECTIONS = 4;
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
    const [url, floorUrl] = [await createDatabase(cluster, 'tessera'), await createDatabase(cluster, 'floor')];
    const database = postgresDatabase(url, DATABASE_CONNECTIONS);
    const postgres = await prepare(join(folder, 'postgres'), USERS, database);
    await prepare(join(folder, 'postgres-floor'), USERS, postgresDatabase(floorUrl, DATABASE_CONNECTIONS));
    const sqlite = await prepare(join(folder, 'postgres-sqlite'), USERS);
    await reportRoundTrips(database, postgres, report);

    const servers = {
      floor: await run(['bench/floor-postgres.ts', floorUrl, String(DATABASE_CONNECTIONS), String(ANSWER_BYTES)]),
      postgres: await startTessera(postgres),
      sqlite: await startTessera(sqlite),
    };
    running.push(...Object.values(servers));
    const requests = {
      postgres: (label: string) => ownliUpdates(servers.postgres.url, postgres, label),
      sqlite: (label: string) => ownliUpdates(servers.sqlite.url, sqlite, label),
    };
    const results: Record<keyof typeof servers, LoadResult[]> = { floor: [], postgres: [], sqlite: [] };
    for (let round = 0; round <= plan.rounds; round += 1) {
      for (const [name, server] of Object.entries(servers) as [keyof typeof servers, Running][]) {
        const make = await requests[name === 'sqlite' ? 'sqlite' : 'postgres'](`${name}${round}`);
        const result = await load(server.url, CONNECTIONS, plan.seconds, make);
        if (result.failures > 0) throw new Error(`${result.failures} requests of ${name} failed`);
        // The first round only warms them up.
        if (round > 0) results[name].push(result);
      }
    }
    const pick = (name: keyof typeof servers, key: 'perSecond' | 'p99'): number =>
      median(results[name].map((result) => result[key]));
    const [ours, theirs] = [pick('postgres', 'perSecond'), pick('floor', 'perSecond')];
    const detail = `${ours.toFixed(0)}/s against ${theirs.toFixed(0)}/s, ${DATABASE_CONNECTIONS} connections each`;
    report(atLeast('PostgreSQL: batches against one by one', ours / theirs, 8, detail));
    const [slow, sqliteSlow] = [pick('postgres', 'p99'), pick('sqlite', 'p99')];
    report(atMost('PostgreSQL: p99 against SQLite', slow / sqliteSlow, 3, 'x', `${slow} ms against ${sqliteSlow} ms`));
  } finally {
    await Promise.all(running.map((server) => server.stop()));
    await cluster.destroy();
  }
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
