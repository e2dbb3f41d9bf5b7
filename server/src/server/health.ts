import type { FastifyInstance } from 'fastify';
import { Fault } from '../api/shared/faults.ts';
import '../api/shared/gateway.ts';
import { refuseUnrouted } from '../api/shared/serve.ts';

const READS = ['GET', 'HEAD'];

/** `reason` is a fixed sentence of ours: anybody may read it. */
export interface Readiness {
  readonly ok: boolean;
  readonly reason?: string;
}

/**
 * Adds `/healthz` (the process lives) and `/readyz` (it takes work). Neither counts as work nor is refused under load,
 * and neither is in the access log. Other methods than GET and HEAD are 405.
 */
export function mountHealth(app: FastifyInstance, ready: () => Readiness): void {
  app.route({
    method: READS,
    url: '/healthz',
    handler: (_request, reply) => reply.send({ status: 'ok' }),
  });
  app.route({
    method: READS,
    url: '/readyz',
    handler: (_request, reply) => {
      const state: Readiness = app.gateway.draining ? { ok: false, reason: 'draining' } : ready();
      if (state.ok) return reply.send({ status: 'ready' });
      return reply.code(503).header('retry-after', '1').send({ status: 'not ready', reason: state.reason });
    },
  });
  for (const url of ['/healthz', '/readyz']) {
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
