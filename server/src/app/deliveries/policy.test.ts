import { describe, expect, it } from 'vitest';
import { delayAfter, LIFETIME, nextProbe, nextTry, PROBE, RETRY } from './policy.ts';

const NOW = 1_000_000_000_000;
const HOUR = 3_600_000;

describe('the wait before the next try', () => {
  it('given tries in vain, then it doubles up to the longest', () => {
    const waits = [1, 2, 3, 4, 12, 13, 20, 2_000].map((tries) => delayAfter(tries, RETRY, 0));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 2_048_000, HOUR, HOUR, HOUR]);
  });

  it('given chance, then up to half of it is left out, and never more', () => {
    expect([0, 0.5, 1].map((random) => delayAfter(3, RETRY, random))).toEqual([4_000, 3_000, 2_000]);
  });

  it('given what the receiver asks for, then it is at least that', () => {
    const delivery = { createdAt: NOW, attempts: 0 };
    expect(nextTry(delivery, { now: NOW, random: 0, retryAfter: 90_000 })).toBe(NOW + 90_000);
    expect(nextTry(delivery, { now: NOW, random: 0, retryAfter: 10 })).toBe(NOW + 1_000);
    expect(nextProbe(3, { now: NOW, random: 0, retryAfter: 90_000 })).toBe(NOW + 90_000);
    expect(nextProbe(3, { now: NOW, random: 0, retryAfter: 1_000 * HOUR })).toBe(NOW + 24 * HOUR);
  });

  it('given three days, then the last try is at their end', () => {
    const delivery = { createdAt: NOW, attempts: 30 };
    expect(nextTry(delivery, { now: NOW + LIFETIME - 5, random: 0 })).toBe(NOW + LIFETIME);
    expect(nextTry(delivery, { now: NOW, random: 0, retryAfter: 1_000 * HOUR })).toBe(NOW + LIFETIME);
    expect(nextTry(delivery, { now: NOW + LIFETIME, random: 0 })).toBeNull();
    expect(LIFETIME).toBe(72 * HOUR);
  });

  it('given a receiver that is down, then it is asked every few minutes at last', () => {
    const waits = [3, 4, 5, 40].map((failures) => nextProbe(failures, { now: NOW, random: 0 }) - NOW);
    expect(waits).toEqual([1_000, 2_000, 4_000, PROBE.longest]);
    expect(PROBE.longest).toBe(300_000);
  });
});
