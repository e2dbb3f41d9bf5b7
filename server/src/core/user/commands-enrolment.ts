import type { OfferTerms } from './benefits.ts';

/** What is asked about the user's enrolment with a partner, which knows the user by `knownAs`. */
export type EnrolmentChange = { readonly partner: string; readonly knownAs: string } & (
  | RequestEnrolment
  | Enrol
  | MoveOffer
  | CancelEnrolment
);

/** The user is to be enrolled once it has registered; a request before it ends. */
export interface RequestEnrolment {
  readonly step: 'request';
  /** Digest of the key that the request was made under, if any. No two requests that stand have the same. */
  readonly key: string | null;
}

export interface Enrol {
  readonly step: 'enrol';
  /** Name of the offer that becomes active at once; `null` for none. */
  readonly offer: string | null;
}

/** Moves the user to another offer at once, chooses benefits for the next swap, or both in this order. */
export interface MoveOffer {
  readonly step: 'move';
  /** All offers of the partner, from the lowest to the highest. */
  readonly offers: readonly OfferTerms[];
  /** Name of one of them; absent to keep the one the user has. Who has none is enrolled with it. */
  readonly offer?: string;
  /** Names of all benefits that the user is to have from the next swap on; absent to choose none. */
  readonly benefits?: readonly string[];
}

export interface CancelEnrolment {
  readonly step: 'cancel';
}
