import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../core/errors.ts';
import { DeferredWorker } from './deferred.ts';
import type { DeferredWork } from './ports/store.ts';
import type { CommandSubmission, Receipt, Submission } from './submission.ts';

const RECEIPT: Receipt = { answer: { status: 200, body: null }, replayed: false };

/** A database and an executor in memory; `submit` applies after a moment unless a test says otherwise. */
function world() {
  let lastId = 0;
  const rows: DeferredWork[] = [];
  const applied: string[] = [];
  const warnings: string[] = [];
  const behaviour = {
    submit: async (_work: DeferredWork): Promise<void> => {},
    read: async (): Promise<DeferredWork[]> => [...rows],
  };
  const worker = new DeferredWorker({
    store: { deferredWork: () => behaviour.read() },
    users: {
      submit: async (submission) => {
        const work = JSON.parse(submission.requestId) as DeferredWork;
        await behaviour.submit(work);
        applied.push(work.payload);
        remove(work);
        return RECEIPT;
      },
    },
    submissionOf: (work) => ({ requestId: JSON.stringify(work) }) as CommandSubmission as Submission,
    log: { warn: (_details, message) => warnings.push(message) },
    patience: 200,
  });
  const remove = (work: DeferredWork): void => {
    const at = rows.findIndex(({ id }) => id === work.id);
    if (at >= 0) rows.splice(at, 1);
  };
  const accept = (queue: string, payload: string): void => {
    lastId += 1;
    rows.push({ id: lastId, queue, payload });
  };
  return { worker, rows, applied, warnings, behaviour, accept, remove };
}

/** A promise and what settles it. */
const gate = () => Promise.withResolvers<void>();

describe('deferred work', () => {
  it('is applied in the order it was accepted, though one takes longer than the next', async () => {
    const { worker, applied, rows, behaviour, accept } = world();
    behaviour.submit = (work) => sleep(work.payload === 'first' ? 20 : 0);
    accept('a', 'first');
    accept('a', 'second');
    await worker.look();
    accept('a', 'third');
    await worker.look();
    await worker.idle('a');
    expect(applied).toEqual(['first', 'second', 'third']);
    expect(rows).toEqual([]);
  });

  it('of one queue does not hold up another', async () => {
    const { worker, applied, behaviour, accept } = world();
    const stuck = gate();
    behaviour.submit = (work) => (work.queue === 'a' ? stuck.promise : Promise.resolve());
    accept('a', 'slow');
    accept('b', 'quick');
    await worker.look();
    await worker.idle('b');
    expect(applied).toEqual(['quick']);
    expect(await worker.isBusy('a')).toBe(true);
    expect(await worker.isBusy('b')).toBe(false);
    stuck.resolve();
    await worker.idle('a');
    expect(applied).toEqual(['quick', 'slow']);
  });

  it('that waits at the start is applied at most 64 at a time', async () => {
    const { worker, applied, behaviour, accept } = world();
    let running = 0;
    let most = 0;
    behaviour.submit = async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(1);
      running -= 1;
    };
    for (let n = 0; n < 300; n += 1) accept(`queue ${n}`, String(n));
    await worker.look();
    await Promise.all(Array.from({ length: 300 }, (_, n) => worker.idle(`queue ${n}`)));
    expect(applied).toHaveLength(300);
    expect(most).toBe(64);
  });

  it('that was refused is not tried again and lets the next go on', async () => {
    const { worker, applied, warnings, behaviour, accept, remove } = world();
    behaviour.submit = async (work) => {
      if (work.payload !== 'bad') return;
      remove(work);
      throw new DomainError('user_not_found');
    };
    accept('a', 'bad');
    accept('a', 'good');
    await worker.look();
    await worker.idle('a');
    expect(applied).toEqual(['good']);
    expect(warnings).toEqual(['deferred work was refused']);
  });
});

describe('a look at the database', () => {
  it('that is under way is seen by isBusy and idle', async () => {
    const { worker, applied, rows, behaviour, accept } = world();
    const reading = gate();
    behaviour.read = async () => {
      await reading.promise;
      return [...rows];
    };
    accept('a', 'only');
    void worker.look();
    const busy = worker.isBusy('a');
    const idle = worker.idle('a');
    reading.resolve();
    expect(await busy).toBe(true);
    await idle;
    expect(applied).toEqual(['only']);
  });

  it('does not bring back work that was done while it was being read', async () => {
    const { worker, applied, rows, behaviour, accept } = world();
    accept('a', 'once');
    const working = gate();
    behaviour.submit = () => working.promise;
    await worker.look();
    const stale = [...rows];
    const reading = gate();
    behaviour.read = async () => {
      await reading.promise;
      return stale;
    };
    const second = worker.look();
    await sleep(1);
    working.resolve();
    await expect.poll(() => applied).toEqual(['once']);
    reading.resolve();
    await second;
    await worker.idle('a');
    expect(applied).toEqual(['once']);
  });

  it('is shared by all who ask before it begins', async () => {
    const { worker, behaviour } = world();
    let reads = 0;
    behaviour.read = async () => {
      reads += 1;
      await sleep(5);
      return [];
    };
    const first = worker.look();
    await sleep(1);
    await Promise.all([first, ...Array.from({ length: 50 }, () => worker.look())]);
    expect(reads).toBe(2);
  });

  it('that fails is told to those who need it, and repeated', async () => {
    const { worker, applied, rows, behaviour, accept } = world();
    accept('a', 'kept');
    behaviour.read = async () => {
      behaviour.read = async () => [...rows];
      throw new Error('disk');
    };
    void worker.look();
    await expect(worker.idle('a')).rejects.toMatchObject({ reason: 'store_unavailable' });
    await expect.poll(() => applied).toEqual(['kept']);
    await worker.idle('a');
  });
});

describe('while the database cannot be written', () => {
  it('work is tried until it can be applied, and later work does not overtake it', async () => {
    const { worker, applied, behaviour, accept } = world();
    let failures = 1;
    behaviour.submit = async () => {
      failures -= 1;
      if (failures >= 0) throw new DomainError('store_unavailable');
    };
    accept('a', 'first');
    accept('a', 'second');
    await worker.look();
    await expect.poll(() => applied, { timeout: 5000 }).toEqual(['first', 'second']);
  });

  it('work whose commit reported a failure but happened is not applied twice', async () => {
    const { worker, applied, behaviour, accept, remove } = world();
    behaviour.submit = async (work) => {
      if (work.payload !== 'uncertain') return;
      applied.push(work.payload);
      remove(work);
      throw new DomainError('store_unavailable');
    };
    accept('a', 'uncertain');
    accept('a', 'next');
    await worker.look();
    await expect.poll(() => applied, { timeout: 5000 }).toContain('next');
    expect(applied).toEqual(['uncertain', 'next']);
  });

  it('idle gives up after a while', async () => {
    const { worker, behaviour, accept } = world();
    behaviour.submit = async () => {
      throw new DomainError('store_unavailable');
    };
    accept('a', 'stuck');
    await worker.look();
    await expect(worker.idle('a')).rejects.toMatchObject({ reason: 'overloaded' });
    await worker.stop();
  });
});

describe('a worker that stops', () => {
  it('finishes what runs, starts nothing more, and lets nobody overtake what waits', async () => {
    const { worker, applied, rows, behaviour, accept } = world();
    const working = gate();
    behaviour.submit = () => working.promise;
    accept('a', 'running');
    accept('a', 'waiting');
    await worker.look();
    const idle = worker.idle('a').catch((error: unknown) => error);
    const stopped = worker.stop();
    working.resolve();
    await stopped;
    expect(applied).toEqual(['running']);
    expect(rows.map(({ payload }) => payload)).toEqual(['waiting']);
    expect(await idle).toMatchObject({ reason: 'overloaded' });
    await expect(worker.idle('a')).rejects.toMatchObject({ reason: 'overloaded' });
  });

  it('asks the database no more', async () => {
    const { worker, behaviour } = world();
    await worker.stop();
    behaviour.read = () => Promise.reject(new Error('closed'));
    await expect(worker.look()).resolves.toBeUndefined();
  });

  it('waits for a look that is under way', async () => {
    const { worker, behaviour } = world();
    const order: string[] = [];
    behaviour.read = async () => {
      await sleep(10);
      order.push('read');
      return [];
    };
    void worker.look();
    await sleep(1);
    await worker.stop();
    order.push('stopped');
    expect(order).toEqual(['read', 'stopped']);
  });

  it('does not wait for the next attempt', async () => {
    const { worker, behaviour, accept } = world();
    behaviour.submit = () => Promise.reject(new DomainError('store_unavailable'));
    accept('a', 'stuck');
    await worker.look();
    await sleep(5);
    const before = performance.now();
    await worker.stop();
    expect(performance.now() - before).toBeLessThan(200);
  });
});
