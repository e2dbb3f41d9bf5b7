import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type DialectClient, type DialectName, dialectClients, somebody } from '../support/clients.ts';
import { createDatabase } from '../support/postgres/database.ts';
import { type TestSetup, testSetup } from '../support/setup.ts';
import type { TestResponse } from '../support/tessera.ts';
import { type ServerProcess, startProcess } from '../system/process.ts';

type Environment = Readonly<Record<string, string>>;

export interface FleetOptions {
  /** Address of the database; a fresh one in the shared PostgreSQL unless given. */
  readonly database?: string;
  readonly setup?: TestSetup;
  readonly env?: Environment;
}

/** Several processes of the program on one database, each with a data folder of its own. */
export interface Fleet {
  readonly database: string;
  /** Those that were started last, by their place. */
  readonly processes: readonly ServerProcess[];
  /** Arguments and variables of one more process. */
  next(options?: NextOptions): { readonly args: string[]; readonly env: Environment };
  /** Starts one more process, or the one of a place anew. */
  start(place?: number, options?: NextOptions): Promise<ServerProcess>;
  /** Ends all processes and drops the database. */
  stop(): Promise<void>;
}

export interface NextOptions {
  readonly setup?: TestSetup;
  /** Another address than that of the others, such as one with a wrong password. */
  readonly database?: string;
}

/** What every process of the tests has as its share of the connections. */
const POOL_SIZE = '4';

/** A place for processes; none is started yet. */
export async function createFleet(options: FleetOptions = {}): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-cluster-'));
  const own = options.database === undefined ? await createDatabase() : null;
  const database = options.database ?? own?.url ?? '';
  const key = randomBytes(32).toString('base64');
  const processes: ServerProcess[] = [];
  const setup = options.setup ?? testSetup();
  let count = 0;
  const fleet: Fleet = {
    database,
    processes,
    next(more = {}) {
      count += 1;
      const file = join(folder, `setup-${count}.json`);
      writeFileSync(file, JSON.stringify(more.setup ?? setup));
      const args = ['--port', '0', '--data', join(folder, `data-${count}`), '--setup', file];
      args.push('--database', more.database ?? database);
      const env = {
        TESSERA_KEY: key,
        TESSERA_LOG_LEVEL: 'warn',
        TESSERA_DATABASE_POOL_SIZE: POOL_SIZE,
        ...options.env,
      };
      return { args, env };
    },
    async start(place = processes.length, more = {}) {
      const { args, env } = fleet.next(more);
      const started = await startProcess(args, env);
      processes[place] = started;
      return started;
    },
    async stop() {
      await Promise.all(processes.map((server) => endNow(server)));
      await own?.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return fleet;
}

/** The same with this many processes, started together. */
export async function startFleet(count: number, options: FleetOptions = {}): Promise<Fleet> {
  const fleet = await createFleet(options);
  await startTogether(fleet, count);
  return fleet;
}

export async function startTogether(fleet: Fleet, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, place) => fleet.start(place)));
}

/** Ends a process whatever it is at. */
export async function endNow(server: ServerProcess): Promise<void> {
  server.kill('SIGKILL');
  await server.ended;
}

export type Clients = Record<DialectName, DialectClient>;

/** Clients of every dialect, one set for each process. */
export function clientsOf(fleet: Pick<Fleet, 'processes'>): Promise<Clients[]> {
  return Promise.all(fleet.processes.map((server) => dialectClients(server)));
}

/** The member of a list that is the turn of `n`, when all take turns. */
export function turn<T>(list: readonly T[], n: number): T {
  const member = list[n % list.length];
  if (member === undefined) throw new Error('the list is empty');
  return member;
}

/** Creates users through Ownli. */
export async function createUsers(clients: Pick<Clients, 'ownli'>, count: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const { id, response } = await clients.ownli.create(somebody());
      if (id === undefined) throw new Error(`a user could not be created: ${response.text}`);
      return id;
    }),
  );
}

/** Runs `work` for 0 to `count` - 1, at most `width` at once; results in order. */
export async function spread<T>(count: number, width: number, work: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) results[n] = await work(n);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

/** Sends as a patient client does: again while the service says that it is not available. */
export async function patiently(send: () => Promise<TestResponse>): Promise<TestResponse> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send();
    if (answer.status !== 503 || attempt === 20) return answer;
    await sleep(100);
  }
}

/** How often each status occurs. */
export function statuses(answers: readonly { readonly status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Milliseconds until `isSo`; asks every ten. */
export async function timeUntil(isSo: () => Promise<boolean>, longest = 10_000): Promise<number> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > longest) throw new Error(`it is not so after ${longest} ms`);
    await sleep(10);
  }
  return performance.now() - startedAt;
}

/** A connection of the test's own, which may be cut. */
export async function connectTo(database: string): Promise<Client> {
  const client = new Client({ connectionString: database });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** What a process has logged as a warning or worse. */
export function logged({ stderr }: Pick<ServerProcess, 'stderr'>): readonly Logged[] {
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Logged).filter(({ level }) => level !== 'info');
}

export interface Logged {
  readonly level: string;
  readonly msg: string;
}
