import { type DestinationStream, pino } from 'pino';

/** Lines are gathered up to this many characters, so that a request does not cost a system call of its own. */
const BATCH_LENGTH = 16 * 1024;
const FLUSH_EVERY_MS = 1000;
/** What may wait for a standard error that nobody reads; beyond it lines are lost rather than memory or time. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/**
 * Standard error, written in batches and never waited for: a line is out within a second, or at once when the process
 * exits. It stands before pino's own stream because that one measures its whole buffer again for every line.
 */
export function standardError(): DestinationStream {
  let pending = '';
  const flush = (): void => {
    if (pending === '') return;
    const batch = pending;
    pending = '';
    sink.write(batch);
  };
  // Registered before pino registers its own, so that the last batch is there when it flushes.
  process.once('beforeExit', flush);
  process.once('exit', flush);
  const sink = pino.destination({ dest: 2, sync: false, maxLength: MAX_WAITING_BYTES });
  setInterval(flush, FLUSH_EVERY_MS).unref();
  return {
    write: (line) => {
      pending += line;
      if (pending.length >= BATCH_LENGTH) flush();
    },
  };
}
