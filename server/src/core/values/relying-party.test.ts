import { describe, expect, it } from 'vitest';
import { isOriginOf, parseRelyingPartyId } from './relying-party.ts';

describe('parseRelyingPartyId', () => {
  it.each([
    ['example.test', 'example.test'],
    ['Login.Example.TEST', 'login.example.test'],
    ['localhost', 'localhost'],
    ['xn--bcher-kva.test', 'xn--bcher-kva.test'],
    ['a1.2b.test', 'a1.2b.test'],
  ])('%s', (text, domain) => {
    expect(parseRelyingPartyId(text)).toBe(domain);
  });

  it.each([
    '',
    ' example.test',
    'https://example.test',
    'example.test:8443',
    'example.test/login',
    'example.test.',
    '.test',
    '-a.test',
    'a_b.test',
    'bücher.test',
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '*.example.test',
    `${'a'.repeat(64)}.test`,
    `${'a.'.repeat(127)}test`,
  ])('not %j', (text) => {
    expect(parseRelyingPartyId(text)).toBeNull();
  });
});

describe('isOriginOf', () => {
  it.each([
    ['example.test', 'https://example.test'],
    ['example.test', 'https://example.test:8443'],
    ['example.test', 'https://login.example.test'],
    ['localhost', 'http://localhost:3000'],
    ['localhost', 'https://localhost'],
    ['app.localhost', 'http://app.localhost'],
  ])('%s: %s', (rpId, origin) => {
    expect(isOriginOf(rpId, origin)).toBe(true);
  });

  it.each([
    ['example.test', 'http://example.test'],
    ['example.test', 'https://notexample.test'],
    ['example.test', 'https://example.test.evil.test'],
    ['login.example.test', 'https://example.test'],
    ['example.test', 'https://example.test/'],
    ['example.test', 'https://EXAMPLE.test'],
    ['example.test', 'https://a@example.test'],
    ['example.test', 'android:apk-key-hash:abc'],
    ['example.test', 'ftp://example.test'],
    ['localhost', 'http://localhost.evil.test'],
    ['example.test', 'null'],
    ['example.test', ''],
  ])('%s: not %s', (rpId, origin) => {
    expect(isOriginOf(rpId, origin)).toBe(false);
  });
});
