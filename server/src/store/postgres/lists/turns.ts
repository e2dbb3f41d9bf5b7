import { StoreUnavailable } from '../../../app/ports/store.ts';

/** Lets a few works run at once, and a limited number of others wait for their turn. */
export class Turns {
  readonly #atOnce: () => number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param atOnce asked anew for every work; at least 1 */
  constructor(atOnce: () => number, mostWaiting: number) {
    this.#atOnce = atOnce;
    this.#mostWaiting = mostWaiting;
  }

  /** @throws StoreUnavailable when too many wait already */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce()) this.#running += 1;
    else {
      if (this.#waiting.length >= this.#mostWaiting) throw new StoreUnavailable('too many lists wait', null);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }

  #next(): void {
    while (this.#running < this.#atOnce()) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#running += 1;
      next();
    }
  }
}
