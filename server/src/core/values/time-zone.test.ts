import { describe, expect, it } from 'vitest';
import { isTimeZoneId } from './time-zone.ts';

describe('isTimeZoneId', () => {
  it('takes every IANA name', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((name) => !isTimeZoneId(name))).toEqual([]);
  });

  it.each([
    ['TimeZone_ID', true],
    ['QlzwLjGaKvAvbD5x', true],
    ['Etc/GMT+12', true],
    ['x'.repeat(64), true],
    ['', false],
    ['x'.repeat(65), false],
    ['Europe/Zürich', false],
    ['UTC ', false],
    ['UTC\n', false],
    ['<b>', false],
  ])('case %#', (text, expected) => {
    expect(isTimeZoneId(text)).toBe(expected);
  });
});
