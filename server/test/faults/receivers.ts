import { setTimeout as sleep } from 'node:timers/promises';
import type { SetupFile } from '../../src/config/setup-schema.ts';
import { answering, type Behaviour, type Received, type Receiver, startReceiver } from '../support/receiver.ts';
import { withRows } from '../support/rows.ts';

type Webhook = NonNullable<NonNullable<SetupFile['organizations']>[number]['webhooks']>[number];

/** What all of them are told of. */
export const TOLD = 'user.profile_changed';

/** A delivery as it arrived. */
export interface Arrival {
  readonly receiver: string;
  readonly userId: string;
  readonly sequence: number;
  /** Whether the database had the event when its delivery was there. */
  readonly isDurable: boolean;
  /** Whether it was answered with success. */
  accepted: boolean;
}

/** Milliseconds for which one that hangs does not answer; then it breaks the connection. */
const HANGS = 1_200;

/** Receivers with every vice there is, and what arrived at them in that order. */
export class Receivers {
  readonly arrivals: Arrival[] = [];
  readonly #database: string;
  readonly #random: () => number;
  readonly #open = new Map<string, Receiver>();

  constructor(database: string, random: () => number) {
    this.#database = database;
    this.#random = random;
  }

  /** Starts them. @returns what a setup file says of them */
  async start(): Promise<Webhook[]> {
    const names = ['steady', 'failing', 'hanging', 'slow', 'dying'];
    for (const name of names) await this.#start(name, 0);
    return names.map((name) => ({
      name,
      url: this.#open.get(name)?.url ?? '',
      secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      events: [TOLD],
      allowPrivateAddresses: true,
    }));
  }

  /** One of them is away for a while. */
  async dieAndReturn(milliseconds: number): Promise<void> {
    const dying = this.#open.get('dying');
    if (dying === undefined) throw new Error('there is none');
    await dying.close();
    await sleep(milliseconds);
    await this.#start('dying', dying.port);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((receiver) => receiver.close()));
  }

  async #start(name: string, port: number): Promise<void> {
    const receiver = await startReceiver(port);
    const behaviour = this.#behaviourOf(name);
    receiver.behave(async (response, received, request) => {
      const arrival = await this.#arrived(name, received);
      response.once('finish', () => {
        arrival.accepted = response.statusCode === 204;
      });
      await behaviour(response, received, request);
    });
    this.#open.set(name, receiver);
  }

  async #arrived(receiver: string, { body }: Received): Promise<Arrival> {
    const { data } = JSON.parse(body) as { data: { user: { id: string }; sequence: number } };
    const { id: userId } = data.user;
    // Its place is when it came, not when the database has answered.
    const arrival = { receiver, userId, sequence: data.sequence, isDurable: false, accepted: false };
    this.arrivals.push(arrival);
    const rows = await withRows(this.#database, ({ query }) =>
      query('SELECT 1 AS n FROM events WHERE user_id = $1 AND sequence = $2', [userId, data.sequence]),
    );
    return Object.assign(arrival, { isDurable: rows.length === 1 });
  }

  #behaviourOf(name: string): (...given: Parameters<Behaviour>) => unknown {
    const accept = answering(204);
    const sometimes =
      (part: number, otherwise: (...given: Parameters<Behaviour>) => unknown) =>
      (...given: Parameters<Behaviour>) =>
        this.#random() < part ? otherwise(...given) : accept(...given);
    switch (name) {
      case 'failing':
        return (...given) => {
          const status = [500, 503, 429, 400][Math.floor(this.#random() * 4)] ?? 500;
          return sometimes(0.08, answering(status, { 'retry-after': '0' }))(...given);
        };
      case 'hanging':
        return sometimes(0.05, (response) => sleep(HANGS).then(() => response.destroy()));
      case 'slow':
        return (...given) => sleep(20 + this.#random() * 60).then(() => accept(...given));
      default:
        return accept;
    }
  }
}
