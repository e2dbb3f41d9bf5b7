import { beforeEach, describe, expect, it } from 'vitest';
import type { Delivery, NewDelivery, Outbox, Settlement } from '../../src/app/ports/outbox.ts';
import type { UserEvent } from '../../src/core/user/events.ts';
import { NOW } from '../support/given.ts';
import { type FreshStore, freshStore, type TestDatabase } from './fresh-store.ts';
import { happened, messageTo } from './samples.ts';

/** Tests share a database: each has a receiver and users of its own. */
let test = 0;
let hook = '';
let mail = '';

const US = { holder: 'us', now: NOW, until: NOW + 1_000 };
const THEM = { ...US, holder: 'them' };
const LIMIT = 100;

/** Told of the n-th event of a user. */
function told(userId: string, sequence: number, more: Partial<NewDelivery> = {}): NewDelivery {
  return { receiver: hook, userId: own(userId), content: { kind: 'user.profile_changed', sequence }, at: NOW, ...more };
}

function own(userId: string): string {
  return `${test} ${userId}`;
}

function event(userId: string, sequence: number, more: Partial<UserEvent> = {}): UserEvent {
  return { ...happened(sequence), userId: own(userId), ...more };
}

/** Such as `a2` for the second event of `a`. */
function name({ userId, content }: Delivery): string {
  return `${userId.replace(`${test} `, '')}${'event' in content ? content.event.sequence : ` ${content.message.kind}`}`;
}

function settlement(more: Partial<Settlement>): Settlement {
  return { receiver: hook, delivered: [], postponed: [], dead: [], ...more };
}

/** What waits to leave the server. */
export function describeOutbox(engine: string, create: () => Promise<TestDatabase>): void {
  describe(`the outbox on ${engine}`, () => describeWith(freshStore(create, 'suite')));
}

function describeWith(given: FreshStore): void {
  const { write, reopen } = given;
  beforeEach(() => {
    test += 1;
    hook = `webhook:${test}:crm`;
    mail = `email ${test}`;
  });
  const receivers = async () => (await outbox().receivers()).filter(({ id }) => [hook, mail].includes(id));
  const waiting = async (holder: string, now: number) =>
    (await outbox().waiting(holder, now)).filter((id) => [hook, mail].includes(id));
  const outbox = (): Outbox => given.store.outbox;
  const page = (now = NOW, limit = LIMIT, busy: readonly string[] = []) =>
    outbox().due(hook, { now, limit, busy: new Set(busy.map(own)) });
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
      events: all.map(({ userId, sequence }) => event(userId, sequence)),
      deliveries: all.map(({ userId, sequence }) => told(userId, sequence)),
    });
  };

  describe('what waits', () => {
    it('keeps what a batch leaves, with the event it is about, and gives it in order', async () => {
      await happen(['a', 'b'], 2);
      await write({ deliveries: [letter('a')] });
      await reopen();
      const { deliveries } = await page();
      expect(deliveries.map(name)).toEqual(['a1', 'b1', 'a2', 'b2']);
      expect(deliveries[0]).toEqual({
        id: expect.any(Number),
        receiver: hook,
        userId: own('a'),
        content: { event: event('a', 1) },
        createdAt: NOW,
        attempts: 0,
      });
      const mails = await outbox().due(mail, { now: NOW, limit: LIMIT, busy: new Set() });
      expect(mails.deliveries.map(({ content }) => content)).toEqual([{ message: messageOf(letter('a')) }]);
      expect(await waiting('us', NOW)).toEqual([mail, hook]);
      expect(await waiting('us', NOW - 1)).toEqual([]);
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
      await outbox().claim(hook, US);
      await settle({ postponed: [await postponed('a1', NOW + 50)] });
      await write({ events: [event('a', 3)], deliveries: [told('a', 3, { at: NOW + 20 })] });
      expect(await due(NOW + 20)).toEqual(['b1', 'b2']);
      expect(await due(NOW + 50)).toEqual(['b1', 'b2', 'a1', 'a2', 'a3']);
      const [, , first] = (await page(NOW + 50)).deliveries;
      expect(first).toMatchObject({ attempts: 1, createdAt: NOW });
    });

    it('does not count a try that says nothing of the delivery', async () => {
      await happen(['a']);
      await outbox().claim(hook, US);
      await settle({ postponed: [await postponed('a1', NOW + 1, false)] });
      expect((await page(NOW + 1)).deliveries).toMatchObject([{ attempts: 0 }]);
    });

    it('starves nobody behind ten thousand that are postponed, of one user or of many', async () => {
      const numbers = Array.from({ length: 10_000 }, (_, n) => n + 1);
      await write({
        events: numbers.map((sequence) => event('long', sequence)),
        deliveries: numbers.map((sequence) => told('long', sequence)),
      });
      await outbox().claim(hook, US);
      await settle({ postponed: [await postponed('long1', NOW + 1_000)] });
      await happen(['b']);
      const seen: string[] = [];
      let looks = 0;
      for (let isFull = true; isFull && seen.length === 0 && looks < 100; looks += 1) {
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
      await write({ deliveries: [letter('a')] });
      await outbox().claim(hook, US);
      await outbox().claim(mail, US);
      const mails = await outbox().due(mail, { now: NOW, limit: LIMIT, busy: new Set() });
      const lost = await outbox().settle('us', [
        settlement({
          delivered: [await loaded('a1')],
          postponed: [await postponed('b1', NOW + 9)],
          dead: await dead('c1'),
          state: {
            id: hook,
            failures: 2,
            dueAt: NOW + 7,
            disabledAt: null,
            disabledAddress: null,
            answer: 'no to c1',
          },
        }),
        settlement({ receiver: mail, delivered: mails.deliveries }),
      ]);
      expect(lost).toEqual(new Set());
      await reopen();
      expect(await due()).toEqual(['d1']);
      expect(await receivers()).toEqual([
        expect.objectContaining({ id: mail, waiting: 0, dead: 0, oldest: null }),
        {
          id: hook,
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
      expect(await waiting('us', NOW)).toEqual([]);
      expect(await waiting('us', NOW + 7)).toEqual([hook]);
    });
  });

  describe('a claim on a receiver', () => {
    beforeEach(() => happen(['a', 'b']));

    it('is one process alone, until it lets go or its time is over', async () => {
      expect(await outbox().claim(hook, US)).toMatchObject({ id: hook, failures: 0, disabledAt: null, answer: null });
      expect(await outbox().claim(hook, THEM)).toBeNull();
      expect(await waiting('them', NOW)).toEqual([]);
      expect(await waiting('us', NOW)).toEqual([hook]);
      expect(await outbox().renew(hook, { ...THEM, until: NOW + 2_000 })).toBe(false);
      expect(await outbox().renew(hook, { ...US, until: NOW + 2_000 })).toBe(true);
      expect(await outbox().claim(hook, { ...THEM, now: NOW + 1_999, until: NOW + 9_999 })).toBeNull();
      expect(await waiting('them', NOW + 2_000)).toEqual([hook]);
      expect(await outbox().renew(hook, { ...US, now: NOW + 2_000, until: NOW + 9_999 })).toBe(false);
      expect(await outbox().claim(hook, { ...THEM, now: NOW + 2_000, until: NOW + 9_999 })).not.toBeNull();
      await outbox().release([hook], 'us');
      expect(await outbox().claim(hook, { ...US, now: NOW + 2_001 })).toBeNull();
      await outbox().release([hook], 'them');
      expect(await outbox().claim(hook, { ...US, now: NOW + 2_001 })).not.toBeNull();
    });

    it('goes to one of many who ask at once', async () => {
      const holders = Array.from({ length: 8 }, (_, n) => `p${n}`);
      const claims = await Promise.all(holders.map((holder) => outbox().claim(hook, { ...US, holder })));
      expect(claims.filter((state) => state !== null)).toHaveLength(1);
    });

    it('that was taken over leaves of a settlement what was delivered only', async () => {
      await outbox().claim(hook, US);
      const late: Partial<Settlement> = {
        delivered: [await loaded('a1')],
        dead: await dead('b1'),
        state: { id: hook, failures: 9, dueAt: NOW + 9, disabledAt: NOW, disabledAddress: 'x', answer: 'late' },
      };
      await outbox().claim(hook, { ...THEM, now: NOW + 1_000, until: NOW + 2_000 });
      expect(await settle(late)).toEqual(new Set([hook]));
      expect(await settle({ postponed: [await postponed('b1', NOW + 9)] })).toEqual(new Set([hook]));
      expect(await outbox().giveUp(hook, { holder: 'us', at: NOW, answer: 'no', limit: 9 })).toBe(0);
      expect(await due()).toEqual(['b1']);
      expect(await receivers()).toMatchObject([{ failures: 0, disabledAt: null, answer: null, dead: 0 }]);
    });
  });

  describe('dead letters', () => {
    beforeEach(async () => {
      await happen(['a', 'b'], 3);
      await outbox().claim(hook, US);
    });

    it('are kept with the last answer, and do not hold up what comes after them', async () => {
      await settle({ dead: await dead('a1', 'b2') });
      expect(await due()).toEqual(['b1', 'a2', 'a3', 'b3']);
      const letters = await outbox().deadLetters(hook, LIMIT);
      expect(letters.map(name)).toEqual(['b2', 'a1']);
      expect(letters[1]).toMatchObject({ diedAt: NOW, answer: 'no to a1', content: { event: { userId: own('a') } } });
      expect(await outbox().deadLetters(hook, 1)).toHaveLength(1);
      expect(await outbox().deadLetters(mail, LIMIT)).toEqual([]);
    });

    it('are made of all that waits, a bounded number at a time, or of what is old', async () => {
      const old = { holder: 'us', at: NOW, answer: 'gone', limit: 4 };
      await write({ deliveries: [told('c', 1, { at: NOW + 5 })], events: [event('c', 1)] });
      expect(await outbox().giveUp(hook, { ...old, createdBefore: NOW })).toBe(0);
      expect(await outbox().giveUp(hook, { ...old, createdBefore: NOW + 1 })).toBe(4);
      expect(await outbox().giveUp(hook, { ...old, createdBefore: NOW + 1 })).toBe(2);
      expect(await outbox().giveUp(hook, { ...old, createdBefore: NOW + 1 })).toBe(0);
      expect(await due(NOW + 5)).toEqual(['c1']);
      expect(await outbox().giveUp(hook, old)).toBe(1);
      expect(await outbox().deadLetters(hook, 1)).toMatchObject([{ answer: 'gone', diedAt: NOW }]);
    });

    it('that are asked for again are delivered in their old order, before what came later', async () => {
      await settle({ dead: await dead('a1', 'a2', 'b1') });
      expect(await outbox().retry(hook, NOW + 3, LIMIT)).toBe(3);
      expect(await due(NOW + 3)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
      expect((await page(NOW + 3)).deliveries[0]).toMatchObject({ createdAt: NOW + 3, attempts: 0 });
      expect(await outbox().retry(hook, NOW + 3, LIMIT)).toBe(0);
      expect(await outbox().retry(mail, NOW + 3, LIMIT)).toBe(0);
    });

    it('that are asked for again wait until the claim of whoever had the receiver is over, page by page', async () => {
      await settle({ dead: await dead('a1', 'a2', 'a3') });
      for (const limit of [3, 2]) await outbox().retry(hook, NOW + 400, limit);
      expect(await waiting('them', NOW + 999)).toEqual([]);
      expect(await waiting('them', NOW + 1_000)).toEqual([hook]);
      expect(await outbox().claim(hook, { ...THEM, now: NOW + 400 })).toMatchObject({ dueAt: NOW + 1_000 });
      await outbox().release([hook], 'them');
      await outbox().retry(hook, NOW + 500, LIMIT);
      expect(await waiting('us', NOW + 500)).toEqual([hook]);
    });

    it('that are asked for again open the receiver, which rests until all are back', async () => {
      const gone = { failures: 4, dueAt: NOW + 99_999, disabledAt: NOW, disabledAddress: 'http://a', answer: 'gone' };
      await settle({ state: { id: hook, ...gone }, dead: await dead('a1', 'a2', 'a3') });
      expect(await outbox().claim(hook, US)).toEqual({ id: hook, ...gone });
      expect(await outbox().retry(hook, NOW, 2)).toBe(2);
      expect(await waiting('them', NOW)).toEqual([]);
      expect(await settle({ dead: await dead('b1') })).toEqual(new Set([hook]));
      expect(await outbox().retry(hook, NOW, 2)).toBe(1);
      expect(await waiting('them', NOW)).toEqual([]);
      expect(await waiting('them', US.until)).toEqual([hook]);
      const opened = { failures: 0, dueAt: US.until, disabledAt: null, disabledAddress: null, answer: 'gone' };
      expect(await outbox().claim(hook, THEM)).toEqual({ id: hook, ...opened });
      expect(await due()).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
    });

    it('are pruned from the oldest on, a few at a time', async () => {
      const letters = await dead('a1', 'a2', 'a3', 'b1');
      // Before those of any other test.
      const old = NOW - 1_000;
      await settle({ dead: letters.map((letter, n) => ({ ...letter, at: old + n })) });
      expect(await outbox().pruneDeadLetters(old + 3, 2)).toBe(2);
      expect(await outbox().pruneDeadLetters(old + 3, 2)).toBe(1);
      expect(await outbox().pruneDeadLetters(old + 3, 2)).toBe(0);
      expect((await outbox().deadLetters(hook, LIMIT)).map(name)).toEqual(['b1']);
      expect(await due()).toEqual(['b2', 'b3']);
    });
  });
}

/** A mail that is to be sent. */
function letter(userId: string): NewDelivery {
  return { ...messageTo(own(userId)), receiver: mail };
}

function messageOf({ content }: NewDelivery) {
  return 'message' in content ? content.message : null;
}
