import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '../support/postgres/cluster.ts';
import { testSetup } from '../support/setup.ts';
import { type ClusterLoopReport, clusterLoop } from './cluster-loop.ts';

const PROCESSES = 3;
const EVERY = 3_000;

export interface ClusterFaults {
  /** The program, with the arguments that come before those of its place. */
  readonly program: readonly string[];
  readonly rounds: number;
  readonly seed: number;
  readonly every?: number;
  readonly log?: (line: string) => void;
}

/** The loop of faults on a PostgreSQL of its own, with processes that share nothing else. */
export async function clusterFaults({ program, every = EVERY, ...options }: ClusterFaults): Promise<ClusterLoopReport> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-faults-'));
  const setup = join(folder, 'setup.json');
  writeFileSync(setup, JSON.stringify(testSetup()));
  const cluster = await startCluster();
  try {
    return await clusterLoop({
      ...options,
      every,
      command: (place) => [
        ...program,
        ...['--port', '0', '--data', join(folder, `${place}`), '--setup', setup, '--database', cluster.url],
      ],
      env: { TESSERA_KEY: randomBytes(32).toString('base64'), TESSERA_DATABASE_POOL_SIZE: '4' },
      database: cluster.url,
      crash: () => cluster.restart('immediate'),
      processes: PROCESSES,
    });
  } finally {
    await cluster.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}
