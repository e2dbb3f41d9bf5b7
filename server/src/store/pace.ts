/** Batches that make a process busy when they come within so many milliseconds. */
const BATCHES = 10;
const WITHIN = 500;

/** Whether batches come so fast that the machine is wanted for them. */
export class Pace {
  readonly #times: number[] = new Array(BATCHES).fill(-Infinity);
  #next = 0;

  /** A batch begins. */
  note(now: number): void {
    this.#times[this.#next] = now;
    this.#next = (this.#next + 1) % BATCHES;
  }

  isBusy(now: number): boolean {
    return now - (this.#times[this.#next] ?? -Infinity) < WITHIN;
  }
}
