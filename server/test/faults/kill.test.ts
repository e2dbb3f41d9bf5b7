import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { testSetup } from '../support/setup.ts';
import { killLoop } from './kill-loop.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function prepare(program: readonly string[]) {
  const dataDir = mkdtempSync(join(tmpdir(), 'tessera-faults-'));
  folders.push(dataDir);
  const setup = join(dataDir, 'test-setup.json');
  writeFileSync(setup, JSON.stringify(testSetup()));
  return {
    command: [...program, '--port', '0', '--data', dataDir, '--setup', setup],
    databasePath: join(dataDir, 'tessera.db'),
  };
}

describe('kill -9 under load through all dialects', () => {
  it('loses nothing that was acknowledged, doubles nothing, leaves nothing half done', {
    timeout: 180_000,
  }, async () => {
    const report = await killLoop({ ...prepare(['server/bin/tessera.js', 'serve']), rounds: 20, seed: 1 });
    expect(report.findings).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(500);
  });

  it('notices a server that acknowledges before it commits', { timeout: 180_000 }, async () => {
    const report = await killLoop({ ...prepare(['server/test/faults/broken-server.ts']), rounds: 4, seed: 2 });
    expect(report.findings.filter((finding) => finding.includes('is there 0 times'))).not.toEqual([]);
  });
});
