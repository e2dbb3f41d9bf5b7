import { describe, expect, it } from 'vitest';
import { behindPrefix, foldedForm } from './text.ts';

const utf8 = (text: string): Buffer => Buffer.from(text);

describe('the first text behind a prefix', () => {
  it.each([
    ['ab', 'ac'],
    ['z', '{'],
    ['ß', 'à'],
    ['a\uD7FF', 'a\uE000'],
    ['a\uFFFF', 'a\u{10000}'],
    ['a\u{10FFFF}', 'b'],
    ['\u{10FFFF}', null],
    ['', null],
  ])('%j: %j', (prefix, behind) => {
    expect(behindPrefix(prefix)).toBe(behind);
  });

  it('stands behind everything that starts so, by the order of bytes', () => {
    for (const prefix of ['a', 'aé', 'x\uD7FF', '𝒜', 'a\u{10FFFF}']) {
      const behind = behindPrefix(prefix) ?? '';
      for (const more of ['', 'a', '\u{10FFFF}\u{10FFFF}']) {
        expect(Buffer.compare(utf8(prefix + more), utf8(behind))).toBe(-1);
      }
      expect(behind.startsWith(prefix)).toBe(false);
    }
  });
});

describe('the form in which texts are searched', () => {
  it('joins what differs in case or compatibility only', () => {
    expect(foldedForm('STRASSE')).toBe(foldedForm('straße'));
    expect(foldedForm('ＡＣＭＥ')).toBe('acme');
  });
});
