import { describe, expect, it } from 'vitest';
import { parseLanguage, parseLocale, toLocale } from './language.ts';

describe('parseLanguage', () => {
  it.each([
    ['de', 'de'],
    ['DE', 'de'],
    ['de_CH', 'de-CH'],
    ['EN-us', 'en-US'],
    ['zh_hant_tw', 'zh-Hant-TW'],
    ['es-419', 'es-419'],
    ['iw', 'he'],
    ['xx', 'xx'],
    ['und', 'und'],
    ['', 'und'],
    ['a', 'und'],
    ['de-', 'und'],
    [' de', 'und'],
    ['en_US.UTF-8', 'und'],
    ['Deutsch!', 'und'],
    ['dе', 'und'],
    ['de\0', 'und'],
  ])('reads %j as %s', (text, tag) => {
    expect(parseLanguage(text)).toBe(tag);
  });

  it('gives back its own answers', () => {
    for (const text of ['sh', 'mo', 'cmn', 'en-u-ca-gregory', 'de-DD']) {
      expect(parseLanguage(parseLanguage(text))).toBe(parseLanguage(text));
    }
  });

  it('finishes on long hostile texts', () => {
    for (const unit of ['a', '-', 'a-', '_', 'de-CH-']) {
      expect(parseLanguage(unit.repeat(100_000 / unit.length))).toBe('und');
    }
  });
});

describe('toLocale', () => {
  it.each([
    ['de', 'de-DE'],
    ['en', 'en-US'],
    ['vi', 'vi-VN'],
    ['de-CH', 'de-CH'],
    ['de_AT', 'de-AT'],
    ['de-CH-1996', 'de-CH'],
    ['zh-Hant', 'zh-TW'],
    ['zh', 'zh-CN'],
    ['es-419', 'es-ES'],
    ['eo', 'eo-ZZ'],
    ['xx', 'xx-ZZ'],
    ['und', 'en-US'],
    ['', 'en-US'],
  ])('shows %j as %s', (tag, locale) => {
    expect(toLocale(tag)).toBe(locale);
  });

  it('shows a locale as itself', () => {
    for (const locale of ['vi-VN', 'en-GB', 'pt-BR', 'xx-YY']) expect(toLocale(locale)).toBe(locale);
  });
});

describe('parseLocale', () => {
  it.each([
    ['vi-VN', 'vi-VN'],
    ['xx-YY', 'xx-YY'],
    ['vi', null],
    ['vi-vn', null],
    ['VI-VN', null],
    ['vi_VN', null],
    ['vi-VN\n', null],
    ['', null],
  ])('reads %j as %s', (text, locale) => {
    expect(parseLocale(text)).toBe(locale);
  });
});
