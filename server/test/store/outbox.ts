import { beforeEach, describe, expect, it } from 'vitest';
import type { Delivery, NewDelivery, Outbox, Settlement } from '../../src/app/ports/outbox.ts';
import { NOW, ORG, OTHER_ORG } from '../support/given.ts';
import type { FreshStore } from './fresh-store.ts';
import { happened, messageTo } from './samples.ts';

const HOOK = 'webhook:o:crm';
const US = { holder: 'us', now: NOW, until: NOW + 1_000 };
const THEM = { ...US, holder: 'them' };
const LIMIT = 100;

/** Told of the n-th event of a user. */
function told(userId: string, sequence: number, more: Partial<NewDelivery> = {}): NewDelivery {
  return { receiver: HOOK, userId, content: { kind: 'user.profile_changed', sequence }, at: NOW, ...more };
}

/** Such as `a2` for the second event of `a`. */
function name({ userId, content }: Delivery): string {
  return `${userId}${'event' in content ? content.event.sequence : ` ${content.message.kind}`}`;
}

function settlement(more: Partial<Settlement>): Settlement {
  return { receiver: HOOK, delivered: [], postponed: [], dead: [], ...more };
}

/** What waits to leave the server. */
export function describeOutbox(given: FreshStore): void {
  const { write, reopen } = given;
  const outbox = (): Outbox => given.store.outbox;
  const page = (now = NOW, limit = LIMIT, busy: readonly string[] = []) =>
    outbox().due(HOOK, { now, limit, busy: new Set(busy) });
  const due = async (...query: Parameters<typeof page>) => (await page(...query)).deliveries.map(name);
  const loaded = async (which: string): Promise<Delivery> => {
    const found = (await page(NOW, 1_000)).deliveries.find((delivery) => name(delivery) === which);
    if (found === undefined) throw new Error(`${which} does not wait`);
    return found;
  };
  const settle = (more: Partial<Settlement>, holder = 'us') => outbox().settle(holder, [settlement(more)]);
  const postponed = async (which: string, dueAt: number, counts = true) => ({
    delivery: await loaded(which),
    dueAt,
    counts,
  });
  const dead = async (...which: readonly string[]) =>
    Promise.all(which.map(async (one) => ({ delivery: await loaded(one), answer: `no to ${one}`, at: NOW })));
  /** Gives so many events to each user, and the deliveries that tell of them. */
  const happen = (users: readonly string[], count = 1) => {
    const all = Array.from({ length: count }, (_, n) => users.map((userId) => ({ userId, sequence: n + 1 }))).flat();
    return write({
      events: all.map(({ userId, sequence }) => ({ ...happened(sequence), userId })),
      deliveries: all.map(({ userId, sequence }) => told(userId, sequence)),
    });
  };

  describe('the outbox', () => {
    it('keeps what a batch leaves, with the event it is about, and gives it in order', async () => {
      await happen(['a', 'b'], 2);
      await write({ deliveries: [messageTo('a')] });
      await reopen();
      const { deliveries } = await page();
      expect(deliveries.map(name)).toEqual(['a1', 'b1', 'a2', 'b2']);
      expect(deliveries[0]).toEqual({
        id: expect.any(Number),
        receiver: HOOK,
        userId: 'a',
        content: { event: { ...happened(1), userId: 'a' } },
        createdAt: NOW,
        attempts: 0,
      });
      const mails = await outbox().due('email', { now: NOW, limit: LIMIT, busy: new Set() });
      expect(mails.deliveries.map(({ content }) => content)).toEqual([{ message: messageOf(messageTo('a')) }]);
      expect(await outbox().waiting('us', NOW)).toEqual(['email', HOOK]);
      expect(await outbox().waiting('us', NOW - 1)).toEqual([]);
    });

    it('gives runs of users, from the first that waits, and nothing of those who are busy', async () => {
      await happen(['a', 'b', 'c'], 3);
      expect(await due(NOW, LIMIT, ['b'])).toEqual(['a1', 'c1', 'a2', 'c2', 'a3', 'c3']);
      const few = await page(NOW, 4);
      expect(few.isFull).toBe(true);
      expect(few.deliveries.map(name)).toEqual(['a1', 'b1', 'c1']);
      expect((await page()).isFull).toBe(false);
    });

    it('gives nothing of a user whose first delivery is postponed, also when more comes', async () => {
      await happen(['a', 'b'], 2);
      await outbox().claim(HOOK, US);
      await settle({ postponed: [await postponed('a1', NOW + 50)] });
      await write({ events: [{ ...happened(3), userId: 'a' }], deliveries: [told('a', 3, { at: NOW + 20 })] });
      expect(await due(NOW + 20)).toEqual(['b1', 'b2']);
      expect(await due(NOW + 50)).toEqual(['b1', 'b2', 'a1', 'a2', 'a3']);
      const [, , first] = (await page(NOW + 50)).deliveries;
      expect(first).toMatchObject({ attempts: 1, createdAt: NOW });
    });

    it('does not count a try that says nothing of the delivery', async () => {
      await happen(['a']);
      await outbox().claim(HOOK, US);
      await settle({ postponed: [await postponed('a1', NOW + 1, false)] });
      expect((await page(NOW + 1)).deliveries).toMatchObject([{ attempts: 0 }]);
    });

    it('starves nobody behind ten thousand that are postponed, of one user or of many', async () => {
      const numbers = Array.from({ length: 10_000 }, (_, n) => n + 1);
      await write({
        events: numbers.map((sequence) => ({ ...happened(sequence), userId: 'long' })),
        deliveries: numbers.map((sequence) => told('long', sequence)),
      });
      await outbox().claim(HOOK, US);
      await settle({ postponed: [await postponed('long1', NOW + 1_000)] });
      await happen(['b']);
      const seen: string[] = [];
      let looks = 0;
      for (let isFull = true; isFull && seen.length === 0; looks += 1) {
        const found = await page(NOW, 500);
        ({ isFull } = found);
        seen.push(...found.deliveries.map(name));
      }
      expect(seen).toEqual(['b1']);
      expect(looks).toBeLessThanOrEqual(21);
      // Those that were passed over once are not looked at again.
      expect(await page(NOW, 500)).toMatchObject({ isFull: false });

      const many = numbers.slice(0, 2_000).map((n) => `u${n}`);
      await happen(many);
      const { deliveries } = await page(NOW, 5_000, ['b']);
      await settle({ postponed: deliveries.map((delivery) => ({ delivery, dueAt: NOW + 1_000, counts: true })) });
      await happen(['last']);
      expect(await due(NOW, 10, ['b'])).toEqual(['last1']);
    });

    it('settles all of several receivers in one transaction', async () => {
      await happen(['a', 'b', 'c', 'd']);
      await write({ deliveries: [messageTo('a')] });
      await outbox().claim(HOOK, US);
      await outbox().claim('email', US);
      const mails = await outbox().due('email', { now: NOW, limit: LIMIT, busy: new Set() });
      const lost = await outbox().settle('us', [
        settlement({
          delivered: [await loaded('a1')],
          postponed: [await postponed('b1', NOW + 9)],
          dead: await dead('c1'),
          state: {
            id: HOOK,
            failures: 2,
            dueAt: NOW + 7,
            disabledAt: null,
            disabledAddress: null,
            answer: 'no to c1',
          },
        }),
        settlement({ receiver: 'email', delivered: mails.deliveries }),
      ]);
      expect(lost).toEqual(new Set());
      await reopen();
      expect(await due()).toEqual(['d1']);
      expect(await outbox().receivers()).toEqual([
        expect.objectContaining({ id: 'email', waiting: 0, dead: 0, oldest: null }),
        {
          id: HOOK,
          failures: 2,
          dueAt: NOW + 7,
          disabledAt: null,
          disabledAddress: null,
          answer: 'no to c1',
          waiting: 2,
          dead: 1,
          oldest: NOW,
        },
      ]);
      expect(await outbox().waiting('us', NOW)).toEqual([]);
      expect(await outbox().waiting('us', NOW + 7)).toEqual([HOOK]);
    });
  });

  describe('a claim on a receiver', () => {
    beforeEach(() => happen(['a', 'b']));

    it('is one process alone, until it lets go or its time is over', async () => {
      expect(await outbox().claim(HOOK, US)).toMatchObject({ id: HOOK, failures: 0, disabledAt: null, answer: null });
      expect(await outbox().claim(HOOK, THEM)).toBeNull();
      expect(await outbox().waiting('them', NOW)).toEqual([]);
      expect(await outbox().waiting('us', NOW)).toEqual([HOOK]);
      expect(await outbox().renew(HOOK, { ...THEM, until: NOW + 2_000 })).toBe(false);
      expect(await outbox().renew(HOOK, { ...US, until: NOW + 2_000 })).toBe(true);
      expect(await outbox().claim(HOOK, { ...THEM, now: NOW + 1_999, until: NOW + 9_999 })).toBeNull();
      expect(await outbox().waiting('them', NOW + 2_000)).toEqual([HOOK]);
      expect(await outbox().renew(HOOK, { ...US, now: NOW + 2_000, until: NOW + 9_999 })).toBe(false);
      expect(await outbox().claim(HOOK, { ...THEM, now: NOW + 2_000, until: NOW + 9_999 })).not.toBeNull();
      await outbox().release([HOOK], 'us');
      expect(await outbox().claim(HOOK, { ...US, now: NOW + 2_001 })).toBeNull();
      await outbox().release([HOOK], 'them');
      expect(await outbox().claim(HOOK, { ...US, now: NOW + 2_001 })).not.toBeNull();
    });

    it('goes to one of many who ask at once', async () => {
      const holders = Array.from({ length: 8 }, (_, n) => `p${n}`);
      const claims = await Promise.all(holders.map((holder) => outbox().claim(HOOK, { ...US, holder })));
      expect(claims.filter((state) => state !== null)).toHaveLength(1);
    });

    it('that was taken over leaves of a settlement what was delivered only', async () => {
      await outbox().claim(HOOK, US);
      const late: Partial<Settlement> = {
        delivered: [await loaded('a1')],
        dead: await dead('b1'),
        state: { id: HOOK, failures: 9, dueAt: NOW + 9, disabledAt: NOW, disabledAddress: 'x', answer: 'late' },
      };
      await outbox().claim(HOOK, { ...THEM, now: NOW + 1_000, until: NOW + 2_000 });
      expect(await settle(late)).toEqual(new Set([HOOK]));
      expect(await settle({ postponed: [await postponed('b1', NOW + 9)] })).toEqual(new Set([HOOK]));
      expect(await outbox().giveUp(HOOK, { holder: 'us', at: NOW, answer: 'no', limit: 9 })).toBe(0);
      expect(await due()).toEqual(['b1']);
      expect(await outbox().receivers()).toMatchObject([{ failures: 0, disabledAt: null, answer: null, dead: 0 }]);
    });
  });

  describe('dead letters', () => {
    beforeEach(async () => {
      await happen(['a', 'b'], 3);
      await outbox().claim(HOOK, US);
    });

    it('are kept with the last answer, and do not hold up what comes after them', async () => {
      await settle({ dead: await dead('a1', 'b2') });
      expect(await due()).toEqual(['b1', 'a2', 'a3', 'b3']);
      const letters = await outbox().deadLetters(HOOK, LIMIT);
      expect(letters.map(name)).toEqual(['b2', 'a1']);
      expect(letters[1]).toMatchObject({ diedAt: NOW, answer: 'no to a1', content: { event: { userId: 'a' } } });
      expect(await outbox().deadLetters(HOOK, 1)).toHaveLength(1);
      expect(await outbox().deadLetters('email', LIMIT)).toEqual([]);
    });

    it('are made of all that waits, a bounded number at a time, or of what is old', async () => {
      const old = { holder: 'us', at: NOW, answer: 'gone', limit: 4 };
      await write({ deliveries: [told('c', 1, { at: NOW + 5 })], events: [{ ...happened(1), userId: 'c' }] });
      expect(await outbox().giveUp(HOOK, { ...old, createdBefore: NOW })).toBe(0);
      expect(await outbox().giveUp(HOOK, { ...old, createdBefore: NOW + 1 })).toBe(4);
      expect(await outbox().giveUp(HOOK, { ...old, createdBefore: NOW + 1 })).toBe(2);
      expect(await outbox().giveUp(HOOK, { ...old, createdBefore: NOW + 1 })).toBe(0);
      expect(await due(NOW + 5)).toEqual(['c1']);
      expect(await outbox().giveUp(HOOK, old)).toBe(1);
      expect(await outbox().deadLetters(HOOK, 1)).toMatchObject([{ answer: 'gone', diedAt: NOW }]);
    });

    it('that are asked for again are delivered in their old order, before what came later', async () => {
      await settle({ dead: await dead('a1', 'a2', 'b1') });
      expect(await outbox().retry(HOOK, NOW + 3, LIMIT)).toBe(3);
      expect(await due(NOW + 3)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
      expect((await page(NOW + 3)).deliveries[0]).toMatchObject({ createdAt: NOW + 3, attempts: 0 });
      expect(await outbox().retry(HOOK, NOW + 3, LIMIT)).toBe(0);
      expect(await outbox().retry('email', NOW + 3, LIMIT)).toBe(0);
    });

    it('that are asked for again open the receiver, which rests until all are back', async () => {
      const gone = { failures: 4, dueAt: NOW + 99_999, disabledAt: NOW, disabledAddress: 'http://a', answer: 'gone' };
      await settle({ state: { id: HOOK, ...gone }, dead: await dead('a1', 'a2', 'a3') });
      expect(await outbox().claim(HOOK, US)).toEqual({ id: HOOK, ...gone });
      expect(await outbox().retry(HOOK, NOW, 2)).toBe(2);
      expect(await outbox().waiting('them', NOW)).toEqual([]);
      expect(await settle({ dead: await dead('b1') })).toEqual(new Set([HOOK]));
      expect(await outbox().retry(HOOK, NOW, 2)).toBe(1);
      expect(await outbox().waiting('them', NOW)).toEqual([HOOK]);
      const opened = { failures: 0, dueAt: NOW, disabledAt: null, disabledAddress: null, answer: 'gone' };
      expect(await outbox().claim(HOOK, THEM)).toEqual({ id: HOOK, ...opened });
      expect(await due()).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
    });

    it('are pruned from the oldest on, a few at a time', async () => {
      const letters = await dead('a1', 'a2', 'a3', 'b1');
      await settle({ dead: letters.map((letter, n) => ({ ...letter, at: NOW + n })) });
      expect(await outbox().pruneDeadLetters(NOW + 3, 2)).toBe(2);
      expect(await outbox().pruneDeadLetters(NOW + 3, 2)).toBe(1);
      expect(await outbox().pruneDeadLetters(NOW + 3, 2)).toBe(0);
      expect((await outbox().deadLetters(HOOK, LIMIT)).map(name)).toEqual(['b1']);
      expect(await due()).toEqual(['b2', 'b3']);
    });
  });

  describe('events that are asked for again', () => {
    const TYPES = ['user.created', 'user.profile_changed'] as const;
    const query = { receiver: HOOK, organizationId: ORG, types: TYPES, since: NOW + 2, now: NOW + 50 };
    beforeEach(async () => {
      for (const sequence of [1, 2, 3]) {
        await write({
          events: [
            { ...happened(sequence), userId: 'a' },
            { ...happened(sequence), userId: 'b' },
            { ...happened(sequence), userId: 'c', organizationId: OTHER_ORG },
          ],
        });
      }
    });

    it('are delivered in the order in which they happened, to who may know of them', async () => {
      expect(await outbox().replay(query, null, LIMIT)).toEqual({ added: 4, next: null });
      expect(await due(NOW + 49)).toEqual([]);
      const { deliveries } = await page(NOW + 50);
      expect(deliveries.map(name)).toEqual(['a2', 'b2', 'a3', 'b3']);
      expect(deliveries[0]).toMatchObject({ createdAt: NOW + 50, attempts: 0, receiver: HOOK });
    });

    it('are those of the time, the types and the user that are asked for', async () => {
      await outbox().replay({ ...query, since: NOW, until: NOW + 3, userId: 'b' }, null, LIMIT);
      expect(await due(NOW + 50)).toEqual(['b1', 'b2']);
      await outbox().replay({ ...query, receiver: 'other', since: NOW, types: ['user.created'] }, null, LIMIT);
      const others = await outbox().due('other', { now: NOW + 50, limit: LIMIT, busy: new Set() });
      expect(others.deliveries.map(name)).toEqual(['a1', 'b1']);
    });

    it('are found page by page, all of them once', async () => {
      let next: string | null = null;
      let [added, pages] = [0, 0];
      do {
        const found: Awaited<ReturnType<Outbox['replay']>> = await outbox().replay({ ...query, since: 0 }, next, 2);
        added += found.added;
        ({ next } = found);
        pages += 1;
      } while (next !== null);
      expect([added, pages]).toEqual([6, 5]);
      expect(await due(NOW + 50)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
    });
  });
}

function messageOf({ content }: NewDelivery) {
  return 'message' in content ? content.message : null;
}
