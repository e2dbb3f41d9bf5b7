import { describe, expect, it } from 'vitest';
import { parseUsState } from './us-state.ts';

describe('parseUsState', () => {
  it.each(['NY', 'ny', 'Ny'])('folds %s', (text) => {
    expect(parseUsState(text)).toBe('NY');
  });

  it.each(['DC', 'PR', 'GU', 'VI', 'AS', 'MP', 'WY', 'AK'])('knows %s', (text) => {
    expect(parseUsState(text)).toBe(text);
  });

  it('knows 50 states, the district and five territories', () => {
    const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
    const known = letters.flatMap((a) => letters.map((b) => parseUsState(a + b))).filter((code) => code !== null);
    expect(known).toHaveLength(56);
  });

  it.each(['', 'N', 'XX', 'NYC', ' NY', 'New York', 'rı', 'ﬂ', 'n'.repeat(100_000)])('refuses case %#', (text) => {
    expect(parseUsState(text)).toBeNull();
  });
});
