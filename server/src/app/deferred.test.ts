import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../core/errors.ts';
import { DeferredWorker } from './deferred.ts';
import type { DeferredWork } from './ports/store.ts';
import type { CommandSubmission, Receipt, Submission } from './submission.ts';

const RECEIPT: Receipt = { answer: { status: 200, body: null }, replayed: false };

/** A database and an executor in memory; `submit` applies after a moment unless a test says otherwise. */
function world(interval = 60_000) {
  let lastId = 0;
  const rows: DeferredWork[] = [];
  const applied: string[] = [];
  const warnings: string[] = [];
  const behaviour = {
    submit: async (_work: DeferredWork): Promise<void> => {},
    read: async (queue?: string): Promise<DeferredWork[]> =>
      rows.filter((work) => queue === undefined || work.queue === queue),
  };
  const worker = new DeferredWorker({
    store: { deferredWork: (queue) => behaviour.read(queue) },
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
    interval,
  });
  const remove = (work: DeferredWork): void => {
    const at = rows.findIndex(({ id }) => id === work.id);
    if (at >= 0) rows.splice(at, 1);
  };
  const store = (queue: string, payload: string): void => {
    lastId += 1;
    rows.push({ id: lastId, queue, payload });
  };
  const accept = (queue: string, payload: string): void => {
    store(queue, payload);
    worker.takeUp(queue);
  };
  return { worker, rows, applied, warnings, behaviour, store, accept, remove };
}

/** A promise and what settles it. */
const gate = () => Promise.withResolvers<void>();

describe('deferred work', () => {
  it('is applied in the order it was accepted, though one takes longer than the next', async () => {
    const { worker, applied, rows, behaviour, store, accept } = world();
    behaviour.submit = (work) => sleep(work.payload === 'first' ? 20 : 0);
    store('a', 'first');
    store('a', 'second');
    await worker.start();
    accept('a', 'third');
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
    await worker.idle('b');
    expect(applied).toEqual(['quick']);
    expect(await worker.isBusy('a')).toBe(true);
    expect(await worker.isBusy('b')).toBe(false);
    stuck.resolve();
    await worker.idle('a');
    expect(applied).toEqual(['quick', 'slow']);
  });

  it('that waits at the start is applied at most 64 at a time, after one look', async () => {
    const { worker, applied, behaviour, store } = world();
    let running = 0;
    let most = 0;
    behaviour.submit = async () => {
      running += 1;
      most = Math.max(most, running);
      await sleep(1);
      running -= 1;
    };
    for (let n = 0; n < 300; n += 1) store(`queue ${n}`, String(n));
    const read = behaviour.read;
    let looks = 0;
    behaviour.read = (queue) => {
      looks += 1;
      return read(queue);
    };
    await worker.start();
    await expect.poll(() => applied.length).toBe(300);
    expect({ most, looks }).toEqual({ most: 64, looks: 1 });
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
    await worker.idle('a');
    expect(applied).toEqual(['good']);
    expect(warnings).toEqual(['deferred work was refused']);
  });

  it('that was accepted while the last look was under way is not forgotten', async () => {
    const { applied, behaviour, accept } = world();
    const read = behaviour.read;
    behaviour.read = async (queue) => {
      const rows = await read(queue);
      await sleep(5);
      return rows;
    };
    accept('a', 'first');
    for (let n = 0; n < 20; n += 1) {
      await sleep(1);
      accept('a', `later ${n}`);
    }
    await expect.poll(() => applied.length).toBe(21);
  });
});

describe('work that is accepted at the moment its queue ends', () => {
  it.each(Array.from({ length: 20 }, (_, turns) => [turns]))('is taken up, %i turns later', async (turns) => {
    const { applied, behaviour, accept } = world();
    const acceptLater = async (): Promise<void> => {
      for (let turn = 0; turn < turns; turn += 1) await null;
      accept('a', 'second');
    };
    behaviour.submit = async ({ payload }) => {
      if (payload === 'first') void acceptLater();
    };
    accept('a', 'first');
    await expect.poll(() => applied, { interval: 1 }).toEqual(['first', 'second']);
  });
});

describe('idle', () => {
  it('looks once when nothing waits', async () => {
    const { worker, behaviour } = world();
    const looks: (string | undefined)[] = [];
    behaviour.read = async (queue) => {
      looks.push(queue);
      return [];
    };
    await worker.idle('a');
    expect(await worker.isBusy('a')).toBe(false);
    expect(looks).toEqual(['a', 'a']);
  });

  it('takes up what nobody does', async () => {
    const { worker, applied, store } = world();
    store('a', 'left behind');
    expect(await worker.isBusy('a')).toBe(true);
    await worker.idle('a');
    expect(applied).toEqual(['left behind']);
  });

  it('does not wait for what was accepted after it began', async () => {
    const { worker, applied, behaviour, accept } = world();
    const [first, second] = [gate(), gate()];
    behaviour.submit = (work) => (work.payload === 'first' ? first.promise : second.promise);
    accept('a', 'first');
    const idle = worker.idle('a');
    await sleep(1);
    accept('a', 'second');
    first.resolve();
    await idle;
    expect(applied).toEqual(['first']);
    second.resolve();
  });

  it('does not take work for done that a look from before has not seen', async () => {
    const { worker, applied, behaviour, store } = world();
    const [reading, working] = [gate(), gate()];
    const read = behaviour.read;
    behaviour.submit = () => working.promise;
    behaviour.read = async () => {
      behaviour.read = read;
      await reading.promise;
      return [];
    };
    worker.takeUp('a');
    store('a', 'only');
    let isIdle = false;
    const idle = worker.idle('a').then(() => {
      isIdle = true;
    });
    await sleep(1);
    reading.resolve();
    await sleep(5);
    expect(isIdle).toBe(false);
    working.resolve();
    await idle;
    expect(applied).toEqual(['only']);
  });

  it('and isBusy say when the database cannot be read', async () => {
    const { worker, behaviour } = world();
    behaviour.read = () => Promise.reject(new Error('disk'));
    await expect(worker.idle('a')).rejects.toMatchObject({ reason: 'store_unavailable' });
    await expect(worker.isBusy('a')).rejects.toMatchObject({ reason: 'store_unavailable' });
    await expect(worker.start()).rejects.toMatchObject({ reason: 'store_unavailable' });
    await worker.stop();
  });
});

describe('while the database cannot be written', () => {
  it('work is tried until it can be applied, and later work does not overtake it', async () => {
    const { applied, behaviour, accept } = world();
    let failures = 1;
    behaviour.submit = async () => {
      failures -= 1;
      if (failures >= 0) throw new DomainError('store_unavailable');
    };
    accept('a', 'first');
    accept('a', 'second');
    await expect.poll(() => applied, { timeout: 5000 }).toEqual(['first', 'second']);
  });

  it('work whose commit reported a failure but happened is not applied twice', async () => {
    const { applied, behaviour, accept, remove } = world();
    behaviour.submit = async (work) => {
      if (work.payload !== 'uncertain') return;
      applied.push(work.payload);
      remove(work);
      throw new DomainError('store_unavailable');
    };
    accept('a', 'uncertain');
    accept('a', 'next');
    await expect.poll(() => applied, { timeout: 5000 }).toContain('next');
    expect(applied).toEqual(['uncertain', 'next']);
  });

  it('the delays of a poisoned piece of work grow, and other queues go on', async () => {
    const { worker, applied, behaviour, accept } = world();
    const attempts: number[] = [];
    behaviour.submit = async (work) => {
      if (work.queue !== 'poisoned') return;
      attempts.push(performance.now());
      throw new TypeError('a fault of ours');
    };
    accept('poisoned', 'bad');
    await expect.poll(() => attempts.length, { timeout: 5000 }).toBe(3);
    accept('poisoned', 'held up');
    accept('b', 'good');
    await worker.idle('b');
    await worker.stop();
    const [first = 0, second = 0, third = 0] = attempts;
    expect(second - first).toBeGreaterThan(200);
    expect(third - second).toBeGreaterThan(450);
    expect(applied).toEqual(['good']);
  });

  it('idle gives up after a while', async () => {
    const { worker, behaviour, accept } = world();
    behaviour.submit = async () => {
      throw new DomainError('store_unavailable');
    };
    accept('a', 'stuck');
    await expect(worker.idle('a')).rejects.toMatchObject({ reason: 'overloaded' });
    await worker.stop();
  });

  it('nothing waits for its next attempt any longer once the database is back', async () => {
    const { worker, applied, behaviour, store, warnings } = world(20);
    const { read, submit } = behaviour;
    store('a', 'kept');
    behaviour.submit = () => Promise.reject(new DomainError('store_unavailable'));
    await worker.start();
    // Three failed attempts: the next one is a second away.
    await expect.poll(() => warnings.length, { interval: 5 }).toBe(3);
    behaviour.read = () => Promise.reject(new Error('away'));
    await expect.poll(() => warnings, { interval: 5 }).toContain('deferred work could not be read');
    Object.assign(behaviour, { read, submit });
    await expect.poll(() => applied, { interval: 5, timeout: 600 }).toEqual(['kept']);
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
    const idle = worker.idle('a').catch((error: unknown) => error);
    await sleep(1);
    const stopped = worker.stop();
    working.resolve();
    await stopped;
    accept('b', 'late');
    await sleep(5);
    expect(applied).toEqual(['running']);
    expect(rows.map(({ payload }) => payload)).toEqual(['waiting', 'late']);
    expect(await idle).toMatchObject({ reason: 'overloaded' });
    await expect(worker.idle('a')).rejects.toMatchObject({ reason: 'overloaded' });
  });

  it('waits for a look that is under way, takes nothing up from it, and looks no more', async () => {
    const { worker, behaviour, rows, applied, store } = world(1);
    store('a', 'waiting');
    let reads = 0;
    behaviour.read = async () => {
      await sleep(10);
      reads += 1;
      return [...rows];
    };
    void worker.start();
    await sleep(1);
    await worker.stop();
    expect(reads).toBe(1);
    await sleep(20);
    expect({ reads, applied }).toEqual({ reads: 1, applied: [] });
  });

  it('does not wait for the next attempt', async () => {
    const { worker, behaviour, accept } = world();
    behaviour.submit = () => Promise.reject(new DomainError('store_unavailable'));
    accept('a', 'stuck');
    await sleep(5);
    const before = performance.now();
    await worker.stop();
    expect(performance.now() - before).toBeLessThan(200);
  });
});
