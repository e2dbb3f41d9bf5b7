import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

export type CheckOutcome =
  | { readonly kind: 'sound' }
  | { readonly kind: 'damaged'; readonly finding: string }
  /** The file could not be looked at; that says nothing about it. */
  | { readonly kind: 'unchecked'; readonly finding: string }
  | { readonly kind: 'stopped' };

export interface RunningCheck {
  /** Never rejects. */
  readonly outcome: Promise<CheckOutcome>;
  /** Ends the check. SQLite cannot be interrupted from outside, so this may take as long as the rest of it. */
  stop(): Promise<void>;
}

/** Starts to look for damage in a thread of its own, which ends with the check. */
export function startCheck(path: string): RunningCheck {
  // The published package holds JavaScript under the same names.
  const file = new URL(`./check-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(file, { workerData: path, resourceLimits: { maxOldGenerationSizeMb: 32 } });
  const outcome = new Promise<CheckOutcome>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (error) => resolve({ kind: 'unchecked', finding: error.message }));
    worker.once('exit', () => resolve({ kind: 'stopped' }));
  });
  worker.unref();
  return {
    outcome,
    async stop() {
      await worker.terminate();
    },
  };
}
