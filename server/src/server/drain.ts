import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import '../api/shared/gateway.ts';

const LOOK_EVERY_MS = 20;
/** How long idle connections stay open, so that a request already on its way is answered and told to reconnect. */
const GRACE_MS = 500;

/**
 * Stops the server: nothing new is accepted, what was accepted is answered with `Connection: close`, idle connections
 * end, and whatever is left at the deadline is cut off.
 *
 * @returns whether everything was answered in time
 */
export async function drain(app: FastifyInstance, deadlineMs: number): Promise<boolean> {
  const { server, gateway } = app;
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  const grace = Math.min(GRACE_MS, deadlineMs / 4);
  gateway.draining = true;
  let open = true;
  // Only the listening part: the close of an HTTP server would cut idle connections at once.
  NetServer.prototype.close.call(server, () => {
    open = false;
  });
  while (open && elapsed() < deadlineMs) {
    if (elapsed() > grace) server.closeIdleConnections();
    await sleep(LOOK_EVERY_MS);
  }
  const complete = !open;
  server.closeAllConnections();
  await app.close();
  return complete;
}
