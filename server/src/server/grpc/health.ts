import { setTimeout as sleep } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import type { Gateway } from '../../api/shared/gateway.ts';
import type { Readiness } from '../health.ts';
import type { StreamingCall } from './streaming-call.ts';

const STATUS = { serving: 1, notServing: 2, serviceUnknown: 3 } as const;
/** How often a watched state is looked at, in milliseconds. */
const LOOK_EVERY = 500;
/** Each holds a stream open; clients of one service need few, and one per service on a connection. */
const MOST_WATCHERS = 1_000;
const MOST_PER_CONNECTION = 10;

/** The state of the server and of its services, as `grpc.health.v1` tells it. */
export class HealthService {
  readonly #names: ReadonlySet<string>;
  readonly #gateway: Pick<Gateway, 'draining'>;
  readonly #ready: () => Readiness;
  #watchers = 0;
  readonly #perConnection = new WeakMap<object, number>();

  /** @param names full names of the services; the empty name is the server itself */
  constructor(names: readonly string[], gateway: Pick<Gateway, 'draining'>, ready: () => Readiness) {
    this.#names = new Set(['', ...names]);
    this.#gateway = gateway;
    this.#ready = ready;
  }

  /** @throws ConnectError `not_found` for a service that is not here */
  check(name: string): { status: number } {
    const status = this.#statusOf(name);
    if (status === STATUS.serviceUnknown) throw new ConnectError('unknown service', Code.NotFound);
    return { status };
  }

  /**
   * The state now and whenever it changes, until the caller leaves or the server stops.
   *
   * @throws ConnectError `resource_exhausted` beyond the watchers that there may be, in all or of one connection
   */
  async *watch(name: string, signal: AbortSignal, call: StreamingCall): AsyncGenerator<{ status: number }> {
    const { connection } = call;
    if (this.#watchers >= MOST_WATCHERS || this.#watchersOn(connection) >= MOST_PER_CONNECTION) {
      throw new ConnectError('too many watchers', Code.ResourceExhausted);
    }
    this.#count(connection, 1);
    try {
      call.exempt();
      let told: number | undefined;
      while (!signal.aborted) {
        const status = this.#statusOf(name);
        if (status !== told) yield { status };
        told = status;
        if (this.#gateway.draining) return;
        await sleep(LOOK_EVERY, undefined, { signal }).catch(() => {});
      }
    } finally {
      this.#count(connection, -1);
    }
  }

  #watchersOn(connection: object): number {
    return this.#perConnection.get(connection) ?? 0;
  }

  #count(connection: object, change: 1 | -1): void {
    this.#watchers += change;
    this.#perConnection.set(connection, this.#watchersOn(connection) + change);
  }

  #statusOf(name: string): number {
    if (!this.#names.has(name)) return STATUS.serviceUnknown;
    return !this.#gateway.draining && this.#ready().ok ? STATUS.serving : STATUS.notServing;
  }
}
