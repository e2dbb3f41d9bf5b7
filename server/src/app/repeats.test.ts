import { describe, expect, it } from 'vitest';
import { NOW } from '../../test/support/given.ts';
import { memoryStore, refusalOf } from '../../test/support/world.ts';
import { createSecrets } from '../crypto/secrets.ts';
import { ANSWER_LIFETIME } from './answers.ts';
import { Repeats } from './repeats.ts';
import type { IdempotencyKey } from './submission.ts';

const KEY: IdempotencyKey = { key: 'k', fingerprint: 'f', secret: true };

/** Repeats of two processes on one database, and work that says how often it was done. */
function world() {
  const time = { now: NOW };
  const options = { store: memoryStore(), secrets: createSecrets(Buffer.alloc(32, 7)), clock: () => time.now };
  let done = 0;
  const work = async () => {
    done += 1;
    return { status: 200, body: `${done}` };
  };
  return { time, work, one: new Repeats(options), two: new Repeats(options), done: () => done };
}

describe('what is done once for each key', () => {
  it('given no key, then it is done each time', async () => {
    const { one, work } = world();
    expect((await one.once(undefined, work)).answer.body).toBe('1');
    expect(await one.once(undefined, work)).toEqual({ answer: { status: 200, body: '2' }, replayed: false });
  });

  it('given the same key, then the first answer is given again, by every process', async () => {
    const { one, two, work, done } = world();
    expect(await one.once(KEY, work)).toEqual({ answer: { status: 200, body: '1' }, replayed: false });
    expect(await two.once(KEY, work)).toEqual({ answer: { status: 200, body: '1' }, replayed: true });
    expect(done()).toBe(1);
  });

  it('given many at once, then all get one answer', async () => {
    const { one, two, work } = world();
    const receipts = await Promise.all([one, two, one, two].map((repeats) => repeats.once(KEY, work)));
    expect(new Set(receipts.map(({ answer }) => answer.body)).size).toBe(1);
    expect(receipts.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });

  it('given the key of another request, then it is refused, and nothing is done', async () => {
    const { one, work, done } = world();
    await one.once(KEY, work);
    expect(await refusalOf(one.once({ ...KEY, fingerprint: 'g' }, work))).toBe('key_reused');
    expect(done()).toBe(1);
  });

  it('given the work is refused, then the key is free', async () => {
    const { one, work } = world();
    const failing = one.once(KEY, () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect((await one.once(KEY, work)).replayed).toBe(false);
  });

  it('given a day has passed, then it is done again', async () => {
    const { one, time, work } = world();
    await one.once(KEY, work);
    time.now += ANSWER_LIFETIME;
    expect(await one.once(KEY, work)).toMatchObject({ answer: { body: '2' }, replayed: false });
    expect(await one.once(KEY, work)).toMatchObject({ answer: { body: '2' }, replayed: true });
  });
});
