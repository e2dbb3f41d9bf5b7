import type { Delivery } from './outbox.ts';

/** Brings deliveries to one receiver. */
export interface Sender {
  /**
   * Tries once. Never throws for what the receiver does or does not do.
   *
   * @param signal aborts when the server stops; what is under way then counts as not sent
   */
  send(delivery: Delivery, signal: AbortSignal): Promise<Outcome>;
  /** Most deliveries under way at once, of different users. */
  readonly concurrency: number;
  /** Where it sends to, without secrets: a receiver that was gone is tried again at another address. */
  readonly address?: string;
}

/**
 * How a try ended. `answer` is what the receiver said, in a line for the operator: no secrets, no contents. One that ended
 * before the receiver was asked for anything is `untried`: it says nothing of how that is doing.
 */
export type Outcome = Ended & { readonly untried?: true };

type Ended =
  | { readonly type: 'delivered' }
  /** Worth trying again. */
  | {
      readonly type: 'failed';
      readonly answer: string;
      /** The receiver as a whole did not answer, or said that it cannot: others would fare no better. */
      readonly isDown: boolean;
      /** Milliseconds that the receiver asked to wait. */
      readonly retryAfter?: number;
    }
  /** Never worth trying again, such as a mailbox that does not exist. */
  | { readonly type: 'refused'; readonly answer: string }
  /** The receiver wants nothing any more. */
  | { readonly type: 'gone'; readonly answer: string };

/** Who brings deliveries to a receiver now; `null` for one that is not configured any more. */
export type Senders = (receiver: string) => Sender | null;
