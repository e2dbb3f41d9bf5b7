import type { Clock } from '../ports/clock.ts';
import type { Delivery, Outbox, ReceiverState } from '../ports/outbox.ts';
import type { Outcome, Sender, Senders } from '../ports/sender.ts';
import { Lanes } from './lanes.ts';
import { LIFETIME } from './policy.ts';
import type { Settler, Written } from './settler.ts';
import { isDown, judge } from './verdict.ts';

/** Milliseconds for which a receiver is claimed; claimed anew when half of it is over. */
const CLAIM = 5_000;
/** Milliseconds for which a receiver that another process has claimed is not asked for again. */
const CLAIMED_ELSEWHERE = 200;
/** Most deliveries that are loaded and not tried yet. */
const LOADED = 256;
/** Deliveries that are given up in one transaction. */
const GIVEN_UP = 500;
/** Milliseconds after which a try is over, whatever the sender does. */
const LONGEST_TRY = 60_000;
const UNKNOWN = 'no such receiver';
/** Senders throw for what is ours alone, before they send anything. */
const NOT_TRIED = {
  type: 'failed',
  answer: 'it could not be tried: see the log of the server',
  isDown: false,
  untried: true,
} as const;

export interface ReceiverOptions {
  readonly outbox: Pick<Outbox, 'claim' | 'renew' | 'release' | 'due' | 'giveUp'>;
  readonly senders: Senders;
  /** Brings what senders are made from to what the database says now. */
  readonly refresh: () => Promise<void>;
  readonly settler: Settler;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly holder: string;
  /** Aborts what is under way when the server stops. */
  readonly stopping: AbortSignal;
  readonly log: DeliveryLog;
  /** Told of every time that the database could not be used; of `null` when it could. */
  readonly onStore: (error: unknown) => void;
}

export interface DeliveryLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Brings what waits for one receiver to it, in the order of each user, as long as this process has claimed it. */
export class Receiver {
  readonly id: string;
  readonly #options: ReceiverOptions;
  readonly #lanes = new Lanes();
  /** Until when it is ours, in epoch milliseconds. */
  #claimedUntil = 0;
  /** Until when it is left to another process, in epoch milliseconds. */
  #leftUntil = 0;
  #state: ReceiverState;
  /** How often the receiver was found to be down; tells what began before. */
  #downs = 0;
  #round: Promise<void> | null = null;
  readonly #underWay = new Set<Promise<void>>();
  #asked = false;
  #mayHaveMore = false;
  #closed = false;

  constructor(id: string, state: ReceiverState, options: ReceiverOptions) {
    this.id = id;
    this.#state = state;
    this.#options = options;
  }

  /** Whether it was claimed at the latest look. */
  get isClaimed(): boolean {
    return this.#claimedUntil > this.#options.clock();
  }

  /** Nothing of it is in memory. */
  get isIdle(): boolean {
    return this.#round === null && this.#lanes.users.size === 0 && !this.isClaimed;
  }

  /** Looks for what is due. */
  wake(): void {
    this.#mayHaveMore = true;
    this.#ask();
  }

  /** What had ended is on disk. */
  written({ deliveries, isHeld }: Written): void {
    for (const delivery of deliveries) this.#lanes.written(delivery);
    if (!isHeld) this.#lose();
    if (this.#mayHaveMore && this.#lanes.waiting <= LOADED / 2) this.#ask();
  }

  #ask(): void {
    this.#asked = true;
    if (this.#round !== null || this.#closed) return;
    this.#round = this.#work().finally(() => {
      this.#round = null;
      if (this.#asked) this.#ask();
    });
  }

  /** Begins nothing any more; resolves when nothing is read or given up. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#lanes.unload();
    await this.#round;
  }

  /** Resolves when nothing is under way. */
  async ended(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #work(): Promise<void> {
    while (this.#asked && !this.#closed) {
      this.#asked = false;
      try {
        await this.#look();
        this.#options.onStore(null);
      } catch (error) {
        this.#options.onStore(error);
        return;
      }
    }
  }

  async #look(): Promise<void> {
    if (!(await this.#claim()) || this.#closed) return;
    const sender = await this.#sender();
    if (sender === null) return this.#giveUpAll(UNKNOWN);
    this.#openAtNewAddress(sender);
    if (this.#state.disabledAt !== null) return this.#giveUpAll(this.#state.answer ?? '');
    await this.#load(sender);
    this.#send(sender);
  }

  /** Who is not known here may have been added by another process. */
  async #sender(): Promise<Sender | null> {
    const { senders, refresh } = this.#options;
    const known = senders(this.id);
    if (known !== null) return known;
    await refresh();
    return senders(this.id);
  }

  /** @returns whether the receiver is ours */
  async #claim(): Promise<boolean> {
    const { outbox, holder, clock } = this.#options;
    const now = clock();
    if (this.#claimedUntil - now > CLAIM / 2) return true;
    if (now < this.#leftUntil) return false;
    const claim = { holder, now, until: now + CLAIM };
    // What is known of a receiver that was ours all the time may not be written yet.
    if (this.isClaimed && (await outbox.renew(this.id, claim))) {
      this.#claimedUntil = claim.until;
      return true;
    }
    this.#lose();
    const state = await outbox.claim(this.id, claim);
    if (state === null) {
      this.#leftUntil = now + CLAIMED_ELSEWHERE;
      return false;
    }
    this.#claimedUntil = claim.until;
    this.#state = state;
    return true;
  }

  #lose(): void {
    this.#claimedUntil = 0;
    this.#lanes.unload();
  }

  #openAtNewAddress({ address }: Sender): void {
    const { disabledAt, disabledAddress } = this.#state;
    if (disabledAt === null || address === undefined || disabledAddress === address) return;
    this.#options.log.info({ receiver: this.id }, 'a receiver is in use again, at another address');
    this.#state = { ...this.#state, failures: 0, dueAt: 0, disabledAt: null, disabledAddress: null };
    this.#options.settler.add(this.id, { delivered: [], postponed: [], dead: [] }, this.#state);
  }

  /** Nobody can be sent to. Who looks next claims the receiver anew, and sees whether that has changed. */
  async #giveUpAll(answer: string): Promise<void> {
    this.#lanes.unload();
    // What ended is written first, as that needs the claim; then this is asked again.
    this.#mayHaveMore = true;
    if (this.#lanes.users.size > 0) return;
    await this.#giveUp(answer);
    this.#lose();
    await this.#options.outbox.release([this.id], this.#options.holder);
  }

  /** Makes dead letters of all that waits, or of what waits for too long. */
  async #giveUp(answer: string, createdBefore?: number): Promise<void> {
    const { outbox, holder, clock, log } = this.#options;
    this.#lanes.unload();
    let count = 0;
    for (let more = GIVEN_UP; more === GIVEN_UP && !this.#closed; count += more) {
      const which = { holder, at: clock(), answer, limit: GIVEN_UP };
      more = await outbox.giveUp(this.id, createdBefore === undefined ? which : { ...which, createdBefore });
    }
    if (count > 0) log.warn({ receiver: this.id, count, answer }, 'deliveries were given up');
  }

  async #load({ concurrency }: Sender): Promise<void> {
    const { outbox, clock } = this.#options;
    const now = clock();
    if (this.#state.dueAt > now || this.#lanes.waiting > LOADED / 2 || !this.#mayHaveMore) return;
    const busy = this.#lanes.users;
    const downs = this.#downs;
    const limit = Math.max(LOADED - this.#lanes.waiting, concurrency);
    this.#mayHaveMore = false;
    const { deliveries, isFull } = await outbox.due(this.id, { now, limit, busy });
    this.#mayHaveMore ||= isFull || deliveries.length > 0 || busy.size > 0;
    // Nobody can be sent to any more, or by us.
    if (this.#downs !== downs || this.#state.disabledAt !== null || !this.isClaimed || this.#closed) return;
    this.#lanes.add(deliveries);
    if (isFull && deliveries.length === 0) this.#asked = true;
  }

  #send(sender: Sender): void {
    if (this.#state.disabledAt !== null) return;
    const most = isDown(this.#state) ? 1 : sender.concurrency;
    while (this.#lanes.sending < most && this.isClaimed && !this.#closed) {
      const delivery = this.#lanes.take();
      if (delivery === undefined) return;
      this.#keep(this.#try(sender, delivery));
    }
  }

  #keep(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.then(() => this.#underWay.delete(work));
  }

  async #try(sender: Sender, delivery: Delivery): Promise<void> {
    const { stopping, clock, random } = this.#options;
    const downs = this.#downs;
    // Of now: by the time of the answer the settings may name another.
    const address = sender.address ?? null;
    const outcome = await this.#outcome(sender, delivery);
    if (stopping.aborted && outcome.type !== 'delivered') return this.#lanes.ended(delivery, 'waits');
    const made = { delivery, outcome, isLate: downs !== this.#downs, address, now: clock(), random: random() };
    const before = this.#state;
    const { state, ...ends } = judge(before, made);
    this.#state = state;
    this.#lanes.ended(delivery, ends.postponed.length > 0 ? 'waits' : 'may follow');
    this.#options.settler.add(this.id, ends, state === before ? null : state);
    this.#note(before, delivery, outcome);
    if (outcome.type === 'failed' && state.dueAt !== before.dueAt && isDown(state)) this.#isDown(outcome.answer);
    // The rest is given up once that is written.
    else if (state.disabledAt !== null) this.#mayHaveMore = true;
    else this.#goOn();
  }

  /** Never rejects, and always ends. */
  async #outcome(sender: Sender, delivery: Delivery): Promise<Outcome> {
    const late = Promise.withResolvers<Outcome>();
    const ending = new AbortController();
    const end = (answer: string): void => {
      ending.abort(new Error(answer));
      late.resolve({ type: 'failed', answer, isDown: true });
    };
    const stop = () => end('the server stops');
    const timer = setTimeout(() => end('no answer'), LONGEST_TRY);
    this.#options.stopping.addEventListener('abort', stop, { once: true });
    try {
      if (this.#options.stopping.aborted) stop();
      return await Promise.race([sender.send(delivery, ending.signal), late.promise]);
    } catch (err) {
      this.#options.log.error({ receiver: this.id, delivery: delivery.id, err }, 'a delivery could not be tried');
      return NOT_TRIED;
    } finally {
      clearTimeout(timer);
      this.#options.stopping.removeEventListener('abort', stop);
    }
  }

  #isDown(answer: string): void {
    this.#downs += 1;
    this.#lanes.unload();
    const expired = this.#options.clock() - LIFETIME;
    this.#keep(this.#giveUp(answer, expired).catch(this.#options.onStore));
  }

  /** The next of those that are loaded. */
  #goOn(): void {
    const sender = this.#options.senders(this.id);
    if (sender !== null && this.#state.dueAt <= this.#options.clock()) this.#send(sender);
  }

  #note(before: ReceiverState, { id, userId }: Delivery, outcome: Outcome): void {
    const { log } = this.#options;
    const receiver = this.id;
    if (outcome.type === 'delivered') {
      if (isDown(before) && !isDown(this.#state)) log.info({ receiver }, 'a receiver can be reached again');
      return;
    }
    const { answer } = outcome;
    if (outcome.type === 'gone') log.warn({ receiver, answer }, 'a receiver is gone, and is not sent to any more');
    else if (outcome.type === 'refused') log.warn({ receiver, delivery: id, userId, answer }, 'a delivery was refused');
    else if (!isDown(before) && isDown(this.#state)) log.warn({ receiver, answer }, 'a receiver cannot be reached');
  }
}
