import { describe, expect, it } from 'vitest';
import { isCountryCode, parseCountry } from './country.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const pairs = letters.flatMap((a) => letters.map((b) => a + b));

describe('country codes', () => {
  it('are the 249 that ISO 3166-1 assigns', () => {
    expect(pairs.filter(isCountryCode)).toHaveLength(249);
  });

  it('are all known by name', () => {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    expect(pairs.filter(isCountryCode).filter((code) => names.of(code) === undefined)).toEqual([]);
  });

  it.each([
    ['ch', 'CH'],
    ['US', 'US'],
    ['Vn', 'VN'],
  ])('are read in any letter case: %s', (text, code) => {
    expect(parseCountry(text)).toBe(code);
  });

  it.each(['', 'C', 'CHE', 'XX', 'ZZ', 'EU', 'UK', 'XK', 'AN', ' CH', 'ıt', '٣٤'])('refuses %j', (text) => {
    expect(parseCountry(text)).toBeNull();
  });

  it('are in upper case only, when checked', () => {
    expect(isCountryCode('ch')).toBe(false);
  });
});
