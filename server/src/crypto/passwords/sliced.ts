import { setImmediate } from 'node:timers/promises';

/** Longest stretch, in milliseconds, that a hash computed in JavaScript keeps the event loop from other work. */
const SLICE_MS = 4;

// Reading the clock costs about as much as hashing a block, so it is read once in this many rounds.
const ROUNDS_PER_CLOCK = 32;

/** Runs `step` the given number of times, letting the event loop turn between slices. */
export async function repeatSliced(rounds: number, step: (round: number) => void): Promise<void> {
  let sliceEnd = performance.now() + SLICE_MS;
  for (let round = 0; round < rounds; round++) {
    step(round);
    if (round % ROUNDS_PER_CLOCK === 0 && performance.now() >= sliceEnd) {
      await setImmediate();
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
}
