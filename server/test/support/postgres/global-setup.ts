import type { TestProject } from 'vitest/node';
import { startCluster } from './cluster.ts';

/** Starts the cluster that all test files of the project share, and stops it after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster({ settings: { max_connections: 300 } });
  project.provide('postgres', cluster.url);
  return () => cluster.destroy();
}
