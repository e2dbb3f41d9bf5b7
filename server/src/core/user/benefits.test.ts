import { describe, expect, it } from 'vitest';
import { type ActiveOffer, benefitsAt, nextSwap, pendingSwap } from './benefits.ts';

const TERMS = {
  name: 'plus',
  benefits: [
    { name: 'life', isIncluded: true },
    { name: 'dental', isIncluded: true },
    { name: 'vision', isIncluded: false },
  ],
};
const offer = (more: Partial<ActiveOffer> = {}): ActiveOffer => ({
  name: 'plus',
  since: 0,
  chosen: null,
  swap: null,
  ...more,
});
const swap = { at: 100, added: ['vision'], removed: ['life'] };

describe('the benefits of an offer', () => {
  it('given no choice, then they are those it begins with, as the settings say now', () => {
    expect(benefitsAt(50, offer(), TERMS)).toEqual(['life', 'dental']);
    const less = { ...TERMS, benefits: TERMS.benefits.slice(1) };
    expect(benefitsAt(50, offer(), less)).toEqual(['dental']);
  });

  it('given a choice, then it replaces them', () => {
    expect(benefitsAt(50, offer({ chosen: ['vision', 'gone'] }), TERMS)).toEqual(['vision']);
    expect(benefitsAt(50, offer({ chosen: [] }), TERMS)).toEqual([]);
  });

  it('given a swap, then it counts from its very time on', () => {
    expect(benefitsAt(99, offer({ swap }), TERMS)).toEqual(['life', 'dental']);
    expect(benefitsAt(100, offer({ swap }), TERMS)).toEqual(['dental', 'vision']);
    expect(benefitsAt(100, offer({ chosen: ['life'], swap }), TERMS)).toEqual(['vision']);
    expect([pendingSwap(99, offer({ swap })), pendingSwap(100, offer({ swap }))]).toEqual([swap, null]);
    expect(pendingSwap(0, offer())).toBeNull();
  });
});

it('the next swap is where the next month begins in UTC', () => {
  const next = (text: string) => new Date(nextSwap(Date.parse(text))).toISOString();
  expect(next('2026-01-31T23:59:59.999Z')).toBe('2026-02-01T00:00:00.000Z');
  expect(next('2026-02-01T00:00:00Z')).toBe('2026-03-01T00:00:00.000Z');
  expect(next('2026-12-31T12:00:00Z')).toBe('2027-01-01T00:00:00.000Z');
});
