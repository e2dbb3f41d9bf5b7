import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type FreshDatabase, freshDatabase } from '../support/engine.ts';
import { type TestSetup, testSetup } from '../support/setup.ts';
import { send, type Tessera } from '../support/tessera.ts';

const BIN = join(import.meta.dirname, '../../bin/tessera.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program as a process of its own. */
export interface ServerProcess extends Pick<Tessera, 'send'> {
  /** Where it listens, as its ready line says. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Milliseconds from the start to the ready line. */
  readonly readyAfter: number;
  /** What it has written so far. */
  readonly stdout: string;
  readonly stderr: string;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

type Environment = Readonly<Record<string, string>>;

/** A test that fails half-way must not leave its server behind. */
const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

class Run {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], env: Environment) {
    // Nothing of the tester's own environment may decide how the server starts.
    this.child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env } });
    running.add(this.child);
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => {
        running.delete(this.child);
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }
}

/** Runs `tessera` with these arguments to its end. */
export function runToEnd(args: readonly string[], env: Environment = {}): Promise<Ended> {
  return new Run(args, env).ended;
}

/** Starts `tessera serve` and waits for its ready line. */
export async function startProcess(args: readonly string[], env: Environment = {}): Promise<ServerProcess> {
  const startedAt = performance.now();
  const run = new Run(['serve', ...args], env);
  const ready = Promise.withResolvers<string>();
  run.child.stdout.on('data', () => {
    const url = /^tessera listening on (\S+)$/m.exec(run.stdout)?.[1];
    if (url !== undefined) ready.resolve(url);
  });
  void run.ended.then(({ stderr }) => ready.reject(new Error(`the server ended before it was ready: ${stderr}`)));
  const url = await ready.promise;
  return {
    url,
    port: Number(new URL(url).port),
    pid: run.child.pid ?? 0,
    readyAfter: performance.now() - startedAt,
    get stdout() {
      return run.stdout;
    },
    get stderr() {
      return run.stderr;
    },
    kill: (signal) => void run.child.kill(signal),
    ended: run.ended,
    send: (method, path, request = {}) => send(`${url}${path}`, method, request),
  };
}

/** Ends a server as an operator does. */
export function stopProcess(server: ServerProcess): Promise<Ended> {
  server.kill('SIGTERM');
  return server.ended;
}

/** Where a server can be started. */
export interface Prepared {
  readonly dataDir: string;
  /** URL of the database, to look into it from outside. */
  readonly database: string;
  readonly args: readonly string[];
}

/** Temporary folders and databases of a test file, and the way to be rid of them. */
export class Folders {
  readonly #made: string[] = [];
  readonly #databases: FreshDatabase[] = [];

  make(): string {
    const folder = mkdtempSync(join(tmpdir(), 'tessera-system-'));
    this.#made.push(folder);
    return folder;
  }

  /** A database for servers on that data folder. */
  async database(dataDir: string): Promise<FreshDatabase> {
    const database = await freshDatabase(dataDir);
    this.#databases.push(database);
    return database;
  }

  /** A folder with the setup of most tests in it, and the arguments that start a server there on a free port. */
  async prepared(setup: TestSetup = testSetup()): Promise<Prepared> {
    const dataDir = this.make();
    const database = await this.database(dataDir);
    const path = join(dataDir, 'test-setup.json');
    writeFileSync(path, JSON.stringify(setup));
    const args = ['--port', '0', '--data', dataDir, '--setup', path, ...database.args];
    return { dataDir, database: database.url, args };
  }

  async remove(): Promise<void> {
    await Promise.all(this.#databases.splice(0).map((database) => database.drop()));
    for (const folder of this.#made.splice(0)) rmSync(folder, { recursive: true, force: true });
  }
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const { port, release } = await takePort();
  await release();
  return port;
}

/** Holds a port until it is released. */
export async function takePort(): Promise<{ readonly port: number; readonly release: () => Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the port is not known');
  return { port: address.port, release: () => new Promise((resolve) => server.close(() => resolve())) };
}
