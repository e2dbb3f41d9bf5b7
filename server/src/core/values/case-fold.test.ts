import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caselessForm, foldCase } from './case-fold.ts';

function* allCodePoints(): Iterable<string> {
  for (let point = 0; point <= 0x10ffff; point++) {
    if (point < 0xd800 || point > 0xdfff) yield String.fromCodePoint(point);
  }
}

/** Strings in which folding and normalising get in each other's way. */
const tricky = fc.string({
  unit: fc.constantFrom(...'aAiIİıſKkΣσςßẞǰΐᾳᾼﬁ＠㎏\u0300\u0301\u0307\u0308\u030c\u0323\u0342\u0345Ꭰꭰ'),
  maxLength: 12,
});

describe('foldCase', () => {
  it.each([
    ['Straße', 'STRASSE'],
    ['ẞ', 'ß'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['\u212a', 'k'],
    ['ſ', 'S'],
    ['ﬁ', 'FI'],
    ['İ', 'i\u0307'],
    ['ŉ', '\u02bcN'],
    ['ᾳ', 'ΑΙ'],
    ['\u0345', 'ι'],
    ['ǅ', 'Ǆ'],
    ['Ꭰ', 'ꭰ'],
    ['𐐀', '𐐨'],
    ['µ', 'Μ'],
  ])('joins %s and %s', (one, other) => {
    expect(foldCase(one)).toBe(foldCase(other));
  });

  it.each([
    ['ı', 'i'],
    ['ADMıN', 'admin'],
    ['é', 'e'],
    ['o', 'ø'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(foldCase(one)).not.toBe(foldCase(other));
  });

  it.each([
    ['Admin', 'admin'],
    ['ΣΑΣ', 'σασ'],
    ['Weiß', 'weiss'],
    ['Ilgın', 'ilgın'],
  ])('writes %s as %s', (text, folded) => {
    expect(foldCase(text)).toBe(folded);
  });

  it('agrees with the simple case folding of regular expressions on every code point', () => {
    // The engine implements `iu` from the Unicode table itself; two characters that match there must share a key.
    for (const char of allCodePoints()) {
      for (const variant of new Set([char.toLowerCase(), char.toUpperCase()])) {
        if (variant === char || !/^.$/su.test(variant)) continue;
        const escaped = `\\u{${char.codePointAt(0)?.toString(16)}}`;
        if (new RegExp(`^${escaped}$`, 'iu').test(variant)) expect(foldCase(variant)).toBe(foldCase(char));
      }
    }
  });

  it('is idempotent and never shortens, on every code point', () => {
    for (const char of allCodePoints()) {
      const folded = foldCase(char);
      if (foldCase(folded) !== folded || folded.length < char.length) expect.fail(`${char.codePointAt(0)}`);
    }
  });
});

describe.each(['NFC', 'NFKC'] as const)('caselessForm %s', (normalization) => {
  const form = (text: string) => caselessForm(text, normalization);

  it('is idempotent on every code point', () => {
    // A letter between two characters keeps them from meeting, so that many can be tried in one string.
    let texts = '';
    for (const char of allCodePoints()) {
      texts += `x${char}`;
      if (texts.length < 900) continue;
      const once = form(texts);
      expect(form(once)).toBe(once);
      texts = '';
    }
    expect(form(form(texts))).toBe(form(texts));
  });

  it('is idempotent on every assigned character but ideographs, in company', () => {
    for (const char of allCodePoints()) {
      if (/[\p{Cn}\p{Co}\p{Unified_Ideograph}]/u.test(char)) continue;
      const once = form(`A${char}\u0308x\u0345${char}`);
      if (form(once) !== once) expect.fail(`${char.codePointAt(0)}`);
    }
  });

  it('is idempotent on strings of difficult characters, whatever their length', () => {
    fc.assert(
      fc.property(fc.oneof(tricky, fc.string({ unit: 'binary' })), fc.constantFrom(1, 90, 400), (text, times) => {
        const once = form(text.repeat(times));
        expect(form(once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not depend on how a character was composed or which case it had', () => {
    fc.assert(
      fc.property(tricky, (text) => {
        expect(form(text.normalize('NFD'))).toBe(form(text));
        expect(form(foldCase(text.normalize(normalization)))).toBe(form(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('finishes on very long runs of combining marks', () => {
    for (const text of [`a${'\u0301\u0323'.repeat(50_000)}`, `a${'\u0345'.repeat(50_000)}${'\u0323'.repeat(50_000)}`]) {
      const once = form(text);
      expect(once.length).toBe(text.length);
      expect(form(once)).toBe(once);
    }
  });
});
