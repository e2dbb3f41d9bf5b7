import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchDeliveries } from './deliveries.ts';
import { measureFlush } from './flush.ts';
import { benchFootprint, benchProcessorTime } from './footprint.ts';
import { benchGrpc } from './grpc.ts';
import { benchMillion } from './lists.ts';
import { benchPostgres } from './postgres.ts';
import { prepare } from './prepare.ts';
import { type Row, table } from './report.ts';
import { benchSignIn } from './sign-in.ts';
import { benchCreates, benchReads, benchSingleClient, benchUpdates } from './throughput.ts';
import { benchUserLists } from './user-lists.ts';

/**
 * `npm run bench`: Tessera against a floor that does the same writes with nothing around them, in one call with one
 * load generator, in alternating runs. Figures are ratios; absolute ones say as much about the machine.
 */
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    users: { type: 'string', default: '10000' },
    dialects: { type: 'string', default: 'ownli,zitadel,jframework,avibra' },
    million: { type: 'string', default: '1000000' },
    engines: { type: 'string', default: 'sqlite,postgres' },
    only: {
      type: 'string',
      default: 'updates,create,grpc,single,reads,processor,footprint,postgres,scale,lists,users,sign-in,deliveries',
    },
    out: { type: 'string', default: 'bench/results/latest.json' },
  },
});

const plan = {
  seconds: Number(options.seconds),
  rounds: Number(options.rounds),
  dialects: new Set(options.dialects.split(',')),
  engines: new Set(options.engines.split(',')),
};
const only = new Set(options.only.split(','));
const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'));
const rows: Row[] = [];

function report(row: Row): void {
  rows.push(row);
  process.stdout.write(`${table([row])}\n`);
}

try {
  const flush = measureFlush(folder);
  process.stdout.write(`flush: p50 ${flush.p50.toFixed(3)} ms, p99 ${flush.p99.toFixed(3)} ms\n`);
  if (['updates', 'create', 'grpc', 'single', 'reads', 'sign-in'].some((line) => only.has(line))) {
    const prepared = await prepare(join(folder, 'main'), Number(options.users));
    const floorDatabase = join(folder, 'floor.db');
    copyFileSync(join(prepared.dataDir, 'tessera.db'), floorDatabase);
    if (only.has('updates')) await benchUpdates(prepared, floorDatabase, plan, report);
    if (only.has('create')) await benchCreates(prepared, floorDatabase, plan, report);
    if (only.has('grpc')) await benchGrpc(prepared, plan, report);
    if (only.has('single')) await benchSingleClient(prepared, floorDatabase, plan, report);
    if (only.has('reads')) await benchReads(prepared, floorDatabase, plan, report);
    if (only.has('sign-in')) await benchSignIn(prepared, plan, report);
  }
  if (only.has('processor')) await benchProcessorTime(folder, plan, report);
  if (only.has('footprint')) await benchFootprint(folder, report);
  if (only.has('lists') || only.has('scale')) {
    const lines = { lists: only.has('lists'), scale: only.has('scale') };
    await benchMillion(folder, Number(options.million), plan, report, lines);
  }
  if (only.has('users')) await benchUserLists(folder, 100_000, plan, report);
  if (only.has('deliveries')) await benchDeliveries(folder, plan, report);
  if (only.has('postgres')) await benchPostgres(folder, plan, report);

  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
  mkdirSync(join(options.out, '..'), { recursive: true });
  writeFileSync(
    options.out,
    `${JSON.stringify({ machine, flush, plan: { ...plan, dialects: [...plan.dialects], engines: [...plan.engines] }, rows }, null, 2)}\n`,
  );
  process.stdout.write(`\n${table(rows)}\n\nwritten to ${options.out}\n`);
  process.exitCode = rows.every((row) => row.met) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
