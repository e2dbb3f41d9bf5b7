import { once } from 'node:events';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { postgresConfig } from '../../src/config/postgres.ts';
import { openPostgresStore } from '../../src/store/postgres/index.ts';
import type { PostgresStore } from '../../src/store/postgres/postgres-store.ts';

/** What a reader has seen of the feed, in that order. */
export interface Seen {
  readonly events: readonly { readonly userId: string; readonly sequence: number }[];
  /** How often it has looked. */
  readonly looks: number;
}

/** More than is written between two looks. */
const PAGE = 5_000;
/** How long the end of the feed may be held up: by transactions of other databases of the same server too. */
const PATIENCE = 30_000;

/** A store of the test's own on a database that is migrated already. */
export async function openStore(url: string): Promise<PostgresStore> {
  const limits = { poolSize: 2, statementTimeout: 10_000, patience: 10_000 };
  const config = postgresConfig({ engine: 'postgres', url, ...limits });
  const { store, started } = await openPostgresStore(config, { log: { info() {}, warn() {} }, patience: 10_000 });
  await started();
  return store;
}

/**
 * Starts a reader that stays at the end of the feed, in a thread of its own: only one who is up to date can be
 * overtaken, and a thread that sends requests is not.
 *
 * @returns reads on until that many events were seen and a look finds no more, and tells what was seen
 */
export async function startReader(url: string): Promise<(count: number) => Promise<Seen>> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { url } });
  await once(worker, 'message');
  return async (count) => {
    const told = once(worker, 'message');
    worker.postMessage(count);
    const [seen] = (await told) as [Seen];
    return seen;
  };
}

async function read(port: NonNullable<typeof parentPort>, url: string): Promise<void> {
  const store = await openStore(url);
  let end: { readonly count: number; readonly deadline: number } | undefined;
  port.once('message', (count: number) => {
    end = { count, deadline: Date.now() + PATIENCE };
  });
  port.postMessage('ready');
  const events: { userId: string; sequence: number }[] = [];
  let position: string | null = null;
  let looks = 0;
  for (let isDone = false; !isDone; looks += 1) {
    const page = await store.feed(position, PAGE);
    events.push(...page.map(({ event: { userId, sequence } }) => ({ userId, sequence })));
    position = page.at(-1)?.position ?? position;
    isDone = end !== undefined && page.length === 0 && (events.length >= end.count || Date.now() > end.deadline);
  }
  await store.close();
  port.postMessage({ events, looks } satisfies Seen);
}

if (parentPort !== null && typeof workerData?.url === 'string') await read(parentPort, workerData.url);
