import { STATUS_CODES } from '../protocol/status.ts';
import { StatusError } from '../status-error.ts';

/** A timer cannot wait longer; nobody waits as long. */
const LONGEST = 2 ** 31 - 1;

/**
 * Does the work, but does not wait for it longer than the caller does. Work that has begun goes on: whether it took
 * effect, the caller learns by repeating it under the same idempotency key.
 *
 * @param timeoutMs undefined for a caller that waits
 * @throws StatusError `deadline_exceeded`; without having begun when there is no time at all
 */
export async function withinDeadline<T>(timeoutMs: number | undefined, work: () => Promise<T>): Promise<T> {
  if (timeoutMs === undefined || timeoutMs > LONGEST) return work();
  if (timeoutMs < 1) throw exceeded();
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(exceeded()), timeoutMs);
  try {
    return await Promise.race([work(), promise]);
  } finally {
    clearTimeout(timer);
  }
}

function exceeded(): StatusError {
  return new StatusError({ code: STATUS_CODES.deadlineExceeded, message: 'the deadline of the call has passed' });
}
