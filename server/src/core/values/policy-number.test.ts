import { expect, it } from 'vitest';
import { policyKey } from './policy-number.ts';

it('spellings of one policy number have one key', () => {
  expect(policyKey('pn-É7')).toBe(policyKey('PN-e\u03017'));
  expect(policyKey('PN-7')).not.toBe(policyKey('PN 7'));
  expect(policyKey(policyKey('ẞ-1'))).toBe(policyKey('ss-1'));
});
