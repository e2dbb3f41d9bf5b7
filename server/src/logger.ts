import { type DestinationStream, type Logger, pino } from 'pino';
import { standardError } from './log-stream.ts';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const MAX_CAUSES = 5;

/**
 * The structured log: JSON lines on standard error, as standard output belongs to the ready line. Lines wait up to a
 * second in a buffer, which is written out when the process exits.
 *
 * @param destination where lines go instead, for tests
 */
export function createLogger(options: { readonly level: LogLevel }, destination?: DestinationStream): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${timestamp()}"`,
      formatters: { level: (label: string) => ({ level: label }) },
      serializers: { err: describeError },
    },
    destination ?? standardError(),
  );
}

/** Writes the line of one answered request: its id, its method, the status, and the milliseconds it took. */
export type AccessLog = (requestId: string, method: string, status: number, ms: number) => void;

const SILENT: AccessLog = () => {};

/**
 * The access log of one route, at level `info`. It names the route's pattern and never the path itself, which may hold
 * personal data. The lines are put together by hand, as pino would cost a fifth of a short request; so the id and the
 * method must be plain words that need no escaping.
 */
export function accessLog(logger: Logger, labels: Readonly<Record<string, string>>): AccessLog {
  if (!logger.isLevelEnabled('info')) return SILENT;
  const stream = (logger as Logger & { readonly [STREAM]: DestinationStream })[STREAM];
  const middle = `${JSON.stringify(labels).replace(/^\{/, ',').slice(0, -1)},"requestId":"`;
  return (requestId, method, status, ms) => {
    const rounded = Math.round(ms * 100) / 100;
    stream.write(
      `{"level":"info","time":"${timestamp()}"${middle}${requestId}","method":"${method}","status":${status},"ms":${rounded},"msg":"request"}\n`,
    );
  };
}

const STREAM: typeof pino.symbols.streamSym = pino.symbols.streamSym;

let stampedAt = 0;
let stamp = '';

/** The time as text, made anew only when the millisecond has changed. */
function timestamp(): string {
  const now = Date.now();
  if (now !== stampedAt) {
    stampedAt = now;
    stamp = new Date(now).toISOString();
  }
  return stamp;
}

interface LoggedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/**
 * What the log keeps of an error: an allow list. Drivers hang rows, parameters and connection strings on their errors,
 * so no other member is ever copied.
 */
export function describeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'a value that is no error was thrown' };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause !== undefined && depth < MAX_CAUSES ? { cause: describeError(error.cause, depth + 1) } : {};
  return {
    type: error.name,
    ...code,
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...cause,
  };
}
