import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pruner } from './pruner.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A store with so many expired answers, short-lived values and dead letters. */
function storeWith(answers: number, values = 0, letters = 0, ready = true) {
  const left = { answers, values, letters };
  const prune = (kind: keyof typeof left) => async (_now: number, limit: number) => {
    const removed = Math.min(limit, left[kind]);
    left[kind] -= removed;
    return removed;
  };
  return {
    left: () => left.answers + left.values + left.letters,
    readiness: () => (ready ? { ok: true as const } : { ok: false as const, reason: 'broken' }),
    pruneAnswers: prune('answers'),
    pruneShortLived: prune('values'),
    outbox: { pruneDeadLetters: prune('letters') },
  };
}

describe('removing what has expired', () => {
  it.each([
    ['answers', storeWith(1_000)],
    ['short-lived values', storeWith(0, 1_000)],
    ['dead letters', storeWith(0, 0, 1_000)],
  ])('given many %s, when time passes, then they go a few at a time and quickly', async (_name, store) => {
    const pruner = new Pruner(store, Date.now, { warn: () => {} });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(store.left()).toBe(800);
    await vi.advanceTimersByTimeAsync(100);
    expect(store.left()).toBe(0);
    pruner.stop();
  });

  it('given a store that cannot be written, then nothing is tried', async () => {
    const store = storeWith(10, 10, 10, false);
    const pruner = new Pruner(store, Date.now, { warn: () => {} });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(store.left()).toBe(30);
    pruner.stop();
  });

  it('given a failure, then it is logged and tried again', async () => {
    const warnings: unknown[] = [];
    let calls = 0;
    const store = {
      ...storeWith(0),
      pruneAnswers: async () => {
        calls += 1;
        throw new Error('busy');
      },
    };
    const pruner = new Pruner(store, Date.now, { warn: (details: unknown) => void warnings.push(details) });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(calls).toBe(3);
    expect(warnings).toHaveLength(3);
    pruner.stop();
  });

  it('given dead letters, then they are kept for thirty days', async () => {
    const asked: number[] = [];
    const pruneDeadLetters = async (before: number): Promise<number> => {
      asked.push(Date.now() - before);
      return 0;
    };
    const pruner = new Pruner({ ...storeWith(0), outbox: { pruneDeadLetters } }, Date.now, { warn: () => {} });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toEqual([30 * 24 * 3_600_000]);
    pruner.stop();
  });

  it('given a stop, then nothing more is removed', async () => {
    const store = storeWith(1_000);
    const pruner = new Pruner(store, Date.now, { warn: () => {} });
    pruner.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(store.left()).toBe(1_000);
  });
});
