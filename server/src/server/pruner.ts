import type { Clock } from '../app/ports/clock.ts';
import type { Store } from '../app/ports/store.ts';
import type { Logger } from '../logger.ts';

/** Few enough that a request behind them waits for no more than a millisecond or two. */
const AT_ONCE = 200;
/** Milliseconds to the next look when nothing more is expired, and when there may be more: ten thousand a second. */
const WHEN_DONE = 1_000;
const WHEN_BEHIND = 20;

/** Removes expired idempotency answers, a few at a time, faster than they can come. */
export class Pruner {
  readonly #store: Pick<Store, 'pruneAnswers' | 'readiness'>;
  readonly #clock: Clock;
  readonly #logger: Pick<Logger, 'warn'>;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(store: Pick<Store, 'pruneAnswers' | 'readiness'>, clock: Clock, logger: Pick<Logger, 'warn'>) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
    this.#schedule(WHEN_DONE);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(delay: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#prune(), delay);
    this.#timer.unref();
  }

  async #prune(): Promise<void> {
    let removed = 0;
    try {
      if (this.#store.readiness().ok) removed = await this.#store.pruneAnswers(this.#clock(), AT_ONCE);
    } catch (err) {
      this.#logger.warn({ err }, 'expired answers could not be removed');
    }
    this.#schedule(removed === AT_ONCE ? WHEN_BEHIND : WHEN_DONE);
  }
}
