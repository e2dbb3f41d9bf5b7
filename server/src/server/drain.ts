import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import '../api/shared/gateway.ts';
import './http.ts';

const LOOK_EVERY_MS = 20;
/** How long idle connections stay open, so that a request already on its way is answered and told to reconnect. */
const GRACE_MS = 500;

/**
 * Stops the server: nothing new is accepted, what was accepted is answered with `Connection: close` or after a GOAWAY,
 * idle connections end, and whatever is left at the deadline is cut off.
 *
 * @returns whether everything was answered in time
 */
export async function drain(app: FastifyInstance, deadlineMs: number): Promise<boolean> {
  const { server, gateway, http2, connections } = app;
  const startedAt = performance.now();
  const elapsed = (): number => performance.now() - startedAt;
  const grace = Math.min(GRACE_MS, deadlineMs / 4);
  gateway.draining = true;
  http2.announceEnd();
  let open = true;
  // Only the listening part: the close of an HTTP server would cut idle connections at once.
  NetServer.prototype.close.call(server, () => {
    open = false;
  });
  while (open && elapsed() < deadlineMs) {
    if (elapsed() > grace) {
      server.closeIdleConnections();
      http2.close();
      connections.closeSilent();
    }
    await sleep(LOOK_EVERY_MS);
  }
  const complete = !open;
  connections.closeAll();
  await app.close();
  return complete;
}
