import { describe, expect, it } from 'vitest';
import { Allowance } from './allowance.ts';

const takes = (allowance: Allowance, count: number, now: number) =>
  Array.from({ length: count }, () => allowance.take(now)).filter(Boolean).length;

describe('an allowance', () => {
  it('gives its burst at once, then so much a second', () => {
    const allowance = new Allowance(10, 2, 0);
    expect(takes(allowance, 20, 0)).toBe(10);
    expect(takes(allowance, 20, 400)).toBe(0);
    expect(takes(allowance, 20, 1000)).toBe(2);
  });

  it('never holds more than its burst', () => {
    const allowance = new Allowance(10, 2, 0);
    allowance.give(5);
    expect(takes(allowance, 20, 1_000_000)).toBe(10);
    allowance.give(3);
    expect(takes(allowance, 20, 1_000_000)).toBe(3);
  });
});
