import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect as tcpConnect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Route } from '../../src/api/shared/dialect.ts';
import { drain } from '../../src/server/drain.ts';
import { call, parseAnswer, sendRaw } from './raw.ts';
import { startToy, type Toy } from './toy.ts';

let toy: Toy;
const sessions: ClientHttp2Session[] = [];
const release: (() => void)[] = [];
const slow: Route = {
  method: 'POST',
  path: '/api/v1/slow',
  handler: () =>
    new Promise((resolve) => {
      release.push(() => resolve({ status: 200, body: '"done"' }));
    }),
};

afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  for (const go of release.splice(0)) go();
  await drain(toy.app, 0);
});

function open(url = `http://127.0.0.1:${toy.port}`, options = {}): ClientHttp2Session {
  const session = connect(url, options);
  session.on('error', () => {});
  sessions.push(session);
  return session;
}

async function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string | Uint8Array) {
  const stream = session.request(headers, { endStream: body === undefined });
  stream.on('error', () => {});
  if (body !== undefined) stream.end(body);
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  let answered: OutgoingHttpHeaders = {};
  stream.on('response', (head) => {
    answered = head;
  });
  await new Promise((resolve) => stream.once('close', resolve));
  const text = Buffer.concat(chunks).toString();
  return { status: answered[':status'], headers: answered, text, reset: stream.rstCode };
}

const post = { ':method': 'POST', ':path': '/api/v1/echo', 'content-type': 'application/json' };

describe('one port', () => {
  it('given both protocols, when each asks, then each is answered in its own', async () => {
    toy = await startToy();
    const second = await ask(open(), post, '{"a":1}');
    expect(second).toMatchObject({ status: 200, text: '{"a":1}' });
    const first = await call(toy.port, 'POST', '/api/v1/echo', ['Content-Type: application/json'], '{"a":1}');
    expect(first).toMatchObject({ status: 200, json: { a: 1 } });
    expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    expect(second.headers).toMatchObject({ 'cache-control': 'no-store', 'content-length': '7' });
    expect(toy.log.filter(({ msg }) => msg === 'request')).toHaveLength(2);
  });

  it('given a request line in pieces, when it comes, then it is HTTP/1', async () => {
    toy = await startToy();
    const socket = tcpConnect(toy.port, '127.0.0.1').setNoDelay();
    for (const piece of ['P', 'UT /api/v1/users/7 HTT', 'P/1.1\r\nHost: x\r\nConnection: close\r\n', '\r\n']) {
      socket.write(piece);
      await sleep(20);
    }
    const chunks = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(parseAnswer(Buffer.concat(chunks).toString()).status).toBe(200);
  });

  it('given a preface in pieces, when it comes, then it is HTTP/2', async () => {
    toy = await startToy();
    const socket = tcpConnect(toy.port, '127.0.0.1').setNoDelay();
    for (const piece of ['P', 'RI * HT', 'TP/2.0\r\n\r\nSM\r\n\r\n', '\0\0\0\x04\0\0\0\0\0']) {
      socket.write(piece);
      await sleep(20);
    }
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer[3]).toBe(4);
    socket.destroy();
  });

  it('given a connection without a word, when time is up, then it is told and ended', async () => {
    toy = await startToy({ limits: { headersTimeoutMs: 100 } });
    expect(await sendRaw(toy.port)).toMatch(/^HTTP\/1\.1 408 /);
    expect(await sendRaw(toy.port, 'PR')).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('the same limits over HTTP/2', () => {
  it.each([
    ['a body that is announced', { 'content-length': '65' }],
    ['a body that is not', {}],
  ])('given %s and is too long, then it is 413', async (_, more) => {
    toy = await startToy({ limits: { maxBodyBytes: 64 } });
    const session = open();
    expect(await ask(session, { ...post, ...more }, 'x'.repeat(65))).toMatchObject({ status: 413 });
    expect(await ask(session, post, '{}')).toMatchObject({ status: 200 });
  });

  it('given a client that goes on sending, when it is refused, then its stream ends and the session lives', async () => {
    toy = await startToy({ limits: { maxBodyBytes: 64 } });
    const session = open();
    const stream = session.request(post);
    stream.on('error', () => {});
    stream.write('x'.repeat(1000));
    await once(stream, 'response');
    stream.resume();
    await once(stream, 'close');
    expect(await ask(session, post, '{}')).toMatchObject({ status: 200 });
  }, 10_000);

  it('given as many requests as fit, when another comes, then it is shed', async () => {
    toy = await startToy({ routes: [slow], limits: { maxActive: 2 } });
    const session = open();
    const waiting = [1, 2].map(() => ask(session, { ...post, ':path': '/api/v1/slow' }, '{}'));
    await expect.poll(() => release.length).toBe(2);
    expect(await ask(session, post, '{}')).toMatchObject({ status: 503 });
    for (const go of release.splice(0)) go();
    expect(await Promise.all(waiting)).toMatchObject([{ status: 200 }, { status: 200 }]);
  });

  it('given a repeated header or a body in another form, then it is refused as ever', async () => {
    toy = await startToy();
    const session = open();
    expect(await ask(session, { ...post, 'content-type': 'text/plain' }, '{}')).toMatchObject({ status: 415 });
    expect(await ask(session, { ...post, 'content-encoding': 'gzip' }, '{}')).toMatchObject({ status: 415 });
    expect(await ask(session, { ':path': '/nowhere' })).toMatchObject({ status: 404 });
    const twice = { ':path': '/api/v1/query', 'x-brand': ['a', 'b'] };
    expect(await ask(session, twice)).toMatchObject({ status: 400 });
  });

  it('given too many or too long headers, then the stream is refused and the session lives', async () => {
    toy = await startToy();
    const many = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`x-${i}`, '1']));
    const session = open();
    expect(await ask(session, { ':path': '/api/v1/query', ...many })).toMatchObject({ status: undefined });
    const long = { ':path': '/api/v1/query', 'x-long': 'x'.repeat(17_000) };
    expect(await ask(session, long)).toMatchObject({ status: undefined });
    expect(await ask(session, { ':path': '/api/v1/query' })).toMatchObject({ status: 200 });
  });
});

describe('draining HTTP/2', () => {
  it('given work under way, when the server drains, then it says goodbye, finishes, and ends', async () => {
    toy = await startToy({ routes: [slow] });
    const [busy, idle] = [open(), open()];
    expect(await ask(idle, post, '{}')).toMatchObject({ status: 200 });
    const working = ask(busy, { ...post, ':path': '/api/v1/slow' }, '{}');
    await expect.poll(() => release.length).toBe(1);
    const goodbyes = Promise.all([once(busy, 'goaway'), once(idle, 'goaway')]);
    const drained = drain(toy.app, 5000);
    expect((await goodbyes).map(([code]) => code)).toEqual([0, 0]);
    await once(idle, 'close');
    for (const go of release.splice(0)) go();
    expect(await working).toMatchObject({ status: 200, text: '"done"' });
    expect(await drained).toBe(true);
  });

  it('given work that never ends, when the deadline comes, then it is cut off', async () => {
    toy = await startToy({ routes: [slow] });
    const session = open();
    const working = ask(session, { ...post, ':path': '/api/v1/slow' }, '{}');
    await expect.poll(() => release.length).toBe(1);
    expect(await drain(toy.app, 300)).toBe(false);
    expect(await working).toMatchObject({ status: undefined });
    expect(session.closed).toBe(true);
  });
});

describe('TLS', () => {
  const read = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));
  const certificate = { cert: read('cert'), key: read('key') };
  const trusting = { rejectUnauthorized: false };

  it('given a certificate, then the client chooses the protocol', async () => {
    toy = await startToy({ certificate });
    const url = `https://127.0.0.1:${toy.port}`;
    const session = open(url, trusting);
    expect(await ask(session, post, '{"a":1}')).toMatchObject({ status: 200, text: '{"a":1}' });
    expect(session.alpnProtocol).toBe('h2');
    const asked = httpsRequest(`${url}/api/v1/query`, { ...trusting, agent: false }).end();
    const [response] = await once(asked, 'response');
    expect([response.statusCode, response.httpVersion]).toEqual([200, '1.1']);
    response.resume();
    session.close();
    expect(await drain(toy.app, 5000)).toBe(true);
  });

  it('given a certificate, when somebody speaks in plain text, then nobody answers', async () => {
    toy = await startToy({ certificate });
    expect(await sendRaw(toy.port, 'GET /api/v1/query HTTP/1.1\r\nHost: x\r\n\r\n')).not.toContain('HTTP/1.1 200');
  });
});
