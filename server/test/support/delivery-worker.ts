import { afterEach, beforeEach, vi } from 'vitest';
import { DeliveryWorker, type DeliveryWorkerOptions } from '../../src/app/deliveries/worker.ts';
import type { Delivery, NewDelivery, Outbox } from '../../src/app/ports/outbox.ts';
import type { Outcome, Sender } from '../../src/app/ports/sender.ts';
import type { Store } from '../../src/app/ports/store.ts';
import { EVENT_SCHEMA, type UserEvent } from '../../src/core/user/events.ts';
import { NO_CHANGES, NO_WANTS } from './changes.ts';
import { NOW, ORG } from './given.ts';
import { memoryStore } from './world.ts';

export const FAILED = { type: 'failed', answer: 'HTTP 500', isDown: false } as const;
export const DOWN = { type: 'failed', answer: 'HTTP 503', isDown: true } as const;
export const GONE = { type: 'gone', answer: 'HTTP 410' } as const;
export const REFUSED = { type: 'refused', answer: '550 no such mailbox' } as const;
const DELIVERED = { type: 'delivered' } as const;

/** Such as `a2` for the second event of `a`. */
export function nameOf({ userId, content }: Delivery): string {
  return `${userId}${'event' in content ? content.event.sequence : ''}`;
}

/** A sender that does as it is told, and notes what it was asked to send and when. */
export class ScriptedSender implements Sender {
  readonly concurrency: number;
  address = 'http://crm.test';
  /** What was tried, in order. */
  readonly tried: string[] = [];
  /** The same with the times since the sender was made, in milliseconds. */
  readonly times: [name: string, at: number][] = [];
  readonly #began = Date.now();
  readonly #held: (() => void)[] = [];
  #isHolding = false;
  /** How a try ends; with success unless told otherwise. */
  answer: (delivery: Delivery, signal: AbortSignal) => Outcome | Promise<Outcome> = () => DELIVERED;

  constructor(concurrency = 4) {
    this.concurrency = concurrency;
  }

  /** From now on tries do not end. */
  hold(): void {
    this.#isHolding = true;
  }

  /** They end after all. */
  letGo(): void {
    this.#isHolding = false;
    for (const resolve of this.#held.splice(0)) resolve();
  }

  async send(delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
    this.tried.push(nameOf(delivery));
    this.times.push([nameOf(delivery), Date.now() - this.#began]);
    if (this.#isHolding) {
      await new Promise<void>((resolve) => {
        this.#held.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    return signal.aborted ? DOWN : this.answer(delivery, signal);
  }
}

/** The n-th event of a user, as a batch leaves it. */
function eventOf(userId: string, sequence: number, at: number): UserEvent {
  return {
    userId,
    organizationId: ORG,
    kind: 'human',
    sequence,
    type: 'user.profile_changed',
    schema: EVENT_SCHEMA,
    at,
    origin: { actor: 'system', dialect: 'test', client: 'test', requestId: 'r' },
    changes: {},
  };
}

/** Writes events by names such as `a2`, with a delivery of each to every receiver. */
export async function happen(
  store: Store,
  names: readonly string[],
  receivers: readonly string[] = ['crm'],
): Promise<void> {
  const at = Date.now();
  const all = names.map((name) => [name.slice(0, 1), Number(name.slice(1))] as const);
  const deliveries = all.flatMap(([userId, sequence]) =>
    receivers.map((receiver): NewDelivery => {
      return { receiver, userId, content: { kind: 'user.profile_changed', sequence }, at };
    }),
  );
  const events = all.map(([userId, sequence]) => eventOf(userId, sequence, at));
  await store.commit(NO_WANTS, () => ({ ...NO_CHANGES, events, deliveries }));
}

/** A worker over an outbox, on the clock of the test; what it logs is noted. */
export function workerOn(
  outbox: Outbox,
  senders: Readonly<Record<string, Sender>>,
  more: Partial<DeliveryWorkerOptions> = {},
) {
  const log: string[] = [];
  const note = (_: object, message: string) => void log.push(message);
  const worker = new DeliveryWorker({
    outbox,
    senders: (id) => senders[id] ?? null,
    refresh: async () => {},
    clock: Date.now,
    holder: 'us',
    random: () => 0,
    log: { info: note, warn: note, error: note },
    ...more,
  });
  return { worker, log };
}

export const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

/** For each test of a file: an empty store, and workers on it that end with the test. Time stands unless it is passed. */
export function usingWorkers() {
  let store: ReturnType<typeof memoryStore>;
  let started: DeliveryWorker[];
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
    store = memoryStore();
    started = [];
  });
  afterEach(async () => {
    const stopped = Promise.all(started.map((worker) => worker.stop()));
    await pass(2_000);
    await stopped;
    await store.close();
    vi.useRealTimers();
  });
  return {
    get store() {
      return store;
    },
    start(senders: Readonly<Record<string, Sender>>, more: Partial<DeliveryWorkerOptions> = {}) {
      const made = workerOn(store.outbox, senders, more);
      started.push(made.worker);
      made.worker.start();
      return made;
    },
    summary: async (id = 'crm') => (await store.outbox.receivers()).find((receiver) => receiver.id === id),
  };
}
