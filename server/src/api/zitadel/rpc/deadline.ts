import { STATUS_CODES } from '../protocol/status.ts';
import { StatusError } from '../status-error.ts';

/** A timer cannot wait longer; nobody waits as long. */
const LONGEST = 2 ** 31 - 1;

/** How work learns, between its steps, that its caller has stopped waiting. */
export interface Deadline {
  /** @throws StatusError `deadline_exceeded` */
  check(): void;
}

const NONE: Deadline = { check: () => {} };

/**
 * Does the work, but does not wait for it longer than the caller does. Work that has begun goes on, unless it asks:
 * whether it took effect, the caller learns by repeating it under the same idempotency key.
 *
 * @param timeoutMs undefined for a caller that waits
 * @param onOverrun is given the work that goes on when the deadline has passed
 * @throws StatusError `deadline_exceeded`; without having begun when there is no time at all
 */
export async function withinDeadline<T>(
  timeoutMs: number | undefined,
  work: (deadline: Deadline) => Promise<T>,
  onOverrun: (work: Promise<T>) => void = () => {},
): Promise<T> {
  if (timeoutMs === undefined || timeoutMs > LONGEST) return work(NONE);
  if (timeoutMs < 1) throw exceeded();
  const { promise, reject } = Promise.withResolvers<never>();
  let passed = false;
  const running = work({
    check: () => {
      if (passed) throw exceeded();
    },
  });
  const timer = setTimeout(() => {
    passed = true;
    onOverrun(running);
    reject(exceeded());
  }, timeoutMs);
  try {
    return await Promise.race([running, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function exceeded(): StatusError {
  return new StatusError({ code: STATUS_CODES.deadlineExceeded, message: 'the deadline of the call has passed' });
}
