import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pruner } from './pruner.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A store with so many expired answers. */
function storeWith(expired: number, ready = true) {
  let left = expired;
  return {
    left: () => left,
    readiness: () => (ready ? { ok: true as const } : { ok: false as const, reason: 'broken' }),
    pruneAnswers: async (_now: number, limit: number) => {
      const removed = Math.min(limit, left);
      left -= removed;
      return removed;
    },
  };
}

describe('removing expired answers', () => {
  it('given many, when time passes, then they go a few at a time and quickly', async () => {
    const store = storeWith(1_000);
    const pruner = new Pruner(store, Date.now, { warn: () => {} });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(store.left()).toBe(800);
    await vi.advanceTimersByTimeAsync(100);
    expect(store.left()).toBe(0);
    pruner.stop();
  });

  it('given a store that cannot be written, then nothing is tried', async () => {
    const store = storeWith(10, false);
    const pruner = new Pruner(store, Date.now, { warn: () => {} });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(store.left()).toBe(10);
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

  it('given a stop, then nothing more is removed', async () => {
    const store = storeWith(1_000);
    const pruner = new Pruner(store, Date.now, { warn: () => {} });
    pruner.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(store.left()).toBe(1_000);
  });
});
