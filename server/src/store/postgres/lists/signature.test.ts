import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_COLUMNS } from '../../search/row.ts';
import { signatureOf, signatureOfPart } from './signature.ts';

const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'z', '0', '@', '.', ' ', 'é', 'я', '漢', '𝒜'),
  maxLength: 12,
});

const key = fc.constantFrom(...KEY_COLUMNS);

type Row = Parameters<typeof signatureOf>[0];
const rowOf = (texts: readonly string[]): Row =>
  Object.fromEntries(KEY_COLUMNS.map((name, n) => [name, texts[n] ?? ''])) as Row;

const has = (row: Int32Array, part: Int32Array): boolean => part.every((word, n) => ((row[n] ?? 0) & word) === word);

describe('the signature of a row', () => {
  it('has the bits of every part of every text of it', () => {
    fc.assert(
      fc.property(fc.array(text), key, text, text.filter(Boolean), text, (others, key, before, part, after) => {
        const row = signatureOf({ ...rowOf(others), [key]: before + part + after });
        expect(has(row, signatureOfPart(part))).toBe(true);
      }),
    );
  });

  it('tells single characters of ASCII apart', () => {
    const characters = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n));
    const signatures = characters.map((character) => String(signatureOfPart(character)));
    expect(new Set(signatures).size).toBe(characters.length);
  });

  it('lacks most pairs that the texts lack', () => {
    const row = signatureOf(rowOf(['anna.berg', 'anna', 'berg', 'anna berg', 'anna.berg@post.test', '+12125550100']));
    const letters = [...'abcdefghijklmnopqrstuvwxyz'];
    const pairs = letters.flatMap((first) => letters.map((second) => first + second));
    const passed = pairs.filter((pair) => has(row, signatureOfPart(pair)));
    expect(passed).toEqual(expect.arrayContaining(['an', 'nn', 'na', 'be', 'er', 'rg', 'po', 'te', 'st']));
    expect(passed.length).toBeLessThan(pairs.length / 10);
  });

  // What is stored must be found by a later version too.
  it('stays the same', () => {
    expect([...signatureOf(rowOf(['anna.berg@post.test', 'é漢']))]).toEqual([
      1949862, 16900, 1, 135266304, 546308224, 0, -2013189120, 337445506, 1280, 1073774784, 5705792,
    ]);
  });
});
