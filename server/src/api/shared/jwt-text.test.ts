import { expect, it } from 'vitest';
import { isJwt } from './jwt-text.ts';

it.each(['e30.e30.AA', 'e30.e30.-_-_', 'eyJhIjoxfQ.e30.AAAA'])('%s may be a JWT', (text) => {
  expect(isJwt(text)).toBe(true);
});

it.each([
  '',
  'e30.e30',
  'e30.e30.',
  '.e30.AA',
  'e30.e30.AA.AA',
  'e30.e30.AB',
  'e30.e30.A',
  'e30.e30.AA=',
  'e30.e30.A A',
  'e31.e30.AA',
  'e30.e30.+/+/',
  'e30.e30.AA\n',
])('%j is none', (text) => {
  expect(isJwt(text)).toBe(false);
});
