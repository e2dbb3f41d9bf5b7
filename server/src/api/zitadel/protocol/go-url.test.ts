import { describe, expect, it } from 'vitest';
import { uriReferenceFault } from './go-url.ts';

describe('uriReferenceFault', () => {
  it.each([
    '',
    'https://example.com/callback?x=%zz#done',
    'https://user:pa%20ss@example.com:8443/',
    'http://[::1]:80/x',
    'http://example.com:/x',
    'http://bücher.ch/',
    '/relative path/ä',
    'relative/a:b',
    '///three',
    'mailto:a%zz@b.ch',
    'cn=admin,dc=example,dc=com',
  ])('accepts %s', (text) => {
    expect(uriReferenceFault(text)).toBeUndefined();
  });

  it.each([
    ['a\u0001b', 'net/url: invalid control character in URL'],
    [':x', 'missing protocol scheme'],
    ['1a:b', 'first path segment in URL cannot contain colon'],
    ['/a%zz', 'invalid URL escape'],
    ['a%2', 'invalid URL escape'],
    ['//h/%', 'invalid URL escape'],
    ['/a#%x', 'invalid URL escape'],
    ['http://us er@h/', 'net/url: invalid userinfo'],
    ['http://%zz@h/', 'invalid URL escape'],
    ['http://h:8a/', 'invalid port after host'],
    ['http://[::1/', "missing ']' in host"],
    ['http://[::1]x/', 'invalid port after host'],
    ['http://h%41/', 'invalid URL escape'],
    ['http://a b/', 'invalid character in host name'],
  ])('refuses %j', (text, fault) => {
    expect(uriReferenceFault(text)).toBe(fault);
  });
});
