/** A bucket of tokens: so many at once, then so many an hour. */
export interface RateLimit {
  readonly burst: number;
  readonly perHour: number;
}

/** For each user, recipient or client that an action is about, and for each block of addresses it comes from. */
export interface RateLimitPair {
  readonly user: RateLimit;
  readonly address: RateLimit;
}

/** What is limited. Tries (of passwords, codes and the secrets of clients) count when they fail, messages always. */
export interface RateLimitSettings {
  readonly signIn: RateLimitPair;
  readonly code: RateLimitPair;
  readonly message: RateLimitPair;
  /** Not for each client: whoever knows its name could keep it out. */
  readonly token: Pick<RateLimitPair, 'address'>;
}

export type LimitedAction = keyof RateLimitSettings;

/**
 * Far above what people do, also when many of them share an address: what stops guessing are the five tries of a code,
 * and the lock of a user where the policy has one. These slow it down where there is none, and keep one caller from making
 * others wait and from filling somebody's mailbox. Only codes of six digits need more: whoever may always ask for another
 * must not go on guessing.
 */
export const DEFAULT_RATE_LIMITS: RateLimitSettings = {
  signIn: { user: { burst: 50, perHour: 360 }, address: { burst: 300, perHour: 3600 } },
  code: { user: { burst: 10, perHour: 10 }, address: { burst: 300, perHour: 3600 } },
  message: { user: { burst: 10, perHour: 10 }, address: { burst: 200, perHour: 1200 } },
  token: { address: { burst: 300, perHour: 3600 } },
};
