import type { Delivery, Outbox, ReceiverState, Settlement } from '../ports/outbox.ts';
import { StoreUnavailable } from '../ports/store.ts';

/** Milliseconds in which what ends is gathered for one transaction. */
const GATHERING = 40;
/** Milliseconds until what could not be written is written again. */
const PAUSE = 250;

export type Ends = Pick<Settlement, 'delivered' | 'postponed' | 'dead'>;

/** What ended lately of one receiver. */
interface Gathered {
  readonly delivered: Settlement['delivered'][number][];
  readonly postponed: Settlement['postponed'][number][];
  readonly dead: Settlement['dead'][number][];
  state?: ReceiverState;
}

/** What was written of one receiver. */
export interface Written {
  readonly deliveries: readonly Delivery[];
  /** Whether the receiver was still ours. */
  readonly isHeld: boolean;
}

export interface SettlerOptions {
  readonly outbox: Pick<Outbox, 'settle'>;
  readonly holder: string;
  readonly onWritten: (receiver: string, written: Written) => void;
  /** Told of every time that something could not be written. */
  readonly onFailure: (error: unknown) => void;
  /** Told of every time that all could be. */
  readonly onSuccess: () => void;
}

/**
 * Writes what became of deliveries, many in one transaction. While the database is away it is kept, and written when it
 * is back.
 */
export class Settler {
  readonly #options: SettlerOptions;
  #gathered = new Map<string, Gathered>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<boolean> | null = null;
  #stopped = false;

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** @param state how the receiver is now, when that has changed */
  add(receiver: string, ends: Ends, state: ReceiverState | null): void {
    const gathered = this.#of(receiver);
    gathered.delivered.push(...ends.delivered);
    gathered.postponed.push(...ends.postponed);
    gathered.dead.push(...ends.dead);
    if (state !== null) gathered.state = state;
    this.#schedule(GATHERING);
  }

  /** Writes what there is, once: what cannot be written stays in the outbox and is sent again. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#writing;
    if (this.#gathered.size > 0) await this.#write();
  }

  #of(receiver: string): Gathered {
    const known = this.#gathered.get(receiver);
    if (known !== undefined) return known;
    const gathered: Gathered = { delivered: [], postponed: [], dead: [] };
    this.#gathered.set(receiver, gathered);
    return gathered;
  }

  #schedule(delay: number): void {
    if (this.#timer !== undefined || this.#writing !== null || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write();
      void this.#writing.then((isWritten) => {
        this.#writing = null;
        if (this.#gathered.size > 0) this.#schedule(isWritten ? GATHERING : PAUSE);
      });
    }, delay);
  }

  /** @returns whether all of it is written; what is not is kept */
  async #write(): Promise<boolean> {
    const all = this.#gathered;
    this.#gathered = new Map();
    const error = await this.#settle(all);
    const isWritten = error === null || (await this.#recover(all, error));
    if (isWritten) this.#options.onSuccess();
    return isWritten;
  }

  /** What is wrong with that of one receiver holds up no other. @returns whether all of it is written after all */
  async #recover(all: ReadonlyMap<string, Gathered>, error: unknown): Promise<boolean> {
    if (error instanceof StoreUnavailable || all.size === 1) {
      this.#options.onFailure(error);
      this.#keep(all);
      return false;
    }
    let isWritten = true;
    for (const one of all) {
      const alone = new Map([one]);
      const failure = await this.#settle(alone);
      if (failure !== null) isWritten = await this.#recover(alone, failure);
    }
    return isWritten;
  }

  /** In one transaction. @returns why it failed; `null` when it is on disk */
  async #settle(all: ReadonlyMap<string, Gathered>): Promise<unknown> {
    const settlements = [...all].map(([receiver, gathered]) => ({ receiver, ...gathered }));
    try {
      const lost = await this.#options.outbox.settle(this.#options.holder, settlements);
      for (const [receiver, { delivered, postponed, dead }] of all) {
        const deliveries = [...delivered, ...[...postponed, ...dead].map(({ delivery }) => delivery)];
        this.#options.onWritten(receiver, { deliveries, isHeld: !lost.has(receiver) });
      }
      return null;
    } catch (error) {
      return error;
    }
  }

  /** Before what ended meanwhile. */
  #keep(all: ReadonlyMap<string, Gathered>): void {
    for (const [receiver, { delivered, postponed, dead, state }] of all) {
      const gathered = this.#of(receiver);
      gathered.delivered.unshift(...delivered);
      gathered.postponed.unshift(...postponed);
      gathered.dead.unshift(...dead);
      if (state !== undefined) gathered.state ??= state;
    }
  }
}
