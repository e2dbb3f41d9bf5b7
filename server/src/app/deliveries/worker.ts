import { type Outbox, UNTRIED } from '../ports/outbox.ts';
import { Slots } from '../slots.ts';
import { type DeliveryLog, Receiver, type ReceiverOptions } from './receiver.ts';
import { Settler } from './settler.ts';

const INTERVAL = 250;
/** Questions to the database at once, whatever the number of receivers, so that room is left for requests. */
const QUESTIONS = 2;
/** Milliseconds for what is under way when the server stops; what has not ended by then is sent again. */
const GRACE = 1_000;

export interface DeliveryWorkerOptions extends Pick<ReceiverOptions, 'senders' | 'refresh' | 'clock'> {
  readonly outbox: Outbox;
  /** Tells this process from others. */
  readonly holder: string;
  readonly log: DeliveryLog;
  /** From 0 to 1. */
  readonly random?: () => number;
  /** Milliseconds between looks at what others left, and at what is due again; 250 unless given. */
  readonly interval?: number;
}

/**
 * Brings what changes left in the outbox to its receivers: at least once, in the order of each user, never before the
 * change is on disk. Receivers share nothing but the process, and each is delivered to by one process at a time.
 */
export class DeliveryWorker {
  readonly #options: DeliveryWorkerOptions;
  readonly #settler: Settler;
  readonly #outbox: ReceiverOptions['outbox'];
  readonly #receivers = new Map<string, Receiver>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;
  /** What cannot be done with the database now. */
  readonly #failing = new Set<string>();

  constructor(options: DeliveryWorkerOptions) {
    this.#options = options;
    const { outbox, holder } = options;
    this.#outbox = inTurn(outbox);
    this.#settler = new Settler({
      outbox,
      holder,
      onWritten: (id, written) => this.#receivers.get(id)?.written(written),
      onFailure: (error) => this.#note('settling', error),
      onSuccess: () => this.#note('settling', null),
    });
  }

  /** Takes up what waits, and from then on what other processes leave behind. */
  start(): void {
    this.#looking = this.#look();
  }

  /** Something was written for these receivers. */
  tell(receivers: Iterable<string>): void {
    if (!this.#isStopped) for (const id of receivers) this.#receiver(id).wake();
  }

  /**
   * Begins nothing more, lets what is under way end for a while, and writes what became of it. What was cut off is still
   * in the outbox.
   */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
    const receivers = [...this.#receivers.values()];
    await Promise.all(receivers.map((receiver) => receiver.close()));
    const cut = setTimeout(() => this.#stopping.abort(), GRACE);
    await Promise.all(receivers.map((receiver) => receiver.ended()));
    clearTimeout(cut);
    await this.#settler.stop();
    const claimed = receivers.filter((receiver) => receiver.isClaimed).map(({ id }) => id);
    if (claimed.length === 0) return;
    await this.#options.outbox.release(claimed, this.#options.holder).catch((error) => this.#note('releasing', error));
  }

  async #look(): Promise<void> {
    const { outbox, holder, clock } = this.#options;
    try {
      const waiting = await outbox.waiting(holder, clock());
      this.#note('looking', null);
      this.tell(waiting);
      for (const [id, receiver] of this.#receivers) if (receiver.isIdle) this.#receivers.delete(id);
    } catch (error) {
      this.#note('looking', error);
    }
    if (this.#isStopped) return;
    // Processes that were started together should not look together.
    const delay = (this.#options.interval ?? INTERVAL) * (0.75 + this.#random() / 2);
    this.#timer = setTimeout(() => {
      this.#looking = this.#look();
    }, delay).unref();
  }

  #receiver(id: string): Receiver {
    const known = this.#receivers.get(id);
    if (known !== undefined) return known;
    const receiver = new Receiver(
      id,
      { id, ...UNTRIED },
      {
        ...this.#options,
        outbox: this.#outbox,
        settler: this.#settler,
        random: () => this.#random(),
        stopping: this.#stopping.signal,
        onStore: (error) => this.#note('delivering', error),
      },
    );
    this.#receivers.set(id, receiver);
    return receiver;
  }

  #random(): number {
    return (this.#options.random ?? Math.random)();
  }

  /** Once: while the database is away everything fails again and again. */
  #note(what: string, err: unknown): void {
    const { log } = this.#options;
    const wasFailing = this.#failing.size > 0;
    if (err === null) this.#failing.delete(what);
    else this.#failing.add(what);
    const isFailing = this.#failing.size > 0;
    if (isFailing && !wasFailing) log.warn({ err }, 'deliveries wait until the database can be used');
    if (wasFailing && !isFailing) log.info({}, 'deliveries go on');
  }
}

function inTurn(outbox: Outbox): ReceiverOptions['outbox'] {
  const slots = new Slots(QUESTIONS);
  return {
    claim: (...asked) => slots.run(() => outbox.claim(...asked)),
    renew: (...asked) => slots.run(() => outbox.renew(...asked)),
    release: (...asked) => slots.run(() => outbox.release(...asked)),
    due: (...asked) => slots.run(() => outbox.due(...asked)),
    giveUp: (...asked) => slots.run(() => outbox.giveUp(...asked)),
  };
}
