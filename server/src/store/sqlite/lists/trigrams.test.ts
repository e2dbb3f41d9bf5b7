import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TEXT_FIELDS } from '../../../app/ports/user-list.ts';
import { indexedForm, trigramMatch } from './trigrams.ts';

const text = fc.string({
  unit: fc.constantFrom('a', 'b', '"', ' ', 'é', 'я', 'ʘ', 'Ͽ', '漢', '\uE080', '\uE0E1', '𝒜'),
});

describe('the index of trigrams', () => {
  it('looks for nothing that a text with the part in it does not have', () => {
    fc.assert(
      fc.property(text, text, text, fc.constantFrom(...TEXT_FIELDS), (before, part, after, field) => {
        const match = trigramMatch(field, part);
        const whole = indexedForm(field, before + part + after);
        for (const trigram of match?.slice(2, -2).split('" AND "') ?? []) expect(whole).toContain(trigram);
        expect(match === null).toBe([...part].length < 3);
      }),
    );
  });

  it('looks for ASCII in its own field only', () => {
    const forms = TEXT_FIELDS.map((field) => trigramMatch(field, 'abc')?.slice(2, -2) ?? '');
    expect(new Set(forms).size).toBe(TEXT_FIELDS.length);
    for (const field of TEXT_FIELDS) {
      const others = [...'éйʘϿ漢\uE0E1\u{F0161}'].map((character) => indexedForm(field, character)).join('');
      for (const form of forms) for (const character of form) expect(others).not.toContain(character);
    }
  });

  it('asks for no more than two dozen of a long text, the first and the last among them', () => {
    const long = Array.from({ length: 500 }, (_, n) => String.fromCharCode(0x4e00 + n)).join('');
    const match = trigramMatch('email', long) ?? '';
    expect(match.split(' AND ')).toHaveLength(24);
    expect(match).toContain(long.slice(0, 3));
    expect(match).toContain(long.slice(-3));
  });
});
