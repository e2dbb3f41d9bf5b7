import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunAs } from './binaries.ts';

/** `fast` rolls back what is under way, `immediate` is a crash: the next start recovers from the log. */
export type StopMode = 'smart' | 'fast' | 'immediate';

const SIGNALS = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const;
/** Milliseconds for a start with the recovery from a crash. */
const PATIENCE = 60_000;
/** Place of the line in postmaster.pid that says how far the server is. */
const STATUS_LINE = 7;

/** The server process of a cluster, started and stopped any number of times. */
export class Postmaster {
  readonly #bin: string;
  readonly #folder: string;
  readonly #runAs: RunAs;
  #process: ChildProcess | undefined;

  /** @param folder where `data` and `log` lie */
  constructor(bin: string, folder: string, runAs: RunAs) {
    this.#bin = bin;
    this.#folder = folder;
    this.#runAs = runAs;
  }

  /** What it has logged so far. */
  get log(): string {
    return readFileSync(join(this.#folder, 'log'), 'utf8');
  }

  /** Resolves when it takes connections. */
  async start(): Promise<void> {
    const log = openSync(join(this.#folder, 'log'), 'a', 0o600);
    const server = spawn(join(this.#bin, 'postgres'), ['-D', join(this.#folder, 'data')], {
      ...this.#runAs,
      cwd: this.#folder,
      // In a session of its own, so that an interrupt from the terminal does not end it under tests that still run.
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    server.unref();
    this.#process = server;
    const deadline = performance.now() + PATIENCE;
    while (!this.#isReady(server)) {
      const isGone = server.exitCode !== null || server.signalCode !== null;
      if (isGone || performance.now() > deadline) throw new Error(`PostgreSQL did not start:\n${this.log}`);
      await sleep(20);
    }
  }

  /** Resolves when it has ended. */
  async stop(mode: StopMode): Promise<void> {
    const server = this.#process;
    this.#process = undefined;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    server.ref();
    const ended = once(server, 'exit');
    server.kill(SIGNALS[mode]);
    await ended;
  }

  #isReady(server: ChildProcess): boolean {
    const path = join(this.#folder, 'data', 'postmaster.pid');
    if (!existsSync(path)) return false;
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines[0] === String(server.pid) && lines[STATUS_LINE]?.trim() === 'ready';
  }
}
