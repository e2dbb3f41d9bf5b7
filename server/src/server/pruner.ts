import type { Clock } from '../app/ports/clock.ts';
import type { Outbox } from '../app/ports/outbox.ts';
import type { Store } from '../app/ports/store.ts';
import type { Logger } from '../logger.ts';

/** Few enough that a request behind them waits for no more than a millisecond or two. */
const AT_ONCE = 200;
/** Milliseconds to the next look when nothing more is expired, and when there may be more: ten thousand a second. */
const WHEN_DONE = 1_000;
const WHEN_BEHIND = 20;

/** Milliseconds for which deliveries that were given up are kept: 30 days. */
const DEAD_LETTERS_KEPT = 30 * 24 * 60 * 60 * 1_000;

interface PrunedStore extends Pick<Store, 'pruneAnswers' | 'pruneShortLived' | 'readiness'> {
  readonly outbox: Pick<Outbox, 'pruneDeadLetters'>;
}

/** Removes expired idempotency answers, short-lived values and dead letters, a few at a time, faster than they can come. */
export class Pruner {
  readonly #store: PrunedStore;
  readonly #clock: Clock;
  readonly #logger: Pick<Logger, 'warn'>;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(store: PrunedStore, clock: Clock, logger: Pick<Logger, 'warn'>) {
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
    let isBehind = false;
    try {
      if (this.#store.readiness().ok) {
        const now = this.#clock();
        const answers = await this.#store.pruneAnswers(now, AT_ONCE);
        const values = await this.#store.pruneShortLived(now, AT_ONCE);
        const letters = await this.#store.outbox.pruneDeadLetters(now - DEAD_LETTERS_KEPT, AT_ONCE);
        isBehind = [answers, values, letters].includes(AT_ONCE);
      }
    } catch (err) {
      this.#logger.warn({ err }, 'what has expired could not be removed');
    }
    this.#schedule(isBehind ? WHEN_BEHIND : WHEN_DONE);
  }
}
