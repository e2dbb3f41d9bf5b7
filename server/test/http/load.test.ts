import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer, Route } from '../../src/api/shared/dialect.ts';
import { drain } from '../../src/server/drain.ts';
import { call, open, parseAnswer, postJson, sendRaw } from './raw.ts';
import { startToy, type Toy } from './toy.ts';

let toy: Toy;
const release: (() => void)[] = [];
const slow: Route = {
  method: 'POST',
  path: '/api/v1/slow',
  handler: () => new Promise<Answer>((resolve) => release.push(() => resolve({ status: 200, body: '"done"' }))),
};
afterEach(async () => {
  for (const go of release.splice(0)) go();
  await toy.app.close();
});

const keepAlive = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`;

describe('overload', () => {
  it('given as many requests as fit, when another comes, then it is shed before its body and health still answers', async () => {
    toy = await startToy({ routes: [slow], limits: { maxActive: 3 } });
    const held = [1, 2, 3].map(() => postJson(toy.port, '/api/v1/slow', '{}'));
    await expect.poll(() => release.length).toBe(3);
    const head = 'POST /api/v1/echo HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: 9\r\n\r\n';
    const shed = parseAnswer(await sendRaw(toy.port, head));
    expect([shed.status, shed.json]).toMatchObject([503, { alpha: 'overloaded' }]);
    expect((await call(toy.port, 'GET', '/healthz')).json).toEqual({ status: 'ok' });
    expect((await call(toy.port, 'GET', '/readyz')).json).toEqual({ status: 'ready' });
    for (const go of release.splice(0)) go();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await postJson(toy.port, '/api/v1/echo', '{}')).status).toBe(200);
  });
});

describe('an answer that is not taken', () => {
  it('given a client that does not read, when time is up, then its connection ends', async () => {
    // More than the buffers of both systems hold.
    const large: Route = {
      method: 'GET',
      path: '/api/v1/large',
      handler: () => ({ status: 200, body: Buffer.alloc(32 * 1024 * 1024) }),
    };
    toy = await startToy({
      routes: [large],
      limits: { headersTimeoutMs: 200, requestTimeoutMs: 200, timeoutCheckMs: 50 },
    });
    const connections = () => promisify(toy.app.server.getConnections).call(toy.app.server);
    const socket = connect(toy.port, '127.0.0.1').on('error', () => {});
    socket.pause().write(keepAlive('/api/v1/large'));
    await expect.poll(() => toy.log.filter(({ msg }) => msg === 'request')).toHaveLength(1);
    expect(await connections()).toBe(1);
    await expect.poll(connections, { timeout: 3_000 }).toBe(0);
    socket.destroy();
  });
});

describe('readiness', () => {
  it('given a part that is not ready, when it is asked, then the answer is 503 with the reason', async () => {
    toy = await startToy({ ready: () => ({ ok: false, reason: 'the store does not answer' }) });
    const answer = await call(toy.port, 'GET', '/readyz');
    expect([answer.status, answer.json]).toEqual([503, { status: 'not ready', reason: 'the store does not answer' }]);
    expect((await call(toy.port, 'HEAD', '/readyz')).status).toBe(503);
    expect((await call(toy.port, 'GET', '/healthz')).status).toBe(200);
  });

  it.each(['/healthz', '/readyz'])('given %s, when anything but GET or HEAD is tried, then it is 405', async (path) => {
    toy = await startToy();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await call(toy.port, method, path, ['Content-Type: application/json'], '{"a":1}');
      expect([answer.status, answer.json]).toEqual([405, { error: 'method_not_allowed' }]);
      expect(answer.headers.allow).toBe('GET, HEAD');
    }
    expect((await call(toy.port, 'POST', path, [], 'x'.repeat(2 * 1024 * 1024))).status).toBe(405);
    expect(toy.app.gateway.active).toBe(0);
  });
});

describe('drain', () => {
  it('given clients that keep asking, when the server drains, then each gets whole answers until told to leave', async () => {
    toy = await startToy();
    let answered = 0;
    const served = new Set<Socket>();
    const clients = Array.from({ length: 20 }, async () => {
      const socket = connect(toy.port, '127.0.0.1');
      for (;;) {
        socket.write(keepAlive('/api/v1/users/1'));
        const [chunk] = (await once(socket, 'data')) as [Buffer];
        const answer = parseAnswer(chunk.toString());
        expect([answer.status, answer.json]).toEqual([200, '1']);
        answered += 1;
        served.add(socket);
        if (answer.headers.connection === 'close') return once(socket, 'close');
      }
    });
    await expect.poll(() => served.size).toBe(clients.length);
    await sleep(100);
    expect(await drain(toy.app, 5000)).toBe(true);
    await Promise.all(clients);
    expect(answered).toBeGreaterThan(40);
    await expect(call(toy.port, 'GET', '/healthz')).resolves.toMatchObject({ status: Number.NaN });
  });

  it('given work under way and an idle connection, when the server drains, then it waits for one and ends the other', async () => {
    toy = await startToy({ routes: [slow] });
    const idle = open(toy.port);
    idle.socket.write(keepAlive('/readyz'));
    await once(idle.socket, 'data');
    const working = postJson(toy.port, '/api/v1/slow', '{}');
    await expect.poll(() => release.length).toBe(1);
    const drained = drain(toy.app, 5000);
    expect(await idle.ended).toMatch(/^HTTP\/1\.1 200 /);
    for (const go of release.splice(0)) go();
    expect(await working).toMatchObject({ status: 200, json: 'done', headers: { connection: 'close' } });
    expect(await drained).toBe(true);
  });

  it('given a connection already open, when the server drains, then it is told that the server is not ready', async () => {
    toy = await startToy();
    const { socket, ended } = open(toy.port);
    socket.write(keepAlive('/healthz'));
    await once(socket, 'data');
    const drained = drain(toy.app, 5000);
    socket.write(keepAlive('/readyz'));
    expect((await ended).split(/(?=HTTP\/1\.1)/)[1]).toMatch(/^HTTP\/1\.1 503 .*draining/s);
    expect(await drained).toBe(true);
  });

  it('given work that never ends, when the deadline comes, then it is cut off in time and said so', async () => {
    toy = await startToy({ routes: [slow] });
    const working = postJson(toy.port, '/api/v1/slow', '{}');
    await expect.poll(() => release.length).toBe(1);
    const startedAt = performance.now();
    expect(await drain(toy.app, 300)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect((await working).status).toBeNaN();
  });
});
