import type { Clock } from './ports/clock.ts';
import type { Secrets } from './ports/secrets.ts';
import type { Store } from './ports/store.ts';
import { answered } from './users.ts';

/** A sign-in that waits for somebody who is signed in to approve it. Times are epoch milliseconds. */
export interface Pairing {
  /** What it is known by: whoever knows it may collect what was approved. */
  readonly code: string;
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly status: 'new' | 'approved' | 'consumed';
  readonly approvedAt: number | null;
  readonly expiresAt: number;
  /** The user who began it, and alone may approve it; `null` when nobody was signed in. */
  readonly startedBy: string | null;
  /** The device that began it, and alone may collect; `null` when any may. */
  readonly deviceId: string | null;
  /** Who approved it, and in which session. */
  readonly approval: Approval | null;
  /** What the dialect shows with it. */
  readonly shown: string | null;
}

export interface Approval {
  readonly userId: string;
  readonly sessionId: string;
}

export type NewPairing = Pick<Pairing, 'code' | 'startedBy' | 'deviceId' | 'shown'>;

/** A pairing as it was found, to be changed if nobody else has meanwhile. */
export interface FoundPairing {
  readonly pairing: Pairing;
  readonly key: string;
  readonly stored: string;
}

export interface PairingsOptions {
  readonly store: Pick<Store, 'shortLived' | 'replaceShortLived'>;
  readonly secrets: Pick<Secrets, 'seal' | 'open' | 'secretDigest'>;
  readonly clock: Clock;
}

/** Time to collect what was approved, in milliseconds. */
const APPROVED_LIFETIME = 60 * 1000;

/**
 * Pairings of all processes on the database. They are kept under a digest of their code and sealed, so that nobody who
 * reads the database can collect one.
 */
export class Pairings {
  readonly #options: PairingsOptions;

  constructor(options: PairingsOptions) {
    this.#options = options;
  }

  /**
   * @param scope tells apart codes of different kinds
   * @param lifetime in milliseconds
   * @returns `null` when the code is another pairing's
   */
  async start(scope: string, wanted: NewPairing, lifetime: number): Promise<Pairing | null> {
    const pairing: Pairing = {
      ...wanted,
      version: 1,
      status: 'new',
      approvedAt: null,
      expiresAt: this.#options.clock() + lifetime,
      approval: null,
    };
    return (await this.#replace(this.#keyOf(scope, wanted.code), null, pairing)) ? pairing : null;
  }

  /** @returns `null` for one that there is not, or no longer */
  async find(scope: string, code: string): Promise<FoundPairing | null> {
    const { store, secrets, clock } = this.#options;
    const key = this.#keyOf(scope, code);
    const stored = await answered(store.shortLived(key, clock()));
    return stored === null ? null : { pairing: JSON.parse(secrets.open(stored)) as Pairing, key, stored };
  }

  /** @returns `null` when it has changed since it was found */
  approve(found: FoundPairing, approval: Approval): Promise<Pairing | null> {
    const approvedAt = this.#options.clock();
    const expiresAt = Math.max(found.pairing.expiresAt, approvedAt + APPROVED_LIFETIME);
    return this.#change(found, { status: 'approved', approval, approvedAt, expiresAt });
  }

  /** @returns `null` when it has changed since it was found */
  consume(found: FoundPairing): Promise<Pairing | null> {
    return this.#change(found, { status: 'consumed' });
  }

  async #change({ pairing, key, stored }: FoundPairing, changes: Partial<Pairing>): Promise<Pairing | null> {
    const after = { ...pairing, ...changes, version: pairing.version + 1 };
    return (await this.#replace(key, stored, after)) ? after : null;
  }

  #replace(key: string, before: string | null, pairing: Pairing): Promise<boolean> {
    const { store, secrets, clock } = this.#options;
    const value = secrets.seal(JSON.stringify(pairing));
    return answered(store.replaceShortLived(key, { before, value, expiresAt: pairing.expiresAt, now: clock() }));
  }

  #keyOf(scope: string, code: string): string {
    return `pairing:${this.#options.secrets.secretDigest('pairing', JSON.stringify([scope, code]))}`;
  }
}
