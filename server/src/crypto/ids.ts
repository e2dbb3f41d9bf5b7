import type { Clock, NextId } from '../app/ports/clock.ts';

/** Ids count ticks of 10 ms from here; 18 decimal digits last until 2038. */
const EPOCH = Date.UTC(2019, 3, 29);
const TICK = 10;
const SEQUENCE_BITS = 8n;
const PROCESS_BITS = 16n;

/** Processes are numbered from 0 to less than this. */
export const PROCESS_NUMBERS = 2 ** Number(PROCESS_BITS);

/** The first tick whose ids have 18 digits; a clock that stands before it is not believed. */
const FIRST_TICK = Number((10n ** 17n) >> (SEQUENCE_BITS + PROCESS_BITS)) + 1;

/**
 * Ids of 18 digits: 39 bits of time, 8 bits of sequence, 16 bits that tell processes apart. When the sequence of a
 * tick is used up, or the clock jumps back, time is borrowed from the future: an id is never given twice.
 */
export function createIds(clock: Clock, processNumber: number): NextId {
  let tick = FIRST_TICK;
  let sequence = 0;
  return () => {
    const now = Math.floor((clock() - EPOCH) / TICK);
    if (now > tick) {
      tick = now;
      sequence = 0;
    } else {
      sequence += 1;
      if (sequence >= 2 ** Number(SEQUENCE_BITS)) {
        tick += 1;
        sequence = 0;
      }
    }
    const id = (((BigInt(tick) << SEQUENCE_BITS) | BigInt(sequence)) << PROCESS_BITS) | BigInt(processNumber);
    return id.toString();
  };
}
