import { ConfigError } from '../config/config-error.ts';
import { readCopyOptions } from '../config/copy-options.ts';
import type { Environment } from '../config/env.ts';
import type { Step, TableDigest } from '../server/copy.ts';
import { ProgressDisplay, type ProgressOutput } from './progress.ts';
import type { Output, SignalSource } from './serve.ts';
import { oneLine } from './start-failure.ts';

export interface CopyTerminal {
  readonly stdout: ProgressOutput;
  readonly stderr: Output;
  readonly env: Environment;
  readonly signals: SignalSource;
}

type CopyDatabase = typeof import('../server/copy.ts').copyDatabase;

/** Milliseconds that a page may take to its end once the copy is told to stop. What is cut off then was not committed. */
const STOP_PATIENCE = 5_000;
const CONTINUE = 'the same command continues it';

const KEY_REMINDER = `The instance key is not in the database: start the server on the copy with the instance.key of the old data folder, or with
the same TESSERA_KEY.`;

/**
 * Copies a database to another, showing how far it is. Answers the exit code: 0 when both are equal, 1 when it was
 * refused, failed, or told to stop by a signal.
 */
export async function copy(
  args: readonly string[],
  terminal: CopyTerminal,
  copyDatabase: CopyDatabase = loadAndCopy,
  stopPatience = STOP_PATIENCE,
): Promise<number> {
  const { stdout, stderr, env, signals } = terminal;
  const display = new ProgressDisplay(stdout);
  const stop = listenForStop(signals, stopPatience);
  try {
    const options = readCopyOptions(args, env);
    const work = copyDatabase(options, { signal: stop.signal, onStep: (step) => show(step, display) });
    const digests = await Promise.race([work, stop.overdue]);
    if (digests === null) return fail(`stopped: ${CONTINUE}`);
    display.clear();
    stdout.write(summary(digests));
    return 0;
  } catch (error) {
    return fail(reasonOf(error));
  } finally {
    stop.settle();
  }

  function fail(sentence: string): number {
    display.clear();
    stderr.write(`tessera: ${sentence}\n`);
    return 1;
  }
}

async function loadAndCopy(...args: Parameters<CopyDatabase>): ReturnType<CopyDatabase> {
  const { copyDatabase } = await import('../server/copy.ts');
  return copyDatabase(...args);
}

/** Lets signals be heard: databases that answer at once would leave no turn of the event loop for them. */
function show(step: Step, display: ProgressDisplay): Promise<void> {
  switch (step.kind) {
    case 'continued':
      display.line('continuing an unfinished copy');
      break;
    case 'changed':
      display.line('beginning anew: the source has changed since the unfinished copy, or that was found to differ');
      break;
    default: {
      const { kind, table, done, total } = step;
      display.show({ what: `${kind} ${table}`, stage: kind, done, total });
    }
  }
  return new Promise((resolve) => setImmediate(resolve));
}

function summary(digests: readonly TableDigest[]): string {
  const lines = digests.map(
    ({ table, rows, digest }) => `  ${table.padEnd(16)}${rows.toLocaleString('en-US').padStart(14)}  sha256:${digest}`,
  );
  return `${lines.join('\n')}\n\nThe copy is complete: every row was read back from both databases and is the same.\n${KEY_REMINDER}\n`;
}

function reasonOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (error instanceof ConfigError || name === 'StoreRefused') return oneLine(error);
  if (name === 'CopyStopped') return `stopped: ${CONTINUE}`;
  if (name === 'CopyDiffers') return `${oneLine(error)}; no server can run on it, and the same command copies anew`;
  return `the copy was interrupted: ${causeOf(error)}; ${CONTINUE}`;
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return oneLine(cause);
}

interface StopWatch {
  readonly signal: AbortSignal;
  /** Resolves with `null` when the page under way takes too long. */
  readonly overdue: Promise<null>;
  settle(): void;
}

function listenForStop(signals: SignalSource, patience: number): StopWatch {
  const stopping = new AbortController();
  const overdue = Promise.withResolvers<null>();
  let timer: NodeJS.Timeout | undefined;
  const listener = (): void => {
    stopping.abort();
    timer ??= setTimeout(() => overdue.resolve(null), patience);
  };
  signals.on('SIGTERM', listener);
  signals.on('SIGINT', listener);
  return { signal: stopping.signal, overdue: overdue.promise, settle: () => clearTimeout(timer) };
}
