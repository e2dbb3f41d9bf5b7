import { describe, expect, it } from 'vitest';
import { parseMailAddress } from './go-mail.ts';

describe('parseMailAddress accepts', () => {
  it.each([
    ['a@b.ch', '', 'a', 'b.ch'],
    ['<a@b.ch>', '', 'a', 'b.ch'],
    [' \t< a@b.ch> ', '', 'a', 'b.ch'],
    ['Ann Lee <a@b.ch>', 'Ann Lee', 'a', 'b.ch'],
    ['A. Lee <a@b.ch>', 'A. Lee', 'a', 'b.ch'],
    ['"Lee, \\"Ann\\"" <a@b.ch>', 'Lee, "Ann"', 'a', 'b.ch'],
    ['Ann (x) Lee <a@b.ch> (y (z) \\) )', 'Ann Lee', 'a', 'b.ch'],
    ['a@b.ch (Ann  Lee)', 'Ann Lee', 'a', 'b.ch'],
    ['"a b"@b.ch', '', 'a b', 'b.ch'],
    ['"a\\"b"@b.ch', '', 'a"b', 'b.ch'],
    ['jürg.müller+x@bücher.ch', '', 'jürg.müller+x', 'bücher.ch'],
    ['😀@b.ch', '', '😀', 'b.ch'],
    ["!#$%&'*+-/=?^_`{|}~@b", '', "!#$%&'*+-/=?^_`{|}~", 'b'],
    ['a@[127.0.0.1]', '', 'a', '[127.0.0.1]'],
    ['team: a@b.ch;', '', 'a', 'b.ch'],
    ['team: Ann <a@b.ch> (x) ; (y)', 'Ann', 'a', 'b.ch'],
    ['a@ b.ch', '', 'a', 'b.ch'],
  ])('%s', (text, name, local, host) => {
    expect(parseMailAddress(text)).toEqual({ name, local, host });
  });
});

describe('parseMailAddress refuses', () => {
  it.each([
    ['', 'no address'],
    ['  ', 'no address'],
    ['plain', "missing '@' or angle-addr"],
    ['a b', 'no angle-addr'],
    ['@b.ch', 'missing word in phrase: mail: invalid string'],
    ['a@', "missing '@' or angle-addr"],
    ['a@@b.ch', "missing '@' or angle-addr"],
    ['<a@b.ch', 'unclosed angle-addr'],
    ['<>', 'invalid string'],
    ['<a>', 'missing @ in addr-spec'],
    ['<a@>', 'invalid string'],
    ['<a@', 'no domain in addr-spec'],
    ['<.a@b.ch>', 'leading dot in atom'],
    ['<a.@b.ch>', 'trailing dot in atom'],
    ['<a..b@b.ch>', 'double dot in atom'],
    ['<a@b.ch.>', 'trailing dot in atom'],
    ['<""@b.ch>', 'empty quoted string in addr-spec'],
    ['"a', 'missing word in phrase: mail: unclosed quoted-string'],
    ['"a\\', 'missing word in phrase: mail: unclosed quoted-string'],
    ['"a\u0007"@b.ch', 'missing word in phrase: mail: bad character in quoted-string: "\\u0007"'],
    ['<a@[127.0.0.1>', 'unclosed domain-literal'],
    ['a@b.ch, c@d.ch', 'expected single address'],
    ['a@b.ch c', 'expected single address'],
    ['a@b.ch (x', 'misformatted parenthetical comment'],
    ['<a@b.ch> (x', 'misformatted parenthetical comment'],
    ['Ann (x', 'misformatted parenthetical comment'],
    ['team:;', 'empty group'],
    ['team: a@b.ch', 'expected comma'],
    ['team: a@b.ch, c@d.ch;', 'group with multiple addresses'],
    ['team: b: a@b.ch;;', "missing '@' or angle-addr"],
    ['team: a@b.ch (x', 'misformatted parenthetical comment'],
    ['a\n@b.ch', "missing '@' or angle-addr"],
  ])('%j', (text, fault) => {
    expect(parseMailAddress(text)).toEqual({ fault: `mail: ${fault}` });
  });

  it('long hostile texts in linear time', () => {
    const size = 100_000;
    const hostile = [
      '('.repeat(size),
      `a@b.ch ${'()'.repeat(size)}`,
      '"\\'.repeat(size),
      `x:${'a@b.ch,'.repeat(size)}`,
    ];
    const start = performance.now();
    for (const text of [...hostile, 'a '.repeat(size), '.'.repeat(size)]) parseMailAddress(text);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
