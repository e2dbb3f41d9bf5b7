import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIds } from './ids.ts';

const NOW = Date.UTC(2026, 7, 1);
const YEAR = 365 * 24 * 3_600_000;

describe('ids', () => {
  it('have 18 digits, rise, and are never given twice, whatever the clock does', () => {
    const jump = fc.oneof(
      fc.constant(0),
      fc.integer({ min: -50, max: 50 }),
      fc.integer({ min: -60 * YEAR, max: 11 * YEAR }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(jump, fc.integer({ min: 1, max: 400 })), { maxLength: 20 }), (steps) => {
        let now = NOW;
        const next = createIds(() => now, 65_535);
        let last = '';
        for (const [milliseconds, count] of steps) {
          now = NOW + milliseconds;
          for (let index = 0; index < count; index += 1) {
            const id = next();
            expect(id).toMatch(/^[1-9][0-9]{17}$/);
            expect(id > last).toBe(true);
            last = id;
          }
        }
      }),
    );
  });

  it('borrow from the future when a tick is used up', () => {
    const next = createIds(() => NOW, 0);
    const ids = new Set(Array.from({ length: 10_000 }, next));
    expect(ids.size).toBe(10_000);
  });

  it('differ between processes at the same moment', () => {
    const [one, two] = [createIds(() => NOW, 1), createIds(() => NOW, 2)];
    const ids = [one(), two(), one(), two()];
    expect(new Set(ids).size).toBe(4);
  });

  it('follow the clock when it goes on', () => {
    let now = NOW;
    const next = createIds(() => now, 5);
    const before = BigInt(next());
    now += 1_000;
    expect(Number((BigInt(next()) - before) >> 24n)).toBe(100);
  });
});
