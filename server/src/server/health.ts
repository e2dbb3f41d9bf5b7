import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../api/shared/faults.ts';
import '../api/shared/gateway.ts';
import { refuseUnrouted } from '../api/shared/serve.ts';

const READS = ['GET', 'HEAD'];

/** `reason` is a fixed sentence of ours: anybody may read it. */
export interface Readiness {
  readonly ok: boolean;
  readonly reason?: string;
}

/** The second of each pair is the name that the Zitadel API gives it. */
const ALIVE = ['/healthz', '/debug/healthz'];
const READY = ['/readyz', '/debug/ready'];

/**
 * Adds `/healthz` (the process lives) and `/readyz` (it takes work), each by two names. Neither counts as work nor is refused under load,
 * and neither is in the access log. Other methods than GET and HEAD are 405.
 */
export function mountHealth(app: FastifyInstance, ready: () => Readiness): void {
  const alive = (_request: FastifyRequest, reply: FastifyReply) => reply.send({ status: 'ok' });
  const isReady = (_request: FastifyRequest, reply: FastifyReply) => {
    const state: Readiness = app.gateway.draining ? { ok: false, reason: 'draining' } : ready();
    if (state.ok) return reply.send({ status: 'ready' });
    return reply.code(503).header('retry-after', '1').send({ status: 'not ready', reason: state.reason });
  };
  for (const url of ALIVE) app.route({ method: READS, url, handler: alive });
  for (const url of READY) app.route({ method: READS, url, handler: isReady });
  for (const url of [...ALIVE, ...READY]) {
    app.route({
      method: app.supportedMethods.filter((method) => !READS.includes(method)),
      url,
      handler: (request, reply) =>
        refuseUnrouted(
          app.gateway,
          request,
          reply,
          new Fault('method_not_allowed', 'The path does not know this method.', READS),
        ),
    });
  }
}
