import { hash } from 'node:crypto';
import type { Agent, Dispatcher } from 'undici';
import type { Clock } from '../../app/ports/clock.ts';
import type { Delivery } from '../../app/ports/outbox.ts';
import type { Outcome, Sender } from '../../app/ports/sender.ts';
import { AddressRefused } from './addresses.ts';
import { retryAfter } from './retry-after.ts';

/** Most deliveries to a receiver at once; it has as many connections. */
export const CONCURRENCY = 64;
/** Milliseconds for a request and its answer, in all. */
const TIMEOUT = 10_000;
/** Bytes of an answer that are read, so that its connection can be used again; nobody looks at them. */
const ANSWER_LIMIT = 4096;

/** A POST of JSON. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a delivery is to a receiver: requests in their order, none when it means nothing there. */
export type RequestsOf = (delivery: Delivery) => readonly WebhookRequest[];

export interface HttpSenderOptions {
  readonly url: string;
  readonly requestsOf: RequestsOf;
  readonly agent: Agent;
  readonly clock: Clock;
  /** Milliseconds for a request. */
  readonly timeout?: number;
  /** Statuses by which the receiver says that it never takes what it was sent; none unless given. */
  readonly refusals?: ReadonlySet<number>;
}

/** Statuses that are about the receiver, whatever it was sent. */
const DOWN: ReadonlySet<number> = new Set([401, 403, 404, 405, 407, 408, 421, 429, 502, 503, 504]);
const WITH_RETRY_AFTER: ReadonlySet<number> = new Set([429, 503]);
const GONE = 410;

/** A URL as it may be shown and kept: paths and queries often hold a key. */
export function addressOf(url: string): string {
  return `${new URL(url).origin} (${hash('sha256', url, 'base64url').slice(0, 8)})`;
}

/** Brings deliveries to a receiver by HTTP. Only 2xx is a success; redirects are not followed. */
export class HttpSender implements Sender {
  readonly concurrency = CONCURRENCY;
  readonly address: string;
  readonly #options: HttpSenderOptions;
  readonly #origin: string;
  readonly #path: string;

  constructor(options: HttpSenderOptions) {
    const { origin, pathname, search } = new URL(options.url);
    this.#options = options;
    this.address = addressOf(options.url);
    this.#origin = origin;
    this.#path = `${pathname}${search}`;
  }

  async send(delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
    const requests = this.#options.requestsOf(delivery);
    if (requests.length === 0) return { type: 'delivered', untried: true };
    for (const request of requests) {
      const outcome = await this.#post(request, signal);
      if (outcome.type !== 'delivered') return outcome;
    }
    return { type: 'delivered' };
  }

  async #post(request: WebhookRequest, stopping: AbortSignal): Promise<Outcome> {
    const { agent, timeout = TIMEOUT } = this.#options;
    const ending = new AbortController();
    const stop = () => ending.abort(new Error('the server stops'));
    const timer = setTimeout(() => ending.abort(new Error(`no answer within ${timeout / 1000} s`)), timeout);
    stopping.addEventListener('abort', stop, { once: true });
    if (stopping.aborted) stop();
    try {
      const answer = await agent.request({
        origin: this.#origin,
        path: this.#path,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'Tessera', ...request.headers },
        body: request.body,
        signal: ending.signal,
      });
      await answer.body.dump({ limit: ANSWER_LIMIT });
      return this.#outcomeOf(answer);
    } catch (error) {
      return { type: 'failed', answer: faultOf(error), isDown: true };
    } finally {
      clearTimeout(timer);
      stopping.removeEventListener('abort', stop);
    }
  }

  #outcomeOf({ statusCode: status, headers }: Dispatcher.ResponseData): Outcome {
    if (status >= 200 && status < 300) return { type: 'delivered' };
    const isRedirect = status >= 300 && status < 400;
    const answer = isRedirect ? `HTTP ${status}: redirects are not followed` : `HTTP ${status}`;
    if (status === GONE) return { type: 'gone', answer };
    if (this.#options.refusals?.has(status)) return { type: 'refused', answer };
    const wait = WITH_RETRY_AFTER.has(status) ? retryAfter(headers['retry-after'], this.#options.clock()) : undefined;
    return {
      type: 'failed',
      answer,
      isDown: isRedirect || DOWN.has(status),
      ...(wait !== undefined && { retryAfter: wait }),
    };
  }
}

/** In a line, without what the other side may have put into messages. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error instanceof AddressRefused) return `refused: ${error.message}`;
  if ('code' in error && typeof error.code === 'string') return `no answer (${error.code})`;
  return error.message;
}
