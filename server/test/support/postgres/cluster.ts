import { execFile, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { appendFileSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinaries, type RunAs, unprivileged } from './binaries.ts';
import { Postmaster, type StopMode } from './postmaster.ts';

export type { StopMode } from './postmaster.ts';

/** A PostgreSQL of its own on 127.0.0.1, with its files in a temporary folder. */
export interface Cluster {
  /** Address of its database `postgres`, as superuser with password. */
  readonly url: string;
  /** The same for another database. */
  urlOf(database: string): string;
  /** What the server has logged so far. */
  log(): string;
  start(): Promise<void>;
  stop(mode?: StopMode): Promise<void>;
  /** Resolves when it takes connections again, on the same port. */
  restart(mode: StopMode): Promise<void>;
  /** Stops it and removes its files. Happens by itself when the process ends, in whatever way. */
  destroy(): Promise<void>;
}

export interface ClusterOptions {
  /** Settings as in postgresql.conf, such as `{ max_connections: 50, log_statement: 'all' }`. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

const run = promisify(execFile);
const SUPERUSER = 'postgres';
/** Ports of this range are given to nobody who asks for a free one, so a restart finds its port free again. */
const PORTS = [15_000, 30_000] as const;

/** Makes and starts a cluster, which takes a second or two. Every commit is flushed to disk, as in production. */
export async function startCluster({ settings = {} }: ClusterOptions = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-postgres-'));
  try {
    const runAs = unprivileged();
    give(folder, runAs);
    const bin = await findBinaries(runAs, join(folder, 'native'));
    const dismiss = guard(folder, join(bin, 'pg_ctl'), runAs);
    const password = randomBytes(12).toString('hex');
    const port = await freePort();
    const data = join(folder, 'data');
    await initialise(folder, bin, runAs, password);
    appendFileSync(join(data, 'postgresql.conf'), configuration({ ...DEFAULTS, ...settings, port }));
    const server = new Postmaster(bin, folder, runAs);
    const urlOf = (database: string) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
    const cluster: Cluster = {
      url: urlOf('postgres'),
      urlOf,
      log: () => server.log,
      start: () => server.start(),
      stop: (mode = 'fast') => server.stop(mode),
      async restart(mode) {
        await server.stop(mode);
        await server.start();
      },
      async destroy() {
        await server.stop('immediate');
        await dismiss();
      },
    };
    await cluster.start();
    return cluster;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

const DEFAULTS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  max_connections: 100,
  shared_buffers: '64MB',
  log_line_prefix: '%m [%p] %d ',
} as const;

function configuration(settings: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'`);
  return `\n${lines.join('\n')}\n`;
}

/** Text is compared by bytes, as in SQLite. What initdb writes may be lost with the machine, and is worth nothing then. */
async function initialise(folder: string, bin: string, runAs: RunAs, password: string): Promise<void> {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  give(passwordFile, runAs);
  await run(
    join(bin, 'initdb'),
    [
      `--pgdata=${join(folder, 'data')}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { ...runAs, cwd: folder },
  );
  rmSync(passwordFile);
}

function give(path: string, { uid, gid }: RunAs): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
}

/**
 * Starts the process that cleans up when this one is gone. It has a session of its own: what interrupts a test run in
 * a terminal must not reach it.
 *
 * @returns lets it clean up now
 */
function guard(folder: string, control: string, { uid, gid }: RunAs): () => Promise<void> {
  const user = uid === undefined ? [] : [String(uid), String(gid)];
  const guardian = spawn(process.execPath, [join(import.meta.dirname, 'guardian.ts'), folder, control, ...user], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => guardian.once('exit', () => resolve()));
  guardian.unref();
  return async () => {
    guardian.ref();
    guardian.stdin.end();
    await ended;
  };
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(...PORTS);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
