import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emailKey, parseEmail } from './email.ts';

describe('parseEmail', () => {
  it.each(['a@b.ch', 'Jane.Doe+tag@Example.COM', 'jörg@example.ch', 'a@xn--bcher-kva.ch', 'x_y@a-b.c1'])(
    'takes %s as it is',
    (text) => {
      expect(parseEmail(text)).toBe(text);
    },
  );

  it.each([
    '',
    ' a@b.ch',
    'a@b.ch ',
    'a@ b.ch',
    '<a@b.ch>',
    'a@b.ch (x)',
    'Ann <a@b.ch>',
    '"a"@b.ch',
    '"a b"@c.ch',
    'a@b@c.ch',
    'a@localhost',
    'a@1.2.3.4',
    'a@bücher.ch',
    'a@b.ch\0',
    'a\ud83d@b.ch',
    'a\u200d@b.ch',
    // only addresses, or other addresses, once somebody normalises them
    'a＠evil.test',
    'a＠evil.test@good.test',
    'a，b@c.ch',
    'a․.b@c.ch',
    'a\uff1cb@c.ch',
    'a\u00a8@b.ch',
    `${'a'.repeat(65)}@b.ch`,
    `a@${`${'b'.repeat(60)}.`.repeat(5)}ch`,
  ])('refuses %j', (text) => {
    expect(parseEmail(text)).toBeNull();
  });

  it('finishes on long hostile texts', () => {
    for (const unit of ['a', 'a@', ' ', '.', '<(', '\u0301\u0323', '＠']) {
      expect(parseEmail(unit.repeat(100_000 / unit.length))).toBeNull();
    }
  });
});

describe('emailKey', () => {
  it.each([
    ['A@B.CH', 'a@b.ch'],
    ['<a@b.ch>', 'a@b.ch'],
    ['Ann <a@b.ch>', 'a@b.ch'],
    ['<A@b.ch> (office)', 'a@b.ch'],
    ['"a"@b.ch', 'a@b.ch'],
    ['"A B"@c.ch', '"a b"@c.ch'],
    ['JO\u0308RG@b.ch', 'jörg@b.ch'],
    ['STRASSE@b.ch', 'strasse@b.ch'],
    ['straße@b.ch', 'strasse@b.ch'],
    ['"e\\\u0301"@b.ch', 'é@b.ch'],
    ['No Address', 'no address'],
    ['', ''],
  ])('of %s is %s', (address, key) => {
    expect(emailKey(address)).toBe(key);
  });

  it.each([
    ['jose@b.ch', 'josé@b.ch'],
    ['mıke@b.ch', 'mike@b.ch'],
    ['a@github.com', 'a@gıthub.com'],
    ['"a@b.ch"@c.ch', 'a@b.ch'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(emailKey(one)).not.toBe(emailKey(other));
  });

  it('is idempotent on every assigned character but ideographs, in an address', () => {
    for (let point = 0; point <= 0x10ffff; point++) {
      const char = String.fromCodePoint(point);
      if (/[\p{Cn}\p{Co}\p{Cs}\p{Unified_Ideograph}]/u.test(char)) continue;
      for (const address of [`${char}a@b.ch`, `<"e\\${char}"@b.ch>`]) {
        const key = emailKey(address);
        if (emailKey(key) !== key) expect.fail(`${point.toString(16)} in ${address}`);
      }
    }
  });

  it('is idempotent on anything that looks like an address', () => {
    const unit = fc.constantFrom(...'aK<>()"\\@., @.ßİıςᾳǰ＠ﬁ\u0301\u0308\u0338\u0345\u037e\u1fef');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 20 }), fc.constantFrom('', '@b.ch', '"@b.ch'), (start, end) => {
        for (const address of [start + end, `"${start}${end}`, `<${start}${end}>`, `a <"${start}${end}> (x)`]) {
          const key = emailKey(address);
          expect(emailKey(key)).toBe(key);
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('finishes on long hostile texts', () => {
    for (const unit of ['a', 'a@', ' ', '<', '(', '"\\', '\u0301\u0323', 'ΑΣ']) {
      const text = unit.repeat(100_000 / unit.length);
      expect(emailKey(emailKey(text))).toBe(emailKey(text));
    }
  });
});
