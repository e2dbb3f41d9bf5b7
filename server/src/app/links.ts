import type { Clock } from './ports/clock.ts';
import type { Random, Secrets } from './ports/secrets.ts';
import type { Store } from './ports/store.ts';
import { answered } from './users.ts';

/** What a link is for: one user's own details, for as long as who gave it is what it was. */
export interface Link {
  readonly userId: string;
  readonly giver: LinkGiver;
}

/** The client that gave a link, as its dialect will know it again. */
export interface LinkGiver {
  readonly dialect: string;
  readonly organizationId: string;
  readonly clientId: string;
  /** Fingerprint of the secret it had: with another one its links end. */
  readonly credential: string;
}

/** A token as it was found, to be exchanged if nobody else has meanwhile. */
export interface FoundLink {
  readonly link: Link;
  readonly isUsed: boolean;
  readonly key: string;
  readonly stored: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** A visit that a link has opened. */
export interface Visit {
  readonly link: Link;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface LinksOptions {
  readonly store: Pick<Store, 'shortLived' | 'replaceShortLived'>;
  readonly secrets: Pick<Secrets, 'secretDigest'>;
  readonly random: Pick<Random, 'hex'>;
  readonly clock: Clock;
}

/** Milliseconds until a link must have been opened. */
export const LINK_LIFETIME = 10 * 60 * 1000;
/** Milliseconds that a visit may take. */
export const VISIT_LIFETIME = 30 * 60 * 1000;

/** Bytes of randomness of a token and of the key of a visit. */
const STRENGTH = 32;
const SECRET = /^[0-9a-f]{64}$/;

interface StoredLink extends Visit {
  readonly isUsed: boolean;
}

/**
 * Links of all processes on the database. A token opens one visit and nothing else; both are known by a digest only, so
 * nobody who reads the database can use them.
 */
export class Links {
  readonly #options: LinksOptions;

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /** @returns the token */
  async give(link: Link): Promise<string> {
    const { random, clock } = this.#options;
    const token = random.hex(STRENGTH);
    const stored: StoredLink = { link, isUsed: false, expiresAt: clock() + LINK_LIFETIME };
    await this.#add(this.#linkKey(token), stored);
    return token;
  }

  /** @returns `null` for a token that there is not, or no longer; a used one is found until it would have expired */
  async find(token: string): Promise<FoundLink | null> {
    if (!SECRET.test(token)) return null;
    const { store, clock } = this.#options;
    const key = this.#linkKey(token);
    const stored = await answered(store.shortLived(key, clock()));
    return stored === null ? null : { ...(JSON.parse(stored) as StoredLink), key, stored };
  }

  /**
   * Uses the token up.
   *
   * @returns the key of the visit; `null` when somebody else was first
   */
  async open({ link, key, stored, isUsed, expiresAt }: FoundLink): Promise<string | null> {
    if (isUsed) return null;
    const { store, random, clock } = this.#options;
    const value = JSON.stringify({ link, isUsed: true, expiresAt } satisfies StoredLink);
    const change = { before: stored, value, expiresAt, now: clock() };
    if (!(await answered(store.replaceShortLived(key, change)))) return null;
    const visitKey = random.hex(STRENGTH);
    await this.#add(this.#visitKey(visitKey), { link, expiresAt: clock() + VISIT_LIFETIME });
    return visitKey;
  }

  async visit(visitKey: string): Promise<Visit | null> {
    if (!SECRET.test(visitKey)) return null;
    const { store, clock } = this.#options;
    const stored = await answered(store.shortLived(this.#visitKey(visitKey), clock()));
    return stored === null ? null : (JSON.parse(stored) as Visit | null);
  }

  async end(visitKey: string): Promise<void> {
    const { store, clock } = this.#options;
    const key = this.#visitKey(visitKey);
    const now = clock();
    const before = await answered(store.shortLived(key, now));
    if (before !== null) await answered(store.replaceShortLived(key, { before, value: 'null', expiresAt: now, now }));
  }

  /** What a form of the visit must bring back, as no other site can know it. */
  formToken(visitKey: string): string {
    return this.#options.secrets.secretDigest('link form', visitKey);
  }

  async #add(key: string, stored: Visit): Promise<void> {
    const { store, clock } = this.#options;
    const change = { before: null, value: JSON.stringify(stored), expiresAt: stored.expiresAt, now: clock() };
    if (!(await answered(store.replaceShortLived(key, change)))) throw new Error('two secrets are the same');
  }

  #linkKey(token: string): string {
    return `link:${this.#options.secrets.secretDigest('link token', token)}`;
  }

  #visitKey(visitKey: string): string {
    return `visit:${this.#options.secrets.secretDigest('link visit', visitKey)}`;
  }
}
