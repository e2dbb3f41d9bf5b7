import { afterEach, describe, expect, it } from 'vitest';
import { Folders } from '../system/process.ts';
import { killLoop } from './kill-loop.ts';

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
    const report = await killLoop({ ...(await prepare(['server/bin/tessera.js', 'serve'])), rounds: 20, seed: 1 });
    expect(report.findings).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(500);
  });

  it('notices a server that acknowledges before it commits', { timeout: 180_000 }, async () => {
    const report = await killLoop({ ...(await prepare(['server/test/faults/broken-server.ts'])), rounds: 4, seed: 2 });
    expect(report.findings.filter((finding) => finding.includes('is there 0 times'))).not.toEqual([]);
  });
});
