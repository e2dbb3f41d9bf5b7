import type { Logger } from '../../logger.ts';
import type { Mount } from './mounts.ts';

/** What all mounted dialects share: the request count, the limits, the log. Held by the Fastify instance. */
export interface Gateway {
  readonly logger: Logger;
  /** Longest request body, in bytes. */
  readonly maxBodyBytes: number;
  /** Most requests between arrival and answer; further ones are refused as `overloaded`. */
  readonly maxActive: number;
  active: number;
  /** While set, every answer asks its client to leave the connection. */
  draining: boolean;
  readonly mounts: Mount[];
}

/** Counts work that its caller was not made to wait for, until it ends. */
export function countUntilSettled(gateway: Pick<Gateway, 'active'>, work: Promise<unknown>): void {
  gateway.active += 1;
  const ended = (): void => {
    gateway.active -= 1;
  };
  work.then(ended, ended);
}

declare module 'fastify' {
  interface FastifyInstance {
    gateway: Gateway;
  }
}
