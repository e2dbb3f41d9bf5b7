import { describe, expect, it } from 'vitest';
import { brandHost } from './brand-host.ts';

describe('brandHost', () => {
  it.each([
    'acme.test',
    'ACME.test/',
    'acme.test.',
    'acme.test:8443',
    'https://acme.test',
    'https://Acme.Test:8443/app/?a#b',
    ' http://acme.test/ ',
  ])('reads %j as acme.test', (brandUrl) => {
    expect(brandHost(brandUrl)).toBe('acme.test');
  });

  it('reads other alphabets as browsers send them', () => {
    expect(brandHost('https://bücher.test')).toBe('xn--bcher-kva.test');
  });

  it.each(['', ' ', 'http://', 'a b', 'user@acme.test', '/path'])('finds no host in %j', (brandUrl) => {
    expect(brandHost(brandUrl)).toBeUndefined();
  });
});
