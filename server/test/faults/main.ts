import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { testSetup } from '../support/setup.ts';
import { killLoop } from './kill-loop.ts';

/** `npm run faults -- --rounds 500 --seed 7`: the kill loop, as long as you like. */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '100' }, seed: { type: 'string', default: String(Date.now()) } },
});
const dataDir = mkdtempSync(join(tmpdir(), 'tessera-faults-'));
const setup = join(dataDir, 'test-setup.json');
writeFileSync(setup, JSON.stringify(testSetup()));
process.stdout.write(`seed ${values.seed}\n`);
const report = await killLoop({
  command: ['server/bin/tessera.js', 'serve', '--port', '0', '--data', dataDir, '--setup', setup],
  database: `sqlite:${join(dataDir, 'tessera.db')}`,
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  log: (line) => process.stdout.write(`${line}\n`),
});
for (const finding of report.findings) process.stdout.write(`${finding}\n`);
process.stdout.write(
  `${values.rounds} kills, ${report.acknowledged} acknowledged writes, ${report.findings.length} findings\n`,
);
if (report.findings.length === 0) rmSync(dataDir, { recursive: true, force: true });
else process.stdout.write(`the data is kept in ${dataDir}\n`);
process.exitCode = report.findings.length === 0 ? 0 : 1;
