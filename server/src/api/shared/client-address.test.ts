import { describe, expect, it } from 'vitest';
import { addressBlock } from './client-address.ts';

describe('addressBlock', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['203.0.113.7:8080', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:CB00:7107', '203.0.113.7'],
    ['0:0:0:0:0:ffff:203.0.113.7', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['::1', '0:0:0:0::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]:443', '2001:db8:1:2::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['2001:db8:1::2:3:4:5', '2001:db8:1:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:0:203.0.113.7', '0:0:0:0::/64'],
  ])('given %s, then it is %s', (text, block) => {
    expect(addressBlock(text)).toBe(block);
  });

  it.each([
    '',
    'garbage',
    'unknown',
    '203.0.113',
    '203.0.113.7:',
    '1.2.3.4.5',
    '2001:db8:::1',
    '[::1',
    'localhost',
    '::1]/x',
  ])('given %j, then it is none', (text) => {
    expect(addressBlock(text)).toBeNull();
  });
});
