import { describe, expect, it } from 'vitest';
import { createLane } from './lane.ts';

/** A job that ends when it is told to, and notes when it starts. */
function controlled(name: string, started: string[]) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const job = () => {
    started.push(name);
    return promise;
  };
  return { job, finish: () => resolve(name), fail: () => reject(new Error(name)) };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('createLane', () => {
  it('given a concurrency of two, when three jobs come, then the third waits for a place', async () => {
    const lane = createLane({ concurrency: 2, queueLimit: 5 });
    const started: string[] = [];
    const jobs = ['a', 'b', 'c'].map((name) => controlled(name, started));
    const results = jobs.map(({ job }) => lane.run(job));
    await settle();
    expect(started).toEqual(['a', 'b']);
    expect([lane.running, lane.waiting]).toEqual([2, 1]);
    jobs[1]?.finish();
    await settle();
    expect(started).toEqual(['a', 'b', 'c']);
    for (const { finish } of jobs) finish();
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
    expect([lane.running, lane.waiting]).toEqual([0, 0]);
  });

  it('given a full queue, when one more job comes, then it is refused at once and never runs', async () => {
    const lane = createLane({ concurrency: 1, queueLimit: 1 });
    const started: string[] = [];
    const jobs = ['a', 'b', 'c', 'd'].map((name) => controlled(name, started));
    const [first, second, third] = jobs.slice(0, 3).map(({ job }) => lane.run(job));
    await expect(third).rejects.toMatchObject({
      reason: 'overloaded',
      code: 'unavailable',
      details: { retryAfter: 1 },
    });
    expect(started).toEqual(['a']);
    for (const { finish } of jobs) finish();
    expect(await Promise.all([first, second])).toEqual(['a', 'b']);
    await expect(lane.run(async () => 'later')).resolves.toBe('later');
    expect(started).toEqual(['a', 'b']);
  });

  it('given no queue, when the lane is busy, then the next job is refused', async () => {
    const lane = createLane({ concurrency: 1, queueLimit: 0 });
    const busy = controlled('busy', []);
    const running = lane.run(busy.job);
    await expect(lane.run(async () => 'next')).rejects.toMatchObject({ reason: 'overloaded' });
    busy.finish();
    await running;
  });

  it('given waiting jobs, when places become free, then they run in the order of arrival, before newcomers', async () => {
    const lane = createLane({ concurrency: 1, queueLimit: 10 });
    const order: string[] = [];
    const note = (name: string) => lane.run(async () => order.push(name));
    const first = controlled('first', order);
    const running = lane.run(first.job).then(() => note('newcomer'));
    const waiting = ['second', 'third', 'fourth'].map(note);
    first.finish();
    await Promise.all([running, ...waiting]);
    expect(order).toEqual(['first', 'second', 'third', 'fourth', 'newcomer']);
  });

  it('given a job that fails, when others wait, then its place goes to the next', async () => {
    const lane = createLane({ concurrency: 1, queueLimit: 1 });
    const failing = controlled('failing', []);
    const failed = lane.run(failing.job);
    const next = lane.run(async () => 'next');
    failing.fail();
    await expect(failed).rejects.toThrow('failing');
    await expect(next).resolves.toBe('next');
    expect(lane.running).toBe(0);
  });

  it('given numbers that make no lane, then it is not built', () => {
    expect(() => createLane({ concurrency: 0, queueLimit: 1 })).toThrow(RangeError);
    expect(() => createLane({ concurrency: 1, queueLimit: -1 })).toThrow(RangeError);
  });
});
