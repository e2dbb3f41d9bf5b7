import { describe, expect, it } from 'vitest';
import { parseWebUrl } from './web-url.ts';

describe('parseWebUrl', () => {
  it.each([
    'https://example.com',
    'http://example.com/a/b.png?x=1&y=a@b#top',
    'HTTPS://Example.com:8443/',
    'https://bücher.example/ä',
    'http://127.0.0.1:3000/x',
    'http://[::1]/',
    `https://example.com/${'a'.repeat(2028)}`,
  ])('takes %s as it is', (text) => {
    expect(parseWebUrl(text)).toBe(text);
  });

  it.each([
    '',
    'example.com',
    '//example.com',
    '/path',
    'ftp://example.com',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'https:example.com',
    'https:/example.com',
    'https:///example.com',
    'https://',
    'https:\\\\example.com',
    'https://example.com\\@evil.test',
    'https://user@example.com',
    'https://user:pass@example.com',
    'https://@example.com',
    'https://example.com:99999',
    'https://exa mple.com',
    ' https://example.com',
    'https://example.com\n',
    'java\nscript:alert(1)',
    'https://example.com/\0',
    'https://example.com/\u202e',
    'https://example.com/\ud800',
    'https://example.com/"><script>',
    'https://good.test＠evil.test',
    'https://good.test%40evil.test',
    `https://example.com/${'a'.repeat(2029)}`,
    `https://${'a.'.repeat(50_000)}com`,
    '/'.repeat(100_000),
  ])('refuses case %#', (text) => {
    expect(parseWebUrl(text)).toBeNull();
  });
});
