import type { Message } from '../../core/user/commands.ts';
import type { EventType, UserEvent } from '../../core/user/events.ts';

/**
 * What a batch leaves for a receiver. `email` and `sms` receive messages to people; every other receiver is somebody who
 * subscribed to events of an organization.
 */
export interface NewDelivery {
  readonly receiver: string;
  readonly userId: string;
  readonly content: NewContent;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A message, or the number of the user's event that the receiver is told of. */
export type NewContent =
  | { readonly kind: Message['kind']; readonly message: Message }
  | { readonly kind: EventType; readonly sequence: number };

/** What waits for a receiver, with the event it is about. */
export interface Delivery {
  /** Grows within a user and receiver in the order of the changes. */
  readonly id: number;
  readonly receiver: string;
  readonly userId: string;
  readonly content: Content;
  /** When it was accepted, or asked for again, in epoch milliseconds. */
  readonly createdAt: number;
  /** How often it was tried in vain, not counting tries while the receiver as a whole was down. */
  readonly attempts: number;
}

export type Content = { readonly message: Message } | { readonly event: UserEvent };

/** A delivery that was given up, with the last answer of the receiver. */
export interface DeadLetter extends Delivery {
  readonly diedAt: number;
  readonly answer: string;
}

/** How a receiver is doing. */
export interface ReceiverState {
  readonly id: string;
  /** Tries in a row that said that it is down. */
  readonly failures: number;
  /** Nothing is sent before, in epoch milliseconds. */
  readonly dueAt: number;
  /** When it said that it is gone for good; `null` while it is in use. */
  readonly disabledAt: number | null;
  /** Where it was then: at another address it is in use again. */
  readonly disabledAddress: string | null;
  /** The latest answer that was not a success. */
  readonly answer: string | null;
}

/** Nothing is known of a receiver that nothing was brought to. */
export const UNTRIED: Omit<ReceiverState, 'id'> = {
  failures: 0,
  dueAt: 0,
  disabledAt: null,
  disabledAddress: null,
  answer: null,
};

/** A delivery that waits, and whatever waits behind it for the same user with it. */
export interface Postponed {
  readonly delivery: Delivery;
  readonly dueAt: number;
  /** Whether the try counts as one of the delivery's own. */
  readonly counts: boolean;
}

/** What became of deliveries to a receiver. */
export interface Settlement {
  readonly receiver: string;
  readonly delivered: readonly Delivery[];
  readonly postponed: readonly Postponed[];
  readonly dead: readonly { readonly delivery: Delivery; readonly answer: string; readonly at: number }[];
  /** As the receiver is now; absent when nothing has changed. */
  readonly state?: ReceiverState;
}

/** Times are epoch milliseconds. */
export interface Claim {
  /** Tells a process from others. */
  readonly holder: string;
  readonly now: number;
  readonly until: number;
}

export interface DueQuery {
  readonly now: number;
  /** Most deliveries that are read, and most that are looked at. */
  readonly limit: number;
  /** Users of whom there are deliveries under way already. */
  readonly busy: ReadonlySet<string>;
}

export interface DuePage {
  /** Those that became due first; of each user a run from the first that waits, in order. */
  readonly deliveries: readonly Delivery[];
  /** As many as may be were looked at, so that there may be more, even when none of these can be sent now. */
  readonly isFull: boolean;
}

/** Deliveries that are given up without being tried again. */
export interface GivingUp {
  readonly holder: string;
  readonly at: number;
  readonly answer: string;
  /** Only those that were accepted before. */
  readonly createdBefore?: number;
  readonly limit: number;
}

/** Which deliveries are asked for again. */
export interface ReplayQuery {
  readonly receiver: string;
  readonly organizationId: string;
  readonly types: readonly EventType[];
  /** Events from this time on, in epoch milliseconds; before `until` where it is given. */
  readonly since: number;
  readonly until?: number | undefined;
  /** Of this user only. */
  readonly userId?: string | undefined;
  readonly now: number;
}

export interface ReplayPage {
  /** How many deliveries were added. */
  readonly added: number;
  /** Where to go on; `null` at the end. */
  readonly next: string | null;
}

/** A receiver and what it has waiting. */
export interface ReceiverSummary extends ReceiverState {
  readonly waiting: number;
  readonly dead: number;
  /** When the oldest of what waits was accepted, in epoch milliseconds; `null` when nothing waits. */
  readonly oldest: number | null;
}

/** What was written with changes and is yet to leave the server. All methods throw StoreUnavailable. */
export interface Outbox {
  /** Receivers that may be sent to now, have something due, and are claimed by nobody else; disabled ones too. */
  waiting(holder: string, now: number): Promise<string[]>;
  /**
   * Claims a receiver: one process at a time delivers to it. Waits for nobody.
   *
   * @returns its state; `null` while somebody else has claimed it
   */
  claim(receiver: string, claim: Claim): Promise<ReceiverState | null>;
  /** Claims it for longer. @returns whether it was still claimed */
  renew(receiver: string, claim: Claim): Promise<boolean>;
  release(receivers: readonly string[], holder: string): Promise<void>;
  /** What is due for a receiver; nothing of a user whose first delivery is postponed. */
  due(receiver: string, query: DueQuery): Promise<DuePage>;
  /**
   * Writes what became of deliveries, all of it in one transaction. Of receivers that somebody else has claimed
   * meanwhile only what was delivered is written.
   *
   * @returns those receivers
   */
  settle(holder: string, settlements: readonly Settlement[]): Promise<ReadonlySet<string>>;
  /** Makes dead letters of what waits for a receiver, those that are due first; of none without the claim. @returns how many */
  giveUp(receiver: string, which: GivingUp): Promise<number>;
  /** Those that were accepted latest first. */
  deadLetters(receiver: string, limit: number): Promise<DeadLetter[]>;
  /**
   * Has dead letters of a receiver delivered after all, the oldest first, at most `limit`, and opens the receiver if it
   * was disabled. It rests for some seconds as long as there may be more, so that they come in order, and until the claim
   * of whoever holds it is over. Whoever that is has to claim it anew.
   *
   * @returns how many
   */
  retry(receiver: string, now: number, limit: number): Promise<number>;
  /** Has events of the past delivered, in the order in which they happened; looks at `limit` events behind a position. */
  replay(query: ReplayQuery, after: string | null, limit: number): Promise<ReplayPage>;
  /** Every receiver that has something waiting, or ever had anything sent. */
  receivers(): Promise<ReceiverSummary[]>;
  /** Removes letters that died before, at most `limit`; returns how many. */
  pruneDeadLetters(before: number, limit: number): Promise<number>;
}
