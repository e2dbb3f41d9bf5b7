/** A day, in UTC. */
export const DAY = 24 * 60 * 60 * 1000;

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}):(\d{2}))?$/;

/** A time in UTC: from its first millisecond to the first one behind it. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** Reads `yyyy-MM-dd HH:mm:ss`, which is a second, or `yyyy-MM-dd`, which is a day; `undefined` for what is neither. */
export function parseTime(text: string): TimeSpan | undefined {
  const parts = DATE.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  const from = Date.UTC(year, month - 1, day, hour, minute, second);
  // A thirtieth of February would be some other day.
  if (!new Date(from).toISOString().startsWith(`${text.slice(0, 10)}T${text.slice(11) || '00:00:00'}`))
    return undefined;
  return { from, to: from + (text.length === 10 ? DAY : 1_000) };
}

/** Number of the day since the epoch. */
export function dayOf(time: number): number {
  return Math.floor(time / DAY);
}

/** `yyyy-MM-dd` */
export function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
