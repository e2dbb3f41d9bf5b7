import { DomainError } from '../../core/errors.ts';

export interface LaneOptions {
  /** Jobs that may run at once. */
  readonly concurrency: number;
  /** Jobs that may wait; one more is refused. */
  readonly queueLimit: number;
}

export interface Lane {
  readonly running: number;
  readonly waiting: number;

  /**
   * Runs jobs in the order in which they came.
   *
   * @throws DomainError `overloaded`, at once, when the queue is full
   */
  run<T>(job: () => Promise<T>): Promise<T>;
}

const RETRY_AFTER_SECONDS = 1;

/** A bounded queue in front of costly work: what does not fit is refused, so that waiting times stay short. */
export function createLane({ concurrency, queueLimit }: LaneOptions): Lane {
  if (!Number.isInteger(concurrency) || concurrency < 1) throw new RangeError('concurrency must be at least 1');
  if (!Number.isInteger(queueLimit) || queueLimit < 0) throw new RangeError('queueLimit must not be negative');
  const queue: (() => void)[] = [];
  let running = 0;

  const release = (): void => {
    const next = queue.shift();
    // A waiting job takes over the place, so that a newcomer cannot slip in before it.
    if (next === undefined) running--;
    else next();
  };

  return {
    get running() {
      return running;
    },
    get waiting() {
      return queue.length;
    },
    async run(job) {
      if (running < concurrency) running++;
      else if (queue.length < queueLimit) await new Promise<void>((resolve) => queue.push(resolve));
      else throw new DomainError('overloaded', { retryAfter: RETRY_AFTER_SECONDS });
      try {
        return await job();
      } finally {
        release();
      }
    },
  };
}
