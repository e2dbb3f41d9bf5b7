/** Milliseconds. */
export interface BackOff {
  readonly first: number;
  readonly longest: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Between the tries of one delivery. */
export const RETRY: BackOff = { first: SECOND, longest: HOUR };
/** Between the tries to reach a receiver that is down. */
export const PROBE: BackOff = { first: SECOND, longest: 5 * MINUTE };
/** A delivery is given up when it fails this long after it was accepted. */
export const LIFETIME = 72 * HOUR;
/** Tries in a row that say that a receiver is down, after which it is believed. */
export const DOWN_AFTER = 3;
/** Longest time that a receiver as a whole is left alone because it asks for it. */
const LONGEST_ASKED = 24 * HOUR;

/**
 * How long to wait before the next try: twice as long each time, up to the longest, and up to half of it less, so that
 * what failed together does not come back together.
 *
 * @param tries in vain so far, from 1
 * @param random from 0 to 1
 */
export function delayAfter(tries: number, { first, longest }: BackOff, random: number): number {
  const whole = Math.min(first * 2 ** (tries - 1), longest);
  return Math.round(whole * (1 - random / 2));
}

/** When a delivery is tried again; its last try is when its time is over. @returns `null` when that was it */
export function nextTry(
  delivery: { readonly createdAt: number; readonly attempts: number },
  { now, random, retryAfter = 0 }: { readonly now: number; readonly random: number; readonly retryAfter?: number },
): number | null {
  const end = delivery.createdAt + LIFETIME;
  if (now >= end) return null;
  const wait = Math.max(delayAfter(delivery.attempts + 1, RETRY, random), retryAfter);
  return Math.min(now + wait, end);
}

/** When a receiver that is down is tried again. */
export function nextProbe(
  failures: number,
  { now, random, retryAfter = 0 }: { readonly now: number; readonly random: number; readonly retryAfter?: number },
): number {
  const wait = delayAfter(failures - DOWN_AFTER + 1, PROBE, random);
  return now + Math.max(wait, askedFor(retryAfter));
}

/** How long a receiver as a whole is left alone that asks for it, in milliseconds: a day at most. */
export function askedFor(retryAfter: number): number {
  return Math.min(retryAfter, LONGEST_ASKED);
}
