import { describe, expect, it } from 'vitest';
import { bearerToken, header, requireHeader, SingleHeaders } from './headers.ts';

describe('SingleHeaders', () => {
  const single = new SingleHeaders(['Brand-URL']);

  it('given each header once, when they are checked, then they pass', () => {
    expect(() =>
      single.check(['Host', 'a', 'Authorization', 'b', 'brand-url', 'c', 'Content-Type', 'd']),
    ).not.toThrow();
  });

  it.each(['Host', 'Authorization', 'Idempotency-Key', 'If-Match', 'Content-Type', 'Content-Encoding', 'Brand-URL'])(
    'given %s twice in different case, when it is checked, then it is refused',
    (name) => {
      expect(() => single.check([name, 'a', 'X-Other', 'b', name.toUpperCase(), 'a'])).toThrow(
        expect.objectContaining({ fault: 'malformed_header' }),
      );
    },
  );

  it('given another header twice, when it is checked, then it passes', () => {
    expect(() => single.check(['Accept', 'a', 'Accept', 'b', 'Via', '1', 'Via', '2'])).not.toThrow();
    expect(() => new SingleHeaders().check(['Brand-URL', 'a', 'Brand-URL', 'b'])).not.toThrow();
  });
});

describe('header and requireHeader', () => {
  it('given a value, when it is read, then it comes back', () => {
    expect(header({ 'x-a': '1' }, 'x-a')).toBe('1');
    expect(requireHeader({ 'x-a': '1' }, 'x-a')).toBe('1');
  });

  it('given none or an empty one, when it is required, then it is missing', () => {
    expect(header({ 'x-a': '' }, 'x-a')).toBeUndefined();
    for (const headers of [{}, { 'x-a': '' }]) {
      expect(() => requireHeader(headers, 'x-a')).toThrow(expect.objectContaining({ fault: 'missing_header' }));
    }
  });
});

describe('bearerToken', () => {
  it('given a token, when it is read, then the scheme may be in any case', () => {
    expect(bearerToken('Bearer abc-._~+/12==')).toEqual({ kind: 'token', token: 'abc-._~+/12==' });
    expect(bearerToken('bEARER abc')).toEqual({ kind: 'token', token: 'abc' });
  });

  it('given no header, when it is read, then it is absent', () => {
    expect(bearerToken(undefined)).toEqual({ kind: 'absent' });
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer  a',
    'Bearer a b',
    'Basic abc',
    'Bearerabc',
    'Bearer a,b',
    ' Bearer a',
    'Bearer ä',
  ])('given %j, when it is read, then it is malformed', (value) => {
    expect(bearerToken(value)).toEqual({ kind: 'malformed' });
  });
});
