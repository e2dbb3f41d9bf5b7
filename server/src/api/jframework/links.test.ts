import { describe, expect, it } from 'vitest';
import { tokenTemplate, withParameters } from './links.ts';

const PAGE = 'https://acme.test/page';

describe('tokenTemplate', () => {
  it.each([
    [PAGE, `${PAGE}?token={{.Code}}`],
    [`${PAGE}?`, `${PAGE}?token={{.Code}}`],
    [`${PAGE}?a=%20b&c#top?token=x`, `${PAGE}?a=%20b&c&token={{.Code}}#top?token=x`],
    [`${PAGE}?token=x`, `${PAGE}?token={{.Code}}`],
    [`${PAGE}?token=x&a=b&token#top`, `${PAGE}?a=b&token={{.Code}}#top`],
    [`${PAGE}?%74%6Fken=x&Token=x`, `${PAGE}?token={{.Code}}`],
    [`${PAGE}?tokens=x&a=token&otp=y`, `${PAGE}?tokens=x&a=token&otp=y&token={{.Code}}`],
  ])('given %s, then it is %s', (link, expected) => {
    expect(tokenTemplate(link)).toBe(expected);
  });
});

describe('withParameters', () => {
  it('takes out what is not to be there, and adds the rest in its order', () => {
    const link = `${PAGE}?c=x&a=x&b=x&d=y`;
    expect(withParameters(link, { b: '1', c: undefined, a: '2' })).toBe(`${PAGE}?d=y&b=1&a=2`);
  });
});
