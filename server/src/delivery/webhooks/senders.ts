import { Agent } from 'undici';
import type { Clock } from '../../app/ports/clock.ts';
import type { Sender } from '../../app/ports/sender.ts';
import { guardedConnector, isPublicAddress, type LookupAll } from './addresses.ts';
import { CONCURRENCY, HttpSender, type RequestsOf } from './http-sender.ts';

/** Somebody who is told of events by HTTP. */
export interface WebhookReceiver {
  readonly url: string;
  /** Whether it may be reached at private, loopback and other addresses that are not of the open internet. */
  readonly allowPrivateAddresses: boolean;
  readonly requestsOf: RequestsOf;
}

export interface WebhookSendersOptions {
  /** By the id of the receiver; asked at each use, and another map only when settings have changed. */
  readonly receivers: () => ReadonlyMap<string, WebhookReceiver>;
  readonly clock: Clock;
  readonly lookup?: LookupAll;
}

interface Open {
  readonly receiver: WebhookReceiver;
  readonly agent: Agent;
  readonly sender: Sender;
}

const CONNECT_TIMEOUT = 5_000;

/** The senders of all webhooks. Each has connections of its own, so that nobody waits for another's. */
export class WebhookSenders {
  readonly #options: WebhookSendersOptions;
  readonly #open = new Map<string, Open>();

  constructor(options: WebhookSendersOptions) {
    this.#options = options;
  }

  /** @returns `null` for a receiver that is not in the settings */
  sender(id: string): Sender | null {
    const receiver = this.#options.receivers().get(id);
    const known = this.#open.get(id);
    if (known !== undefined && known.receiver === receiver) return known.sender;
    const agent =
      receiver !== undefined && known !== undefined && isSamePlace(receiver, known.receiver) ? known.agent : null;
    // What is under way is answered yet; a failure to close leaves nothing behind that anybody could use.
    if (agent === null) known?.agent.close().catch(() => {});
    if (receiver === undefined) {
      this.#open.delete(id);
      return null;
    }
    const opened = this.#opened(receiver, agent);
    this.#open.set(id, opened);
    return opened.sender;
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    const agents = [...this.#open.values()].map(({ agent }) => agent);
    this.#open.clear();
    await Promise.all(agents.map((agent) => agent.destroy()));
  }

  #opened(receiver: WebhookReceiver, connected: Agent | null): Open {
    const { clock, lookup } = this.#options;
    const { url, allowPrivateAddresses, requestsOf } = receiver;
    const agent = connected ?? createAgent(allowPrivateAddresses ? () => true : isPublicAddress, lookup);
    return { receiver, agent, sender: new HttpSender({ url, requestsOf, agent, clock }) };
  }
}

/** Whether connections to the one serve the other. */
function isSamePlace(one: WebhookReceiver, other: WebhookReceiver): boolean {
  return one.url === other.url && one.allowPrivateAddresses === other.allowPrivateAddresses;
}

/** Connections of one receiver. The sender has a deadline of its own, for all of a request. */
export function createAgent(isPermitted: (address: string) => boolean, lookup?: LookupAll): Agent {
  return new Agent({
    connections: CONCURRENCY,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: guardedConnector({ isPermitted, lookup, timeout: CONNECT_TIMEOUT }),
  });
}
