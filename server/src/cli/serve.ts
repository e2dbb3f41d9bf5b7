import type { Environment } from '../config/env.ts';
import { readOptions, type ServeOptions } from '../config/options.ts';
import { oneLine, startFailure } from './start-failure.ts';

export interface Output {
  write(text: string): unknown;
}

export type StopSignal = 'SIGTERM' | 'SIGINT';

/** The part of `process` that tells of signals. */
export interface SignalSource {
  on(signal: StopSignal, listener: (signal: StopSignal) => void): unknown;
}

export interface RunningServer {
  /** `http://HOST:PORT` as bound. */
  readonly url: string;
  /** Resolves, with one sentence for the operator, when the server should be closed because it cannot go on. */
  readonly failed: Promise<string>;
  /** Takes no new work and resolves when what was accepted is finished and everything is closed. */
  close(reason: string): Promise<void>;
}

/** Starts the server; resolves when it is ready. Rejects, with everything closed again, when it cannot start. */
export type StartServer = (
  options: ServeOptions,
  io: { readonly stdout: Output; readonly env: Environment },
) => Promise<RunningServer>;

export interface ServeTerminal {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
  readonly signals: SignalSource;
}

/** A supervisor gives ten seconds, of which a little is left for the process to end. */
const DRAIN_MILLISECONDS = 9_500;
/** A terminal and npm both pass on one Ctrl-C, so what follows this closely is the same wish. */
const SAME_WISH_MILLISECONDS = 250;

/**
 * Runs the server until a signal asks for its end, or it cannot go on. Answers the exit code: 0 when it was drained as
 * asked, 1 when it could not start or go on, could not be drained in time, or was told a second time to stop.
 */
export async function serve(
  args: readonly string[],
  terminal: ServeTerminal,
  startServer: StartServer = loadAndStart,
  drainMilliseconds = DRAIN_MILLISECONDS,
): Promise<number> {
  const { stdout, stderr, env, signals } = terminal;
  const fail = (sentence: string): number => {
    stderr.write(`tessera: ${sentence}\n`);
    return 1;
  };
  const stop = listenForStop(signals, drainMilliseconds);
  const run = async (): Promise<number> => {
    let server: RunningServer;
    try {
      const options = readOptions(args, env);
      server = await startServer(options, { stdout, env });
    } catch (error) {
      return fail(startFailure(error));
    }
    stdout.write(`tessera listening on ${server.url}\n`);
    try {
      const end = await Promise.race([
        stop.asked.then((reason) => ({ reason, code: 0 })),
        server.failed.then((reason) => ({ reason, code: fail(reason) })),
      ]);
      stop.begin();
      await server.close(end.reason);
      return end.code;
    } catch (error) {
      return fail(`cannot stop in order: ${oneLine(error)}`);
    }
  };
  const code = await Promise.race([run(), stop.overdue.then(fail)]);
  stop.settle();
  return code;
}

async function loadAndStart(...args: Parameters<StartServer>): ReturnType<StartServer> {
  const { startServer } = await import('../server/server.ts');
  return startServer(...args);
}

interface StopWatch {
  /** The first signal. */
  readonly asked: Promise<StopSignal>;
  /** Why waiting for the end is over: a second signal, or too much time since the end began. */
  readonly overdue: Promise<string>;
  /** The end begins, if no signal has begun it. */
  begin(): void;
  /** No end is waited for any longer. Signals stay caught, lest a late one change the exit code. */
  settle(): void;
}

function listenForStop(signals: SignalSource, drainMilliseconds: number): StopWatch {
  const asked = Promise.withResolvers<StopSignal>();
  const overdue = Promise.withResolvers<string>();
  let firstAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => {
    timer ??= setTimeout(() => overdue.resolve('stopped before all accepted work was finished'), drainMilliseconds);
  };
  const listener = (signal: StopSignal): void => {
    const now = performance.now();
    if (firstAt === undefined) {
      firstAt = now;
      asked.resolve(signal);
      begin();
    } else if (now - firstAt > SAME_WISH_MILLISECONDS) {
      overdue.resolve('stopped at once, as asked by a second signal');
    }
  };
  signals.on('SIGTERM', listener);
  signals.on('SIGINT', listener);
  return { asked: asked.promise, overdue: overdue.promise, begin, settle: () => clearTimeout(timer) };
}
