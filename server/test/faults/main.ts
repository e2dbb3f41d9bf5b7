import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCluster } from '../support/postgres/cluster.ts';
import { testSetup } from '../support/setup.ts';
import { clusterFaults } from './cluster.ts';
import { deliveryFaults } from './deliveries.ts';
import { killLoop } from './kill-loop.ts';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite' },
    rounds: { type: 'string' },
    only: { type: 'string', default: 'writes,deliveries' },
    seed: { type: 'string', default: String(Date.now()) },
  },
});
const seed = Number(values.seed);
const log = (line: string): unknown => process.stdout.write(`${line}\n`);

/** `npm run faults -- --rounds 500 --seed 7`: one process on a file is killed, as often as you like. */
async function onSqlite(rounds: number): Promise<readonly string[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tessera-faults-'));
  const setup = join(dataDir, 'test-setup.json');
  writeFileSync(setup, JSON.stringify(testSetup()));
  const { acknowledged, findings } = await killLoop({
    command: ['server/bin/tessera.js', 'serve', '--port', '0', '--data', dataDir, '--setup', setup],
    database: `sqlite:${join(dataDir, 'tessera.db')}`,
    rounds,
    seed,
    log,
  });
  log(`${rounds} kills, ${acknowledged} acknowledged writes`);
  if (findings.length === 0) rmSync(dataDir, { recursive: true, force: true });
  else log(`the data is kept in ${dataDir}`);
  return findings;
}

/** `npm run faults -- --engine postgres`: every three seconds one of several processes is killed, or their PostgreSQL. */
async function onPostgres(rounds: number): Promise<readonly string[]> {
  const program = ['server/bin/tessera.js', 'serve'];
  const report = await clusterFaults({ program, rounds, seed, log });
  const { kills, crashes, acknowledged, repeated, recoveries, findings } = report;
  log(
    `${kills} kills and ${crashes} crashes of the database, ${acknowledged} acknowledged writes, ${repeated} repeated`,
  );
  log(`written again after ${recoveries.map(Math.round).join(', ')} ms`);
  return findings;
}

/** Kills with deliveries under way: one process on a file, or two on a PostgreSQL. */
async function deliveries(rounds: number): Promise<readonly string[]> {
  const program = ['server/bin/tessera.js', 'serve'];
  const cluster = isPostgres ? await startCluster() : undefined;
  const database = cluster === undefined ? {} : { database: cluster.url };
  try {
    const { acknowledged, arrivals, repeated, findings } = await deliveryFaults({
      ...{ program, ...database, rounds, seed, log },
    });
    log(`${rounds} kills, ${acknowledged} acknowledged writes, ${arrivals} arrivals, ${repeated} of them repeated`);
    return findings;
  } finally {
    await cluster?.destroy();
  }
}

log(`seed ${values.seed}`);
const isPostgres = values.engine === 'postgres';
const only = new Set(values.only.split(','));
const findings: string[] = [];
if (only.has('writes')) {
  const writes = isPostgres ? onPostgres(Number(values.rounds ?? 20)) : onSqlite(Number(values.rounds ?? 100));
  findings.push(...(await writes));
}
if (only.has('deliveries')) findings.push(...(await deliveries(Number(values.rounds ?? 20))));
for (const finding of findings) log(finding);
log(`${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
