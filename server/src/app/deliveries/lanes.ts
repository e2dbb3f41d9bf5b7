import type { Delivery } from '../ports/outbox.ts';

/** Deliveries of one user to one receiver. */
interface Lane {
  /** Not tried yet, in their order. */
  readonly waiting: Delivery[];
  isSending: boolean;
  /** Ended, but not written yet: the outbox still has them. */
  unwritten: number;
}

/**
 * What is loaded of one receiver: of each user one delivery under way, the others behind it. A user leaves when all of
 * theirs is written, so that nothing is loaded twice.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  /** Users who have something to send and nothing under way. */
  readonly #ready: string[] = [];
  #waiting = 0;
  #sending = 0;

  /** Deliveries that are not tried yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Deliveries under way. */
  get sending(): number {
    return this.#sending;
  }

  /** Users of whom anything is loaded. */
  get users(): ReadonlySet<string> {
    return new Set(this.#lanes.keys());
  }

  /** Users who are not loaded yet; in the order of each. */
  add(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      const lane = this.#lanes.get(delivery.userId);
      this.#waiting += 1;
      if (lane !== undefined) {
        lane.waiting.push(delivery);
        continue;
      }
      this.#lanes.set(delivery.userId, { waiting: [delivery], isSending: false, unwritten: 0 });
      this.#ready.push(delivery.userId);
    }
  }

  /** The next that can be sent, which is under way then. */
  take(): Delivery | undefined {
    for (;;) {
      const userId = this.#ready.shift();
      if (userId === undefined) return undefined;
      const lane = this.#lanes.get(userId);
      const delivery = lane?.waiting.shift();
      if (lane === undefined || delivery === undefined) continue;
      lane.isSending = true;
      this.#waiting -= 1;
      this.#sending += 1;
      return delivery;
    }
  }

  /** What was under way has ended; the next of the user may follow it, or has to wait as well. */
  ended({ userId }: Delivery, next: 'may follow' | 'waits'): void {
    const lane = this.#lanes.get(userId);
    if (lane === undefined) return;
    lane.isSending = false;
    lane.unwritten += 1;
    this.#sending -= 1;
    if (next === 'waits') this.#waiting -= lane.waiting.splice(0).length;
    if (lane.waiting.length > 0) this.#ready.push(userId);
  }

  /** What had ended is written. */
  written({ userId }: Delivery): void {
    const lane = this.#lanes.get(userId);
    if (lane === undefined) return;
    lane.unwritten -= 1;
    this.#leave(userId, lane);
  }

  /** What is not under way is left to be loaded again. */
  unload(): void {
    this.#ready.splice(0);
    this.#waiting = 0;
    for (const [userId, lane] of this.#lanes) {
      lane.waiting.splice(0);
      this.#leave(userId, lane);
    }
  }

  #leave(userId: string, lane: Lane): void {
    if (lane.waiting.length === 0 && !lane.isSending && lane.unwritten === 0) this.#lanes.delete(userId);
  }
}
