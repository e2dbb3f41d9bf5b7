import { connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import type { DescMethod } from '@bufbuild/protobuf';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../logger.ts';
import { createHttpServer } from '../../../server/http.ts';
import { mountDialect } from '../../shared/dialect.ts';
import { UserService } from '../protocol/user-service.ts';
import type { ServiceMethods, TransportCall } from '../service.ts';
import { rpcRoutes } from './routes.ts';

const PATH = `/${UserService.typeName}/LockUser`;

let app: FastifyInstance;
let port: number;
let calls: TransportCall[];
let settle: () => void;

/** A service whose calls go on until they are let go. */
beforeEach(async () => {
  calls = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  settle = resolve;
  const methods = {
    isServed: () => true,
    invoke: async (_method: DescMethod, call: TransportCall) => {
      calls.push(call);
      await promise;
      return { json: '{}', etag: '', replayed: false };
    },
  } as unknown as ServiceMethods;
  app = createHttpServer({ logger: createLogger({ level: 'silent' }), trustedProxies: [] });
  mountDialect(app, {
    name: 'rpc',
    prefixes: ['/zitadel.'],
    routes: rpcRoutes(UserService, methods),
    renderError: () => ({ status: 500, body: null }),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterEach(async () => {
  settle();
  await app.close();
});

const begun = async (): Promise<TransportCall> => {
  await expect.poll(() => calls.length).toBe(1);
  return calls[0] as TransportCall;
};

describe('a deadline', () => {
  it('given work that goes on beyond it, then the caller is told, and the work counts until it ends', async () => {
    const headers = { 'content-type': 'application/json', 'connect-timeout-ms': '50' };
    const response = await fetch(`http://127.0.0.1:${port}${PATH}`, { method: 'POST', headers, body: '{}' });
    const call = await begun();
    expect(response.status).toBe(504);
    expect(() => call.checkWanted()).toThrow('the deadline of the call has passed');
    expect(app.gateway.active).toBe(1);
    settle();
    await vi.waitFor(() => expect(app.gateway.active).toBe(0));
  });
});

describe('a caller that leaves', () => {
  it('over HTTP/1: the work learns of it', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}`);
    const call = await begun();
    expect(() => call.checkWanted()).not.toThrow();
    socket.destroy();
    await vi.waitFor(() => expect(() => call.checkWanted()).toThrow('the caller has left'));
  });

  it('over HTTP/2: the work learns of it', async () => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    const stream = session.request({ ':method': 'POST', ':path': PATH, 'content-type': 'application/json' }).end('{}');
    stream.on('error', () => {});
    const call = await begun();
    expect(() => call.checkWanted()).not.toThrow();
    stream.close(8);
    await vi.waitFor(() => expect(() => call.checkWanted()).toThrow('the caller has left'));
    session.destroy();
  });
});
