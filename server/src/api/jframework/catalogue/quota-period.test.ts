import { describe, expect, it } from 'vitest';
import type { ResetPolicy } from '../section.ts';
import { quotaPeriod } from './quota-period.ts';

const FROM = Date.UTC(2026, 0, 10, 15, 30);
const at = (resetPolicy: ResetPolicy, time: string, customIntervalDays: number | null = null) => {
  const { key, start, end } = quotaPeriod({ resetPolicy, customIntervalDays }, Date.parse(time), FROM);
  const text = (moment: number) => new Date(moment).toISOString().slice(0, 16);
  return [key, text(start), end === null ? null : text(end)];
};

describe('quotaPeriod', () => {
  it.each([
    ['Lifetime', '2030-01-01T00:00Z', 'Lifetime', '2026-01-10T15:30', null],
    ['Daily', '2026-09-16T23:59Z', '20260916', '2026-09-16T00:00', '2026-09-17T00:00'],
    ['Monthly', '2026-12-31T23:59Z', '202612', '2026-12-01T00:00', '2027-01-01T00:00'],
    ['Yearly', '2026-12-31T23:59Z', '2026', '2026-01-01T00:00', '2027-01-01T00:00'],
    ['Weekly', '2026-09-16T12:00Z', '2026W38', '2026-09-14T00:00', '2026-09-21T00:00'],
    // The week belongs to the year of its Thursday.
    ['Weekly', '2027-01-03T23:59Z', '2026W53', '2026-12-28T00:00', '2027-01-04T00:00'],
    ['Weekly', '2027-01-04T00:00Z', '2027W01', '2027-01-04T00:00', '2027-01-11T00:00'],
    ['Weekly', '2024-12-30T00:00Z', '2025W01', '2024-12-30T00:00', '2025-01-06T00:00'],
  ] as const)('%s at %s is %s', (policy, time, ...expected) => {
    expect(at(policy, time)).toEqual(expected);
  });

  it.each([
    ['2026-01-10T00:00Z', '20260110', '2026-01-10T00:00', '2026-01-20T00:00'],
    ['2026-01-19T23:59Z', '20260110', '2026-01-10T00:00', '2026-01-20T00:00'],
    ['2026-01-20T00:00Z', '20260120', '2026-01-20T00:00', '2026-01-30T00:00'],
    // A clock that was set back.
    ['2026-01-09T23:59Z', '20251231', '2025-12-31T00:00', '2026-01-10T00:00'],
  ])('every ten days at %s is %s', (time, ...expected) => {
    expect(at('Custom', time, 10)).toEqual(expected);
  });
});
