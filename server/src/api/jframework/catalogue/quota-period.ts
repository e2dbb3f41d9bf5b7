import { DAY, dateOf, dayOf } from '../day.ts';
import type { PackageFeature } from '../section.ts';

/** A time in which use is counted together, in UTC. */
export interface QuotaPeriod {
  /** Sorts within a policy: `2025`, `202509`, `2025W38`, `20250919`; `Lifetime`. */
  readonly key: string;
  /** Epoch milliseconds. */
  readonly start: number;
  /** The first moment that is not of it any more; `null` when it never ends. */
  readonly end: number | null;
}

const WEEK = 7 * DAY;
/** The first Monday, from which weeks are counted. */
const MONDAY = 4 * DAY;

/** @param from when counting may have begun: the creation of the user */
export function quotaPeriod(
  { resetPolicy, customIntervalDays }: Pick<PackageFeature, 'resetPolicy' | 'customIntervalDays'>,
  now: number,
  from: number,
): QuotaPeriod {
  const date = new Date(now);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (resetPolicy) {
    case 'Lifetime':
      return { key: 'Lifetime', start: from, end: null };
    case 'Yearly':
      return { key: String(year), start: Date.UTC(year, 0), end: Date.UTC(year + 1, 0) };
    case 'Monthly': {
      const start = Date.UTC(year, month);
      return { key: dayKey(start).slice(0, 6), start, end: Date.UTC(year, month + 1) };
    }
    case 'Weekly': {
      const start = now - modulo(now - MONDAY, WEEK);
      return { key: weekKey(start), start, end: start + WEEK };
    }
    case 'Daily':
      return everyDays(1, now, 0);
    case 'Custom':
      return everyDays(customIntervalDays ?? 1, now, from);
  }
}

/** Whole days, beginning with that of `from`. */
function everyDays(days: number, now: number, from: number): QuotaPeriod {
  const start = now - modulo(now - (from - modulo(from, DAY)), days * DAY);
  return { key: dayKey(start), start, end: start + days * DAY };
}

function dayKey(time: number): string {
  return dateOf(dayOf(time)).replaceAll('-', '');
}

/** ISO 8601: the week belongs to the year of its Thursday. */
function weekKey(monday: number): string {
  const thursday = monday + 3 * DAY;
  const year = new Date(thursday).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0)) / WEEK) + 1;
  return `${year}W${String(week).padStart(2, '0')}`;
}

/** Never negative, whatever the clock says. */
function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
