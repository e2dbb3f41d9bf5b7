/** A budget that fills up again: `burst` at once, `perSecond` for ever. */
export class Allowance {
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #filledAt: number;

  /** @param now milliseconds, on any clock that only goes forward */
  constructor(burst: number, perSecond: number, now: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#filledAt = now;
  }

  /** @returns false when nothing is left to take */
  take(now: number): boolean {
    const earned = ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#filledAt = now;
    this.#left = Math.min(this.#burst, this.#left + earned);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /** Adds to what is left, up to a full budget. */
  give(count: number): void {
    this.#left = Math.min(this.#burst, this.#left + count);
  }
}
