import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { DomainError, type ErrorCode } from '../core/errors.ts';
import { emailKey } from '../core/values/email.ts';
import { parsePhone } from '../core/values/phone.ts';
import type { LimitedAction, RateLimit, RateLimitPair, RateLimitSettings } from '../core/values/rate-limits.ts';
import type { Clock } from './ports/clock.ts';

/** Buckets remembered, some 20 MB of them; those that were not touched longest are forgotten, and so full again. */
const MAX_BUCKETS = 100_000;
const HOUR = 60 * 60 * 1000;

/** Whom an action is about and where it comes from, as far as either is to be limited. */
export interface LimitedBy {
  /** The same text for the same user or recipient, however it is spelled. */
  readonly user?: string | readonly string[];
  /** The block of addresses, or who calls where callers are known; `null` where it is not known. */
  readonly address?: string | null;
}

interface Bucket {
  tokens: number;
  /** When they were counted, in epoch milliseconds. */
  at: number;
}

/** What is our own trouble, or shows that the same request was good before, is nobody's failed try. */
const NO_TRY: ReadonlySet<ErrorCode> = new Set(['unavailable', 'internal', 'version_conflict', 'key_reused']);

/** Holds callers to token buckets. What it knows is this process's alone, and ends with it. */
export class RateLimits {
  readonly #settings: () => RateLimitSettings;
  readonly #clock: Clock;
  readonly #buckets: LRUCache<string, Bucket>;

  /** @param settings the limits as they are now; asked at every use */
  constructor(settings: () => RateLimitSettings, clock: Clock, maxBuckets: number = MAX_BUCKETS) {
    this.#settings = settings;
    this.#clock = clock;
    this.#buckets = new LRUCache({ max: maxBuckets });
  }

  /**
   * Does something limited. It costs a token from the start, so that many at once are held too; of a try that succeeds,
   * or that fails for no fault of the caller's, the token is given back. A message that goes out has cost it.
   *
   * @param costs tells a result that costs its token, such as one that is a refusal
   * @throws DomainError `rate_limited` with `retryAfter`, before the work is begun; and what the work throws
   */
  async run<T>(
    action: LimitedAction,
    by: LimitedBy,
    work: () => Promise<T>,
    costs: (result: T) => boolean = action === 'message' ? always : never,
  ): Promise<T> {
    const taken = this.#take(action, by);
    let counts = false;
    try {
      const result = await work();
      counts = costs(result);
      return result;
    } catch (error) {
      counts = error instanceof DomainError && isCounted(action, error.code);
      throw error;
    } finally {
      if (!counts) giveBack(taken);
    }
  }

  /** Takes a token of each bucket, or none. The address comes first: nobody can fill the memory with names from one. */
  #take(action: LimitedAction, { user, address }: LimitedBy): Bucket[] {
    const limits: Partial<RateLimitPair> = this.#settings()[action];
    const wanted: [string, RateLimit | undefined][] = [];
    if (typeof address === 'string') wanted.push([`${action} from ${address}`, limits.address]);
    // Names may be long, and are nobody's to keep.
    for (const name of [user ?? []].flat()) {
      wanted.push([`${action} about ${hash('sha256', name, 'base64url')}`, limits.user]);
    }
    const taken: Bucket[] = [];
    for (const [key, limit] of wanted) {
      if (limit === undefined) continue;
      const bucket = this.#bucket(key, limit);
      if (bucket.tokens < 1) {
        const retryAfter = secondsUntilToken(bucket, limit);
        giveBack(taken);
        throw new DomainError('rate_limited', { retryAfter });
      }
      bucket.tokens -= 1;
      taken.push(bucket);
    }
    return taken;
  }

  /** The bucket as it is now. A clock that jumps back takes nothing away. */
  #bucket(key: string, { burst, perHour }: RateLimit): Bucket {
    const now = this.#clock();
    const known = this.#buckets.get(key);
    if (known === undefined) {
      const full = { tokens: burst, at: now };
      this.#buckets.set(key, full);
      return full;
    }
    const gained = (Math.max(0, now - known.at) / HOUR) * perHour;
    known.tokens = Math.min(burst, known.tokens + gained);
    known.at = now;
    return known;
  }
}

/** A message that is not sent costs nothing, but for who tries whom there is. */
function isCounted(action: LimitedAction, refusal: ErrorCode): boolean {
  return action === 'message' ? refusal === 'not_found' : !NO_TRY.has(refusal);
}

/** Name of a recipient of messages, the same for all organizations and spellings. */
export function recipient(contact: 'email' | 'phone', value: string): string {
  return `${contact} ${contact === 'email' ? emailKey(value) : (parsePhone(value) ?? value)}`;
}

/** More than a bucket holds is cut off when it is next looked at. */
function giveBack(taken: readonly Bucket[]): void {
  for (const bucket of taken) bucket.tokens += 1;
}

function secondsUntilToken({ tokens }: Bucket, { perHour }: RateLimit): number {
  return Math.max(1, Math.ceil(((1 - tokens) / perHour) * 3600));
}

function always(): boolean {
  return true;
}

function never(): boolean {
  return false;
}
