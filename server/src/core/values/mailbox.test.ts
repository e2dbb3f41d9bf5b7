import { describe, expect, it } from 'vitest';
import { formatAddress, parseMailbox } from './mailbox.ts';

describe('parseMailbox', () => {
  it.each([
    ['a@b.ch', '', 'a', 'b.ch'],
    [' a@b.ch ', '', 'a', 'b.ch'],
    ['a@localhost', '', 'a', 'localhost'],
    ['<a@b.ch>', '', 'a', 'b.ch'],
    [' <a@b.ch> (to (the) office)', '', 'a', 'b.ch'],
    ['a@b.ch ()', '', 'a', 'b.ch'],
    ['a@b.ch (Ann Lee)', 'Ann Lee', 'a', 'b.ch'],
    ['a@b.ch (\\) Ann)', ') Ann', 'a', 'b.ch'],
    ['Ann Lee <a@b.ch>', 'Ann Lee', 'a', 'b.ch'],
    ['"Lee, Ann" <a@b.ch>', '"Lee, Ann"', 'a', 'b.ch'],
    ['"a b"@c.ch', '', 'a b', 'c.ch'],
    ['"a\\"b"@c.ch', '', 'a"b', 'c.ch'],
    ["o'neil+tag!#$%&*/=?^`{|}~-@b.ch", '', "o'neil+tag!#$%&*/=?^`{|}~-", 'b.ch'],
    ['jörg@b.ch', '', 'jörg', 'b.ch'],
    [`${'a'.repeat(64)}@b.ch`, '', 'a'.repeat(64), 'b.ch'],
    [`a@${'b'.repeat(63)}.CH`, '', 'a', `${'b'.repeat(63)}.CH`],
  ])('reads %s', (text, displayName, localPart, domain) => {
    expect(parseMailbox(text)).toEqual({ displayName, localPart, domain });
  });

  it.each([
    '',
    'a',
    '@b.ch',
    'a@',
    'a@b@c.ch',
    '.a@b.ch',
    'a.@b.ch',
    'a..b@c.ch',
    'a b@c.ch',
    'a@b..ch',
    'a@-b.ch',
    'a@b-.ch',
    'a@b_c.ch',
    'a@b.ch.',
    'a@[127.0.0.1]',
    'a@bücher.ch',
    'a@\u212a.ch',
    '<a@b.ch',
    'a@b.ch>',
    '<<a@b.ch>>',
    'a@b.ch (open',
    'a@b.ch (x) y',
    'a@b.ch ) (',
    'a@b.ch, c@d.ch',
    '""@b.ch',
    '"a@b"@c.ch',
    '"a"b@c.ch',
    'a＠evil.test',
    'a＠evil.test@good.test',
    'a\u200bb@c.ch',
    'a\u202eb@c.ch',
    'a\0@b.ch',
    '<a@b.ch> (\0)',
    'a\n@b.ch',
    'a@b.ch\r\nBcc: c@d.ch',
    'a\u00a0b@c.ch',
    'a\ud800@b.ch',
    `${'a'.repeat(65)}@b.ch`,
    `${'é'.repeat(33)}@b.ch`,
    `a@${'b'.repeat(64)}.ch`,
    `${'a'.repeat(64)}@${'b.'.repeat(94)}ch`,
  ])('refuses %j', (text) => {
    expect(parseMailbox(text)).toBeNull();
  });

  it('finishes on long hostile texts', () => {
    for (const unit of ['a', 'a@', '.', '<', '(', '"', '\\', 'a.', '"a" ', 'a-', '()']) {
      for (const size of [200, 1000, 100_000]) {
        const text = unit.repeat(size / unit.length);
        expect(parseMailbox(`${text}\u0001`)).toBeNull();
        expect(parseMailbox(`a@b.ch (${text}\u0001`)).toBeNull();
      }
    }
  });
});

describe('formatAddress', () => {
  it.each([
    ['"a"@b.ch', 'a@b.ch'],
    ['"a b"@c.ch', '"a b"@c.ch'],
    ['"\\a\\"\\\\"@b.ch', '"a\\"\\\\"@b.ch'],
    ['Ann <"a..b"@c.CH> (x)', '"a..b"@c.CH'],
  ])('writes %s as %s', (text, expected) => {
    const mailbox = parseMailbox(text);
    expect(mailbox && formatAddress(mailbox)).toBe(expected);
  });
});
