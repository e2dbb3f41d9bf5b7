import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { FreshStore } from './fresh-store.ts';
import { happened, record } from './samples.ts';

/** What is read in the order in which it came. */
export function describeQueues(given: FreshStore): void {
  const { write, look, reopen } = given;

  describe('deferred work', () => {
    it('waits in order until it is settled, and its number is never given twice', async () => {
      await write({ deferred: ['1', '2', '3'].map((payload) => ({ queue: 'q', payload })) });
      await reopen();
      const waiting = await given.store.deferredWork();
      expect(waiting.map(({ queue, payload }) => [queue, payload])).toEqual([
        ['q', '1'],
        ['q', '2'],
        ['q', '3'],
      ]);
      expect(await given.store.deferredWork('q')).toEqual(waiting);
      expect(await given.store.deferredWork('p')).toEqual([]);
      const ids = waiting.map(({ id }) => id);
      const deferred = new Map(ids.map((id) => [id, 'q']));
      const areDeferred = () => look({ deferred }, (snapshot) => ids.map((id) => snapshot.isDeferred(id)));
      expect(await areDeferred()).toEqual([true, true, true]);
      await write({ settled: waiting });
      expect(await areDeferred()).toEqual([false, false, false]);
      await write({ settled: waiting });
      expect(await given.store.deferredWork()).toEqual([]);
      await write({ deferred: [{ queue: 'q', payload: '4' }] });
      const [next] = await given.store.deferredWork();
      expect(next?.id).toBeGreaterThan(waiting.at(-1)?.id ?? 0);
    });
  });

  describe('the feed', () => {
    it('tells every event once, in order per user, from any position on', async () => {
      const users = ['a', 'b'].map((id) => ({ user: record({ id }), isNew: true }));
      await write({ users, events: ['a', 'b'].map((userId) => ({ ...happened(1), userId })) });
      await write({ events: [2, 3].flatMap((at) => ['b', 'a'].map((userId) => ({ ...happened(at), userId }))) });
      const told: string[] = [];
      let position: string | null = null;
      // Events may be told a little later: not before older transactions have ended, whosever they are.
      const read = async (count: number) => {
        const deadline = Date.now() + 10_000;
        while (told.length < count && Date.now() < deadline) {
          const page = await given.store.feed(position, 2);
          expect(page.length).toBeLessThanOrEqual(2);
          told.push(...page.map(({ event }) => `${event.userId}${event.sequence}`));
          position = page.at(-1)?.position ?? position;
          if (page.length === 0) await sleep(10);
        }
      };
      await read(6);
      expect(told.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
      expect(told.filter((name) => name.startsWith('b'))).toEqual(['b1', 'b2', 'b3']);
      await reopen();
      expect(await given.store.feed(position, 2)).toEqual([]);
      await write({ events: [{ ...happened(4), userId: 'a' }] });
      await read(7);
      expect(told.at(-1)).toBe('a4');
      expect(told).toHaveLength(7);
    });
  });
}
