import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const WRITES = 200;

/** What it costs to flush 4 KiB to this disk, in milliseconds: the ground that every durable figure stands on. */
export function measureFlush(folder: string): { readonly p50: number; readonly p99: number } {
  const file = openSync(join(folder, 'flush'), 'w');
  const page = Buffer.alloc(4096, 1);
  const times: number[] = [];
  for (let n = 0; n < WRITES; n += 1) {
    const from = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    times.push(performance.now() - from);
  }
  closeSync(file);
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(WRITES * 0.5)] ?? 0, p99: times[Math.floor(WRITES * 0.99)] ?? 0 };
}
