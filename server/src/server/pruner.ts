import type { Clock } from '../app/ports/clock.ts';
import type { Store } from '../app/ports/store.ts';
import type { Logger } from '../logger.ts';

const INTERVAL = 1_000;
/** Few enough that a request behind it waits for no more than a millisecond or two. */
const AT_ONCE = 200;

/** Removes expired idempotency answers, a few at a time. */
export class Pruner {
  readonly #timer: NodeJS.Timeout;

  constructor(store: Store, clock: Clock, logger: Logger) {
    let running = false;
    this.#timer = setInterval(() => {
      if (running || !store.readiness().ok) return;
      running = true;
      store
        .pruneAnswers(clock(), AT_ONCE)
        .catch((err: unknown) => logger.warn({ err }, 'expired answers could not be removed'))
        .finally(() => {
          running = false;
        });
    }, INTERVAL);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
