import { describe, expect, it, vi } from 'vitest';
import { type Deadline, withinDeadline } from './deadline.ts';

const PASSED = 'the deadline of the call has passed';

describe('withinDeadline', () => {
  it.each([undefined, 60_000, Number.MAX_SAFE_INTEGER])(
    'given %s ms, when the work is done, then it answers',
    async (ms) => {
      expect(await withinDeadline(ms, async () => 'done')).toBe('done');
      await expect(withinDeadline(ms, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    },
  );

  it.each([0, 0.5])('given %s ms, then it does not begin', async (ms) => {
    const work = vi.fn(async () => 'done');
    await expect(withinDeadline(ms, work)).rejects.toThrow(PASSED);
    expect(work).not.toHaveBeenCalled();
  });

  it('given work that takes longer, then it is told so in time, and the work goes on', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let ended = false;
    const work = async () => {
      await promise;
      ended = true;
    };
    await expect(withinDeadline(5, work)).rejects.toMatchObject({ status: { code: 4, message: PASSED } });
    resolve();
    await vi.waitFor(() => expect(ended).toBe(true));
  });

  it('given work in steps, when the deadline passes between two, then the work learns of it and is handed over', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const overrun = vi.fn();
    let began = false;
    const work = async (deadline: Deadline) => {
      deadline.check();
      await promise;
      deadline.check();
      began = true;
    };
    await expect(withinDeadline(5, work, overrun)).rejects.toThrow(PASSED);
    resolve();
    await expect(overrun.mock.calls[0]?.[0]).rejects.toThrow(PASSED);
    expect(began).toBe(false);
  });

  it('given work that is done in time, then it is handed over to nobody', async () => {
    const overrun = vi.fn();
    await withinDeadline(5, async () => 'done', overrun);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(overrun).not.toHaveBeenCalled();
  });
});
