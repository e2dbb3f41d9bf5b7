import { describe, expect, it } from 'vitest';
import { DomainError } from '../core/errors.ts';
import { DEFAULT_RATE_LIMITS, type RateLimitSettings } from '../core/values/rate-limits.ts';
import { type LimitedBy, RateLimits, recipient } from './rate-limits.ts';

const MINUTE = 60 * 1000;

const SETTINGS: RateLimitSettings = {
  signIn: { user: { burst: 3, perHour: 60 }, address: { burst: 5, perHour: 120 } },
  code: { user: { burst: 2, perHour: 60 }, address: { burst: 5, perHour: 60 } },
  message: { user: { burst: 2, perHour: 1 }, address: { burst: 5, perHour: 60 } },
  token: { address: { burst: 2, perHour: 60 } },
};

function createLimits(maxBuckets?: number) {
  const time = { now: 1_000_000 };
  const settings = { current: SETTINGS };
  const limits = new RateLimits(
    () => settings.current,
    () => time.now,
    maxBuckets,
  );
  return { time, settings, limits };
}

const fails = (): Promise<never> => Promise.reject(new DomainError('sign_in_failed'));
const succeeds = async (): Promise<string> => 'done';

/** How it ended, and after how many seconds it may be tried again. */
async function outcome(run: Promise<unknown>): Promise<string> {
  try {
    await run;
    return 'done';
  } catch (error) {
    if (!(error instanceof DomainError)) return 'broken';
    return error.reason === 'rate_limited' ? `limited ${error.details.retryAfter}` : error.reason;
  }
}

async function failing(limits: RateLimits, by: LimitedBy, times: number): Promise<string[]> {
  const outcomes: string[] = [];
  for (let n = 0; n < times; n += 1) outcomes.push(await outcome(limits.run('signIn', by, fails)));
  return outcomes;
}

describe('RateLimits', () => {
  it('given a burst of three, when a fourth try fails, then it is refused until there is a token again', async () => {
    const { limits, time } = createLimits();
    expect(await failing(limits, { user: 'a' }, 4)).toEqual([
      ...['sign_in_failed', 'sign_in_failed', 'sign_in_failed'],
      'limited 60',
    ]);
    time.now += MINUTE - 1;
    expect(await failing(limits, { user: 'a' }, 1)).toEqual(['limited 1']);
    time.now += 1;
    expect(await failing(limits, { user: 'a' }, 2)).toEqual(['sign_in_failed', 'limited 60']);
  });

  it('given an empty bucket, when much time passes, then it holds no more than its burst', async () => {
    const { limits, time } = createLimits();
    await failing(limits, { user: 'a' }, 3);
    time.now += 1000 * MINUTE;
    expect((await failing(limits, { user: 'a' }, 4)).at(-1)).toBe('limited 60');
  });

  it('counts each user, address and action alone', async () => {
    const { limits } = createLimits();
    await failing(limits, { user: 'a' }, 4);
    expect(await failing(limits, { user: 'b' }, 1)).toEqual(['sign_in_failed']);
    expect(await failing(limits, { address: 'a' }, 1)).toEqual(['sign_in_failed']);
    expect(await outcome(limits.run('code', { user: 'a' }, succeeds))).toBe('done');
  });

  it('given many users from one address, then the address is limited, and users are not charged for what is refused', async () => {
    const { limits } = createLimits();
    for (const user of ['a', 'b', 'c', 'd', 'e']) await failing(limits, { user, address: 'x' }, 1);
    expect(await failing(limits, { user: 'f', address: 'x' }, 5)).toEqual(
      Array.from({ length: 5 }, () => 'limited 30'),
    );
    expect(await failing(limits, { user: 'f', address: 'y' }, 3)).toEqual(
      Array.from({ length: 3 }, () => 'sign_in_failed'),
    );
  });

  it('given a user who is limited, then the address pays nothing for it', async () => {
    const { limits } = createLimits();
    await failing(limits, { user: 'a', address: 'x' }, 9);
    expect(await failing(limits, { user: 'b', address: 'x' }, 3)).toEqual([
      ...['sign_in_failed', 'sign_in_failed'],
      'limited 30',
    ]);
  });

  it('costs nothing when it succeeds, or fails for no fault of the caller’s', async () => {
    const { limits } = createLimits();
    const reasons = ['overloaded', 'store_unavailable', 'internal', 'version_conflict', 'key_reused'] as const;
    for (let n = 0; n < 3; n += 1) {
      expect(await limits.run('signIn', { user: 'a' }, succeeds)).toBe('done');
      for (const reason of reasons) {
        const run = limits.run('signIn', { user: 'a' }, () => Promise.reject(new DomainError(reason)));
        expect(await outcome(run)).toBe(reason);
      }
      const broken = limits.run('signIn', { user: 'a' }, () => Promise.reject(new Error('a fault of ours')));
      expect(await outcome(broken)).toBe('broken');
    }
    expect(await failing(limits, { user: 'a' }, 3)).not.toContain('limited 60');
  });

  it('given many at once, then no more are begun than there are tokens', async () => {
    const { limits } = createLimits();
    let begun = 0;
    const run = () =>
      limits.run('signIn', { user: 'a' }, async () => {
        begun += 1;
        await new Promise((resolve) => setImmediate(resolve));
        throw new DomainError('sign_in_failed');
      });
    await Promise.all(Array.from({ length: 50 }, () => outcome(run())));
    expect(begun).toBe(3);
  });

  it('a message costs a token when it is sent, or when there is nobody to send it to', async () => {
    const { limits } = createLimits();
    const send = (work: () => Promise<unknown>) => outcome(limits.run('message', { user: 'a' }, work));
    expect(await send(() => Promise.reject(new DomainError('user_initial')))).toBe('user_initial');
    expect(await send(succeeds)).toBe('done');
    expect(await send(() => Promise.reject(new DomainError('user_not_found')))).toBe('user_not_found');
    expect(await send(succeeds)).toBe('limited 3600');
  });

  it('given several names, then it takes a token of each, or none', async () => {
    const { limits } = createLimits();
    const send = (...user: string[]) => outcome(limits.run('message', { user }, succeeds));
    expect([await send('a', 'b'), await send('a', 'a')]).toEqual(['done', 'limited 3600']);
    expect([await send('a', 'c'), await send('c', 'a'), await send('c')]).toEqual(['done', 'limited 3600', 'done']);
    expect(await send('c')).toBe('limited 3600');
  });

  it('takes a result for a failure where it is told to', async () => {
    const { limits } = createLimits();
    const ask = (status: number) =>
      outcome(
        limits.run(
          'token',
          { address: 'x', user: 'a' },
          async () => status,
          (result) => result >= 400,
        ),
      );
    expect([await ask(401), await ask(200), await ask(200), await ask(400), await ask(200)]).toEqual([
      ...['done', 'done', 'done', 'done'],
      'limited 60',
    ]);
  });

  it('given a clock that jumps back, then nothing is lost and nothing is won', async () => {
    const { limits, time } = createLimits();
    await failing(limits, { user: 'a' }, 3);
    time.now -= 1000 * MINUTE;
    expect(await failing(limits, { user: 'a' }, 1)).toEqual(['limited 60']);
    time.now += MINUTE;
    expect(await failing(limits, { user: 'a' }, 2)).toEqual(['sign_in_failed', 'limited 60']);
  });

  it('given other settings while it runs, then they hold at once', async () => {
    const { limits, settings } = createLimits();
    await failing(limits, { user: 'a' }, 1);
    settings.current = { ...SETTINGS, signIn: { ...SETTINGS.signIn, user: { burst: 1, perHour: 3600 } } };
    expect(await failing(limits, { user: 'a' }, 2)).toEqual(['sign_in_failed', 'limited 1']);
  });

  it('given more names than it remembers, then the memory is bounded and the latest are held', async () => {
    const { limits } = createLimits(100);
    await failing(limits, { user: 'the first' }, 3);
    for (let n = 0; n < 10_000; n += 1) await failing(limits, { user: `user ${n}` }, 1);
    await failing(limits, { user: 'user 9999' }, 2);
    expect(await failing(limits, { user: 'user 9999' }, 1)).toEqual(['limited 60']);
    expect(await failing(limits, { user: 'the first' }, 1)).toEqual(['sign_in_failed']);
  });

  it('asks nothing of what it is not given', async () => {
    const { limits } = createLimits();
    for (let n = 0; n < 20; n += 1)
      expect(await outcome(limits.run('code', { address: null }, fails))).toBe('sign_in_failed');
  });
});

describe('the defaults', () => {
  it('let ten failures through to the lock, and forty tries at once', () => {
    expect(DEFAULT_RATE_LIMITS.signIn.user.burst).toBeGreaterThanOrEqual(40);
  });

  it('let ten guesses an hour through at codes of six digits', () => {
    expect(DEFAULT_RATE_LIMITS.code.user).toEqual({ burst: 10, perHour: 10 });
  });
});

describe('recipient', () => {
  it('is the same for every spelling of an address, and another for a number', () => {
    expect(recipient('email', 'A@Example.com')).toBe(recipient('email', 'a@example.COM'));
    expect(recipient('email', '+41790000000')).not.toBe(recipient('phone', '+41790000000'));
  });

  it.each([
    '+41 79 123 45 67',
    '+41-79-123-45-67',
    'tel:+41791234567',
    '+41791234567;ext=5',
    '+41 (79) 1234567 ext. 5',
  ])('is the same for the number spelled %s', (spelling) => {
    expect(recipient('phone', spelling)).toBe(recipient('phone', '+41791234567'));
    expect(recipient('phone', spelling)).not.toBe(recipient('phone', '+41791234568'));
  });

  it('takes what is no number as it is', () => {
    expect(recipient('phone', 'none')).not.toBe(recipient('phone', 'another'));
  });
});
