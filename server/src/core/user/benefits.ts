/** What ties a user to a partner that grants benefits. Times are epoch milliseconds. */
export interface BenefitEnrolment {
  readonly partner: string;
  /** The id by which the partner named the user. */
  readonly knownAs: string;
  readonly state: 'requested' | 'enrolled' | 'cancelled';
  /** When it came to this state; a request that is made anew begins anew. */
  readonly since: number;
  /** `null` unless the user is enrolled, and where the partner gives no offers. */
  readonly offer: ActiveOffer | null;
  /** Digest of the key under which the enrolment was requested, as long as that request stands. */
  readonly requestKey: string | null;
}

export interface ActiveOffer {
  readonly name: string;
  readonly since: number;
  /** Names of benefits in place of those that the offer begins with; `null` as long as nothing else was chosen. */
  readonly chosen: readonly string[] | null;
  /** The latest choice. Its time may have passed: then it is what the user has. */
  readonly swap: BenefitSwap | null;
}

/** Benefits, by their names, that begin and end at one time. */
export interface BenefitSwap {
  readonly at: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What an offer consists of; the partner says so in its settings. */
export interface OfferTerms {
  readonly name: string;
  readonly benefits: readonly {
    readonly name: string;
    /** The user has it from the start; any other can be chosen. */
    readonly isIncluded: boolean;
  }[];
}

/** Names of the benefits that the user has at a time, as the offer lists them. */
export function benefitsAt(now: number, { chosen, swap }: ActiveOffer, { benefits }: OfferTerms): string[] {
  const due = swap !== null && swap.at <= now ? swap : null;
  return benefits
    .filter(({ name, isIncluded }) => {
      if (due?.added.includes(name)) return true;
      if (due?.removed.includes(name)) return false;
      return chosen === null ? isIncluded : chosen.includes(name);
    })
    .map(({ name }) => name);
}

/** The choice whose time is yet to come. */
export function pendingSwap(now: number, { swap }: ActiveOffer): BenefitSwap | null {
  return swap !== null && now < swap.at ? swap : null;
}

/** Benefits are swapped where months meet, in UTC. */
export function nextSwap(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
