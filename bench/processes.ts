import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithUs } from '../server/test/support/children.ts';

/** A server of the bench, started by it and ended by it. */
export interface Running {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from the start of the process to its ready line. */
  readonly startup: number;
  stop(): Promise<void>;
}

/** Starts a program under this Node and waits for its `... listening on URL` line. */
export async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Running> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  endWithUs(child);
  const url = await readyUrl(child, args);
  const startup = performance.now() - startedAt;
  return {
    url,
    pid: child.pid ?? 0,
    startup,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function readyUrl(child: ChildProcess, args: readonly string[]): Promise<string> {
  if (child.stdout === null) throw new Error('no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    const url = / listening on (http:\S+)/.exec(line)?.[1];
    if (url !== undefined) {
      child.stdout.resume();
      return url;
    }
  }
  throw new Error(`${args.join(' ')} ended before it was ready`);
}

/** Clock ticks per second in `/proc`; fixed on Linux. */
const TICKS = 100;

/** Processor time used so far, in seconds. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Part of a processor that a process takes while nothing is asked of it. */
const IDLE = 0.1;

/** Settles when a process has done what it does after its start, as to look a large file over for damage. */
export async function idle(pid: number): Promise<void> {
  for (let before = cpuSeconds(pid), taken = 1; taken > IDLE; ) {
    await sleep(1_000);
    const now = cpuSeconds(pid);
    [taken, before] = [now - before, now];
  }
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}
