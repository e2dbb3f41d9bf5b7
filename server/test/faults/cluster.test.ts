import { describe, expect, it } from 'vitest';
import { clusterFaults } from './cluster.ts';

describe('kill -9 of processes, and crashes of their PostgreSQL, under load through all dialects', () => {
  it('lose nothing that was acknowledged, double nothing, leave nothing half done', { timeout: 180_000 }, async () => {
    const report = await clusterFaults({ program: ['server/bin/tessera.js', 'serve'], rounds: 6, seed: 2 });
    expect(report.findings).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(200);
    expect([report.kills > 0, report.crashes > 0, report.repeated > 0]).toEqual([true, true, true]);
    expect(Math.max(...report.recoveries)).toBeLessThan(2_000);
  });

  it('show a server that acknowledges before it commits', { timeout: 180_000 }, async () => {
    const broken = { program: ['server/test/faults/broken-server.ts'], rounds: 4, every: 1_000 };
    const lost: string[] = [];
    // A kill must hit the moment between answer and commit, which not every run does.
    for (let seed = 1; seed <= 6 && lost.length === 0; seed += 1) {
      const { findings } = await clusterFaults({ ...broken, seed });
      lost.push(...findings.filter((finding) => finding.includes('is there 0 times')));
    }
    expect(lost).not.toEqual([]);
  });
});
