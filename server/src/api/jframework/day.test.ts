import { describe, expect, it } from 'vitest';
import { DAY, dateOf, dayOf, parseTime } from './day.ts';

describe('a time', () => {
  it('is a day, or a second', () => {
    const from = Date.UTC(2028, 1, 29);
    expect(parseTime('2028-02-29')).toEqual({ from, to: from + DAY });
    expect(parseTime('2028-02-29 23:59:59')).toEqual({ from: from + DAY - 1000, to: from + DAY });
    expect(parseTime('2028-02-29T00:00:00')).toEqual({ from, to: from + 1000 });
  });

  it.each([
    '',
    'today',
    '2027-02-29',
    '2028-13-01',
    '2028-00-01',
    '2028-01-01 24:00:00',
    '2028-01-01 10:60:00',
    '28-01-01',
  ])('is not %j', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});

it('days are numbered from the epoch', () => {
  expect(dayOf(Date.UTC(1970, 0, 2) - 1)).toBe(0);
  expect(dateOf(dayOf(Date.UTC(2031, 0, 15, 12)))).toBe('2031-01-15');
});
