import { join } from 'node:path';
import { ACME } from '../server/test/support/setup.ts';
import { createDatabase, startBenchCluster } from './databases.ts';
import { median, p99 } from './load.ts';
import { prepareMillion } from './million.ts';
import { prepareMillionPostgres } from './million-postgres.ts';
import { person } from './people.ts';
import type { Prepared } from './prepare.ts';
import { run } from './processes.ts';
import { atMost, type Row } from './report.ts';
import type { Plan } from './throughput.ts';

const TIMES = 200;
const WARM = 20;
/** Milliseconds. */
const BOUND = 50;
const PAGE = 200;

/** Queries of lists of 200 users; the n-th of each is another one. */
const LISTS: Readonly<Record<string, (n: number, count: number) => string>> = {
  'first page': () => '',
  'any page': (n, count) => `pageNumber=${(n * 7919) % (count / PAGE)}`,
  'by first name': (n) => `firstName=${encodeURIComponent(person(n).profile.givenName ?? '')}`,
  keywords: (n) => `keywords=${encodeURIComponent((person(n * 31).username ?? '').slice(2, 10))}`,
};

/** Lists of users as a client of JFramework's API asks for them, one after another, over HTTP and with their JSON. */
export async function benchUserLists(
  folder: string,
  count: number,
  plan: Plan,
  report: (row: Row) => void,
): Promise<void> {
  if (plan.engines.has('sqlite')) {
    await benchEngine('SQLite', await prepareMillion(join(folder, 'users'), count), count, report);
  }
  if (!plan.engines.has('postgres')) return;
  const cluster = await startBenchCluster();
  try {
    const url = await createDatabase(cluster, 'users');
    const prepared = await prepareMillionPostgres(url, join(folder, 'users-postgres'), count);
    await benchEngine('PostgreSQL', prepared, count, report);
  } finally {
    await cluster.destroy();
  }
}

async function benchEngine(
  engine: string,
  { dataDir, setupPath, database, authKey }: Prepared,
  count: number,
  report: (row: Row) => void,
): Promise<void> {
  const options = ['--port', '0', '--data', dataDir, '--setup', setupPath, ...database];
  const server = await run(['server/bin/tessera.js', 'serve', ...options]);
  const headers = { 'brand-url': ACME.brandUrl, 'auth-key': authKey };
  try {
    for (const [name, queryOf] of Object.entries(LISTS)) {
      const times: number[] = [];
      let bytes = 0;
      for (let n = 0; n < WARM + TIMES; n += 1) {
        const from = performance.now();
        const response = await fetch(`${server.url}/api/v1/users?${queryOf(n, count)}`, { headers });
        const { length } = await response.text();
        if (!response.ok) throw new Error(`a list failed with ${response.status}`);
        if (n < WARM) continue;
        times.push(performance.now() - from);
        bytes = Math.max(bytes, length);
      }
      const detail = `p50 ${median(times).toFixed(1)} ms, up to ${Math.round(bytes / 1024)} KiB`;
      report(atMost(`${engine}: ${PAGE} of ${count} users, ${name}`, p99(times), BOUND, 'ms', detail));
    }
  } finally {
    await server.stop();
  }
}
