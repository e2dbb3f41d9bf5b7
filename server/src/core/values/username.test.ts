import { describe, expect, it } from 'vitest';
import { isHandleOrEmail, isUsername, usernameKey } from './username.ts';

describe('usernameKey', () => {
  it.each([
    ['Ada.Lovelace', 'ada.lovelace'],
    ['ａｄｍｉｎ', 'admin'],
    ['\u212aate', 'kate'],
    ['ᴮᴵᴳᴮᴵᴿᴰ', 'BIGBIRD'],
    ['Müller', 'MU\u0308LLER'],
    ['STRASSE', 'straße'],
    ['ΝΙΚΟΣ', 'νικος'],
    ['ﬀ', 'FF'],
  ])('gives %s and %s one key', (one, other) => {
    expect(usernameKey(one)).toBe(usernameKey(other));
  });

  it.each([
    ['admın', 'admin'],
    ['jose', 'josé'],
    ['а', 'a'],
    ['ann ', 'ann'],
  ])('keeps %j and %j apart', (one, other) => {
    expect(usernameKey(one)).not.toBe(usernameKey(other));
  });

  it('reaches its fixed point in one call even where normalising takes two rounds', () => {
    const key = usernameKey('ᾳ\u0308');
    expect(key).toBe('αϊ');
    expect(usernameKey(key)).toBe(key);
  });
});

describe('isUsername', () => {
  it.each([
    ['a', true],
    ['   ', true],
    ['😀'.repeat(200), true],
    ['', false],
    ['a'.repeat(201), false],
    ['a\0', false],
    ['\udfff', false],
  ])('case %#', (text, expected) => {
    expect(isUsername(text)).toBe(expected);
  });
});

describe('isHandleOrEmail', () => {
  it.each([
    ['john.doe', true],
    ['A-b_c.9', true],
    ['john@doe.com', true],
    ['john', false],
    ['john doe', false],
    ['jöhn.doe', false],
    ['x'.repeat(64), true],
    ['x'.repeat(65), false],
    ['john.doe\n', false],
    ['a@'.repeat(50_000), false],
  ])('case %#', (text, expected) => {
    expect(isHandleOrEmail(text)).toBe(expected);
  });
});
