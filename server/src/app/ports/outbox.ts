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
  /** How often it was tried in vain. */
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
  /** Tries in vain since the latest success, whatever they were for. */
  readonly failures: number;
  /** Nothing is sent before, in epoch milliseconds. */
  readonly dueAt: number;
  /** When it said that it is gone for good; `null` while it is in use. */
  readonly disabledAt: number | null;
  /** The latest answer that was not a success. */
  readonly answer: string | null;
}

/** What became of deliveries. Everything in it is written in one transaction. */
export interface Settlement {
  readonly delivered: readonly Delivery[];
  /** The delivery counts one try more; it and whatever waits behind it for the same user waits until then. */
  readonly postponed: readonly { readonly delivery: Delivery; readonly dueAt: number }[];
  readonly dead: readonly { readonly delivery: Delivery; readonly answer: string; readonly at: number }[];
  /** As the receiver is now; absent when nothing has changed. */
  readonly state?: Omit<ReceiverState, 'id'>;
}

/** Which deliveries are asked for again. */
export interface ReplayQuery {
  readonly receiver: string;
  readonly organizationId: string;
  readonly types: readonly EventType[];
  /** Events from this time on, in epoch milliseconds; before `until` where it is given. */
  readonly since: number;
  readonly until?: number;
  /** Of this user only. */
  readonly userId?: string;
  readonly now: number;
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
  /** Receivers for which something is due, and which nobody else has claimed; disabled ones too. */
  waiting(holder: string, now: number): Promise<string[]>;
  /**
   * Claims a receiver, or claims it for longer: one process at a time delivers to it.
   *
   * @returns its state; `null` while somebody else has claimed it
   */
  claim(
    receiver: string,
    claim: { readonly holder: string; readonly now: number; readonly until: number },
  ): Promise<ReceiverState | null>;
  release(receiver: string, holder: string): Promise<void>;
  /**
   * What is due for a receiver, by id: of each user a run from the first that waits, none while that one is postponed.
   *
   * @param limit most rows that are looked at; what is under way already counts among them
   */
  due(receiver: string, now: number, limit: number): Promise<Delivery[]>;
  settle(receiver: string, settlement: Settlement): Promise<void>;
  /** By id, those that died latest first. */
  deadLetters(receiver: string, limit: number): Promise<DeadLetter[]>;
  /** Has dead letters of a receiver delivered after all, and opens it if it was disabled. @returns how many */
  retry(receiver: string, now: number): Promise<number>;
  /** Has events of the past delivered, in the order in which they happened. @returns how many */
  replay(query: ReplayQuery): Promise<number>;
  /** Every receiver that ever had something waiting. */
  receivers(): Promise<ReceiverSummary[]>;
  /** Removes letters that died before, at most `limit`; returns how many. */
  pruneDeadLetters(before: number, limit: number): Promise<number>;
}
