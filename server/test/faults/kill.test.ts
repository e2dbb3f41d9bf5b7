import { afterEach, describe, expect, inject, it } from 'vitest';
import { Folders } from '../system/process.ts';
import { killLoop } from './kill-loop.ts';

/** A killed process leaves the file as it was at that moment; a database server takes back what was not committed by itself. */
const ROUNDS = inject('engine') === 'sqlite' ? 20 : 8;

const folders = new Folders();
afterEach(() => folders.remove());

async function prepare(program: readonly string[]) {
  const { database, args } = await folders.prepared();
  return { command: [...program, ...args], database };
}

describe('kill -9 under load through all dialects', () => {
  it('loses nothing that was acknowledged, doubles nothing, leaves nothing half done', {
    timeout: 180_000,
  }, async () => {
    const command = await prepare(['server/bin/tessera.js', 'serve']);
    const report = await killLoop({ ...command, rounds: ROUNDS, seed: 1 });
    expect(report.findings).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(25 * ROUNDS);
  });

  it('notices a server that acknowledges before it commits', { timeout: 180_000 }, async () => {
    const report = await killLoop({ ...(await prepare(['server/test/faults/broken-server.ts'])), rounds: 4, seed: 2 });
    expect(report.findings.filter((finding) => finding.includes('is there 0 times'))).not.toEqual([]);
  });
});
