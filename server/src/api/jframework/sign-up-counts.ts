import type { SignUps } from '../../app/ports/user-list.ts';
import type { Handler } from '../shared/route.ts';
import { callOf } from './call.ts';
import { DAY, dateOf, dayOf, parseTime, type TimeSpan } from './day.ts';
import { success } from './envelope.ts';
import type { DailySignUps, SignUpCount, UserSummary } from './models.ts';
import { type QueryReader, readQuery } from './query.ts';
import type { Context } from './services.ts';

/** Days shown when no start is given, the last of them included. */
const USUAL_DAYS = 30;
const USUAL_MONTHS = 12;
/** Most days of one answer. */
const MOST_DAYS = 1_000;
const TOO_LONG = {
  code: 'InvalidEndDate',
  message: `The endDate must be within ${MOST_DAYS} days from the startDate.`,
};

export function readStatistics(query: QueryReader, now: number) {
  const isMonthly = query.oneOf('typeResponse', ['DATE', 'MONTH']) === 'MONTH';
  return { times: timesOf(query, now, isMonthly ? firstMonth : firstDay), isMonthly };
}

export function readDays(query: QueryReader, now: number): TimeSpan {
  return timesOf(query, now, firstDay);
}

/** GET /users/statistics: how many people signed up, by days or months in UTC; days and months without any are listed too. */
export function getStatistics(context: Context): Handler {
  const { users, clock } = context;
  return async (request) => {
    const { brand, caller } = await callOf(request, context);
    const { times, isMonthly } = readQuery(request, (query) => readStatistics(query, clock()));
    const counts = await users.countSignUps(caller, brand.organization.id, times);
    const byDate = new Map<string, number>();
    for (const day of daysOf(times)) {
      const date = dateOf(day).slice(0, isMonthly ? 7 : 10);
      byDate.set(date, (byDate.get(date) ?? 0) + (counts.get(day) ?? 0));
    }
    const data: SignUpCount[] = [...byDate].map(([date, quantity]) => ({ date, quantity }));
    return success(200, JSON.stringify(data));
  };
}

/** GET /analytics/users/daily: new people by days in UTC, and how many there were at the end of each. */
export function getDailySignUps(context: Context): Handler {
  const { users, clock } = context;
  return async (request) => {
    const { brand, caller } = await callOf(request, context);
    const times = readQuery(request, (query) => readDays(query, clock()));
    const days = daysOf(times);
    const counts = await users.countSignUps(caller, brand.organization.id, { from: 0, to: times.to });
    let totalUsers = totalOf(counts, (day) => day < (days[0] ?? 0));
    const data = days.map((day): DailySignUps => {
      const newUsers = counts.get(day) ?? 0;
      totalUsers += newUsers;
      return { date: dateOf(day), newUsers, totalUsers };
    });
    return success(200, JSON.stringify(data));
  };
}

/** GET /analytics/users/summary. Weeks begin on Mondays; days, weeks and months are those of UTC. */
export function getUserSummary(context: Context): Handler {
  const { users, clock } = context;
  return async (request) => {
    const { brand, caller } = await callOf(request, context);
    const now = new Date(clock());
    const today = dayOf(now.getTime());
    const monday = today - ((now.getUTCDay() + 6) % 7);
    const firstOfMonth = today - (now.getUTCDate() - 1);
    const times = { from: 0, to: Number.MAX_SAFE_INTEGER };
    const counts = await users.countSignUps(caller, brand.organization.id, times);
    const data: UserSummary = {
      totalUsers: totalOf(counts, () => true),
      newUsersToday: totalOf(counts, (day) => day >= today),
      newUsersThisWeek: totalOf(counts, (day) => day >= monday),
      newUsersThisMonth: totalOf(counts, (day) => day >= firstOfMonth),
    };
    return success(200, JSON.stringify(data));
  };
}

/** @param usualStart where the list begins when it is not said, by its last day */
function timesOf(query: QueryReader, now: number, usualStart: (last: number) => number): TimeSpan {
  const read = (name: string) => query.parsed(name, parseTime, `The ${name} must be of the form yyyy-MM-dd HH:mm:ss.`);
  const to = read('endDate')?.to ?? (dayOf(now) + 1) * DAY;
  const from = read('startDate')?.from ?? usualStart(dayOf(to - 1));
  if (to <= from || to - from > MOST_DAYS * DAY) query.refuse(TOO_LONG);
  return { from, to };
}

function firstDay(last: number): number {
  return (last - USUAL_DAYS + 1) * DAY;
}

function firstMonth(last: number): number {
  const date = new Date(last * DAY);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - USUAL_MONTHS + 1, 1);
}

function daysOf({ from, to }: TimeSpan): number[] {
  const first = dayOf(from);
  return Array.from({ length: dayOf(to - 1) - first + 1 }, (_, index) => first + index);
}

function totalOf(counts: SignUps, isCounted: (day: number) => boolean): number {
  let total = 0;
  for (const [day, count] of counts) if (isCounted(day)) total += count;
  return total;
}
