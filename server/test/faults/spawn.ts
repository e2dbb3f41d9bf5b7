import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endWithUs } from '../support/children.ts';
import type { Sender } from '../support/clients.ts';
import { send } from '../support/tessera.ts';

export interface Server extends Sender {
  readonly child: ChildProcess;
}

/** Starts a server by program and arguments, and waits for its ready line. */
export async function start(command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Server> {
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TESSERA_LOG_LEVEL: 'fatal', ...env },
  });
  endWithUs(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^tessera listening on (\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { child, send: (method, path, request = {}) => send(`${url}${path}`, method, request) };
  }
  throw new Error('the server ended before it was ready');
}

/** mulberry32: small, good enough to spread kills. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
