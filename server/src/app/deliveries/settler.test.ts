import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deliveryOf, emailChanged } from '../../../test/support/event-deliveries.ts';
import type { Settlement } from '../ports/outbox.ts';
import { StoreUnavailable } from '../ports/store.ts';
import { Settler } from './settler.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const delivered = (receiver: string) => {
  return { delivered: [deliveryOf(emailChanged(), receiver)], postponed: [], dead: [] };
};

/** A settler over a database that refuses what it is told to; what it writes and tells is noted. */
function settling(fault: (receivers: readonly string[]) => Error | null) {
  const noted = { asked: [] as string[][], written: [] as string[], told: [] as string[] };
  const settler = new Settler({
    outbox: {
      async settle(_holder: string, settlements: readonly Settlement[]) {
        const receivers = settlements.map(({ receiver }) => receiver);
        noted.asked.push(receivers);
        const error = fault(receivers);
        if (error !== null) throw error;
        return new Set<string>();
      },
    },
    holder: 'us',
    onWritten: (receiver) => void noted.written.push(receiver),
    onFailure: () => void noted.told.push('failure'),
    onSuccess: () => void noted.told.push('success'),
  });
  return { settler, noted };
}

describe('what became of deliveries', () => {
  it('given a receiver of which it cannot be written, then that of the others is, and it is kept', async () => {
    let isMended = false;
    const bad = (receivers: readonly string[]) =>
      receivers.includes('bad') && !isMended ? new Error('invalid byte sequence') : null;
    const { settler, noted } = settling(bad);
    for (const receiver of ['a', 'bad', 'b']) settler.add(receiver, delivered(receiver), null);
    await vi.advanceTimersByTimeAsync(100);
    expect(noted.written).toEqual(['a', 'b']);
    expect(noted.told).toEqual(['failure']);
    settler.add('c', delivered('c'), null);
    await vi.advanceTimersByTimeAsync(300);
    expect(noted.written).toEqual(['a', 'b', 'c']);
    isMended = true;
    await vi.advanceTimersByTimeAsync(300);
    expect(noted.written).toEqual(['a', 'b', 'c', 'bad']);
    expect(noted.told.at(-1)).toBe('success');
  });

  it('given that the database is away, then it is asked once for all, after a pause again', async () => {
    const { settler, noted } = settling(() => new StoreUnavailable('away', null));
    for (const receiver of ['a', 'b']) settler.add(receiver, delivered(receiver), null);
    await vi.advanceTimersByTimeAsync(300);
    expect(noted.asked).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(noted.written).toEqual([]);
  });
});
