import type { ServerResponse } from 'node:http';
import type {
  DescMethodBiDiStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  Message,
} from '@bufbuild/protobuf';
import { type ConnectRouter, type ContextValues, createConnectRouter, createContextValues } from '@connectrpc/connect';
import type { UniversalHandler, UniversalServerRequest } from '@connectrpc/connect/protocol';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';
import type { FastifyInstance } from 'fastify';
import { Fault } from '../../api/shared/faults.ts';
import type { Gateway } from '../../api/shared/gateway.ts';
import { refuseUnrouted } from '../../api/shared/serve.ts';
import type { Readiness } from '../health.ts';
import { Health, REFLECTIONS } from './descriptors.ts';
import { HealthService } from './health.ts';
import { Reflection, type ReflectionRequest } from './reflection.ts';
import { STREAMING_CALL, streamingCall } from './streaming-call.ts';

/** What these services read: names. */
const MAX_MESSAGE = 16 * 1024;
const BAD_HOST = new Fault('malformed_header', 'The host is none.');

type Named = Message & { readonly service: string };

/**
 * Adds `grpc.health.v1` and server reflection, for anybody: neither tells of users. Their calls stream, which the
 * handlers of the Connect library do well; the short calls of the APIs would be too slow through them.
 *
 * @param services the services that are described
 */
export function mountGrpcServices(
  app: FastifyInstance,
  services: readonly DescService[],
  ready: () => Readiness,
): void {
  const { gateway } = app;
  const health = new HealthService(
    services.map(({ typeName }) => typeName),
    gateway,
    ready,
  );
  const reflection = new Reflection([...services, Health, ...REFLECTIONS]);
  const router = createConnectRouter({ readMaxBytes: MAX_MESSAGE, acceptCompression: [] });
  addHealth(router, health);
  for (const service of REFLECTIONS) addReflection(router, service, reflection);
  for (const handler of router.handlers) mount(app, gateway, handler);
}

function addHealth(router: ConnectRouter, health: HealthService): void {
  const { check, watch } = Health.method;
  router.rpc(check as DescMethodUnary, (request) => health.check((request as Named).service));
  router.rpc(watch as DescMethodServerStreaming, (request, { signal, values }) =>
    health.watch((request as Named).service, signal, values.get(STREAMING_CALL)),
  );
}

function addReflection(router: ConnectRouter, service: DescService, reflection: Reflection): void {
  router.rpc(service.method['serverReflectionInfo'] as DescMethodBiDiStreaming, async function* (requests, { values }) {
    for await (const request of requests) {
      values.get(STREAMING_CALL).renew();
      yield reflection.answer(request as Message & ReflectionRequest);
    }
  });
}

function mount(app: FastifyInstance, gateway: Gateway, handler: UniversalHandler): void {
  app.route({
    method: 'POST',
    url: handler.requestPath,
    handler: (request, reply) => {
      const { raw } = reply;
      const values = createContextValues().set(STREAMING_CALL, streamingCall(request.raw, app.http2));
      const call = callOf(request.raw, raw, values);
      if (call === undefined) return refuseUnrouted(gateway, request, reply, BAD_HOST);
      reply.hijack();
      raw.setHeader('x-request-id', request.id);
      handler(call)
        .then((response) => universalResponseToNodeResponse(response, raw))
        // Whoever asked has left.
        .catch(() => raw.destroy());
    },
  });
}

/** The request as the Connect library takes it, or undefined when no URL can be made of its host. */
function callOf(
  request: Parameters<typeof universalRequestFromNodeRequest>[0],
  response: ServerResponse,
  values: ContextValues,
): UniversalServerRequest | undefined {
  try {
    return universalRequestFromNodeRequest(request, response, undefined, values);
  } catch {
    return undefined;
  }
}
