import { describe, expect, it } from 'vitest';
import { deliveryOf, emailChanged } from '../../../test/support/event-deliveries.ts';
import { NOW } from '../../../test/support/given.ts';
import { type ReceiverState, UNTRIED } from '../ports/outbox.ts';
import { judge, type Try } from './verdict.ts';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const DELIVERY = deliveryOf(emailChanged());
const UP: ReceiverState = { ...UNTRIED, id: 'crm', failures: 2, answer: 'HTTP 503' };
const DOWN: ReceiverState = { ...UP, failures: 5, dueAt: NOW + 8 * SECOND };
const GONE: ReceiverState = { ...UNTRIED, id: 'crm', disabledAt: NOW, disabledAddress: 'http://a', answer: 'HTTP 410' };

function ended(outcome: Try['outcome'], more: Partial<Try> = {}): Try {
  return { delivery: DELIVERY, outcome, isLate: false, address: null, now: NOW, random: 0, ...more };
}

describe('a delivery that ended before its receiver was contacted', () => {
  const delivered = { type: 'delivered', untried: true } as const;
  const refused = { type: 'refused', answer: 'expired', untried: true } as const;
  const failed = { type: 'failed', answer: 'our fault', isDown: false, untried: true } as const;

  it.each([UP, DOWN, GONE])('leaves the receiver as it is: %j', (state) => {
    for (const outcome of [delivered, refused, failed]) expect(judge(state, ended(outcome)).state).toBe(state);
  });

  it('is done with all the same', () => {
    expect(judge(DOWN, ended(delivered))).toMatchObject({ delivered: [DELIVERY], postponed: [], dead: [] });
    expect(judge(DOWN, ended(refused))).toMatchObject({ delivered: [], dead: [{ answer: 'expired' }] });
    expect(judge(DOWN, ended(failed))).toMatchObject({ postponed: [{ dueAt: NOW + SECOND, counts: true }] });
  });
});

describe('a try that failed when the receiver was known to be down already', () => {
  const late = (retryAfter?: number) => {
    const outcome = { type: 'failed', answer: 'HTTP 429', isDown: true } as const;
    return judge(DOWN, ended(retryAfter === undefined ? outcome : { ...outcome, retryAfter }, { isLate: true }));
  };

  it.each([undefined, 5 * SECOND])('does not bring the next try forward, nor counts (Retry-After: %s ms)', (wait) => {
    const { state, postponed } = late(wait);
    expect(state).toBe(DOWN);
    expect(postponed).toEqual([{ delivery: DELIVERY, dueAt: DOWN.dueAt, counts: false }]);
  });

  it.each([
    [60 * SECOND, 60 * SECOND],
    [9 * DAY, DAY],
  ])('has all wait as long as it asks for, %d ms, a day at most', (retryAfter, wait) => {
    const { state, postponed } = late(retryAfter);
    expect(state).toEqual({ ...DOWN, dueAt: NOW + wait });
    expect(postponed).toEqual([{ delivery: DELIVERY, dueAt: NOW + wait, counts: false }]);
  });
});
