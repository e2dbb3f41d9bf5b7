import { describe, expect, it } from 'vitest';
import { NOW } from '../support/given.ts';
import type { FreshStore } from './fresh-store.ts';
import { answer } from './samples.ts';

/** What goes away by itself. */
export function describeShortLived(given: FreshStore): void {
  const { write, look, reopen } = given;

  describe('answers', () => {
    it('are kept under their key, and replaced', async () => {
      await write({ answers: [answer('k')] });
      const newer = { ...answer('k'), fingerprint: 'g', payload: '"✓"', sealed: true, expiresAt: NOW + 9 };
      await reopen();
      expect(await look({ answers: new Set(['k']) }, (snapshot) => snapshot.answer('k'))).toEqual(answer('k'));
      await write({ answers: [newer] });
      expect(await look({ answers: new Set(['k']) }, (snapshot) => snapshot.answer('k'))).toEqual(newer);
    });

    it('are pruned from the oldest on, a few at a time', async () => {
      const answers = [5, 1, 3, 2, 4].map((age) => ({ ...answer(`k${age}`), expiresAt: NOW - age }));
      await write({ answers: [...answers, { ...answer('live'), expiresAt: NOW + 1 }] });
      const left = () =>
        look({ answers: new Set(['k1', 'k2', 'k3', 'k4', 'k5', 'live']) }, (snapshot) =>
          ['k1', 'k2', 'k3', 'k4', 'k5', 'live'].filter((key) => snapshot.answer(key) !== null),
        );
      expect(await given.store.pruneAnswers(NOW, 2)).toBe(2);
      expect(await left()).toEqual(['k1', 'k2', 'k3', 'live']);
      expect(await given.store.pruneAnswers(NOW, 10)).toBe(3);
      expect(await given.store.pruneAnswers(NOW, 10)).toBe(0);
      expect(await left()).toEqual(['live']);
    });
  });

  describe('short-lived values', () => {
    const put = (key: string, before: string | null, value: string, lifetime = 10, now = NOW) =>
      given.store.replaceShortLived(key, { before, value, expiresAt: NOW + lifetime, now });

    it('are read until they expire', async () => {
      expect(await given.store.shortLived('k', NOW)).toBeNull();
      expect(await put('k', null, 'é\n"🦊"')).toBe(true);
      await reopen();
      expect(await given.store.shortLived('k', NOW + 9)).toBe('é\n"🦊"');
      expect(await given.store.shortLived('K', NOW + 9)).toBeNull();
      expect(await given.store.shortLived('k', NOW + 10)).toBeNull();
    });

    it('are written only over what the writer has seen', async () => {
      await put('k', null, 'a');
      expect(await put('k', null, 'b')).toBe(false);
      expect(await put('k', 'b', 'c')).toBe(false);
      expect(await put('other', 'a', 'c')).toBe(false);
      expect(await given.store.shortLived('k', NOW)).toBe('a');
      expect(await put('k', 'a', 'b', 20)).toBe(true);
      expect(await given.store.shortLived('k', NOW + 19)).toBe('b');
    });

    it('that have expired are no longer there to replace, and their key is free', async () => {
      await put('k', null, 'a');
      expect(await put('k', 'a', 'b', 20, NOW + 10)).toBe(false);
      expect(await put('k', null, 'b', 20, NOW + 9)).toBe(false);
      expect(await put('k', null, 'b', 20, NOW + 10)).toBe(true);
      expect(await given.store.shortLived('k', NOW + 10)).toBe('b');
    });

    it('let one of many writers win', async () => {
      const first = await Promise.all(['1', '2', '3', '4'].map((value) => put('k', null, value)));
      expect(first.filter((won) => won)).toHaveLength(1);
      const before = await given.store.shortLived('k', NOW);
      const next = await Promise.all(['5', '6', '7', '8'].map((value) => put('k', before, value)));
      expect(next.filter((won) => won)).toHaveLength(1);
    });

    it('are pruned once they have expired, from the oldest on, a few at a time', async () => {
      for (const lifetime of [5, 1, 3, 9]) await put(`k${lifetime}`, null, 'v', lifetime);
      const left = async () => {
        const values = await Promise.all([1, 3, 5, 9].map((lifetime) => given.store.shortLived(`k${lifetime}`, NOW)));
        return values.map((value) => value !== null);
      };
      expect(await given.store.pruneShortLived(NOW + 5, 2)).toBe(2);
      expect(await left()).toEqual([false, false, true, true]);
      expect(await given.store.pruneShortLived(NOW + 5, 10)).toBe(1);
      expect(await given.store.pruneShortLived(NOW + 5, 10)).toBe(0);
      expect(await left()).toEqual([false, false, false, true]);
    });
  });
}
