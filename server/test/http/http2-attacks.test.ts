import { connect as connectHttp2 } from 'node:http2';
import { afterEach, describe, expect, it } from 'vitest';
import { drain } from '../../src/server/drain.ts';
import type { HttpLimits } from '../../src/server/http.ts';
import { CODES, END_HEADERS, END_STREAM, FRAME, frame, number, RawClient, request } from './frames.ts';
import { call, sendRaw } from './raw.ts';
import { startToy, type Toy } from './toy.ts';

let toy: Toy;
const clients: RawClient[] = [];
afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  await drain(toy.app, 0);
});

async function attack(limits: Partial<HttpLimits> = {}, settings?: Uint8Array): Promise<RawClient> {
  toy = await startToy({
    limits,
    routes: [{ method: 'GET', path: '/api/v1/large', handler: () => ({ status: 200, body: 'x'.repeat(200_000) }) }],
  });
  const client = new RawClient(toy.port, settings);
  clients.push(client);
  await expect.poll(() => client.of(FRAME.settings).length).toBeGreaterThan(0);
  return client;
}

/** Others are served as if nothing had happened. */
const othersAreServed = () => expect(call(toy.port, 'GET', '/api/v1/query')).resolves.toMatchObject({ status: 200 });

const get = (stream: number, path = '/api/v1/query') =>
  frame(FRAME.headers, END_STREAM | END_HEADERS, stream, request('GET', path));

/** Sends until the server has had enough, or the list ends. @returns how many were sent */
async function flood(client: RawClient, count: number, next: (n: number) => Uint8Array): Promise<number> {
  let sent = 0;
  while (sent < count && !client.socket.destroyed) {
    const batch = Array.from({ length: 50 }, (_, i) => next(sent + i));
    sent += batch.length;
    await client.send(...batch);
    await new Promise(setImmediate);
  }
  return sent;
}

describe('what the server tells of its limits', () => {
  it('streams and header bytes', async () => {
    const client = await attack();
    const [settings] = client.of(FRAME.settings);
    const told = new Map<number, number>();
    for (let at = 0; at < (settings?.payload.length ?? 0); at += 6) {
      told.set(settings?.payload.readUInt16BE(at) ?? 0, settings?.payload.readUInt32BE(at + 2) ?? 0);
    }
    expect(Object.fromEntries(told)).toMatchObject({ 3: 100, 6: 16 * 1024 });
  });
});

describe('floods end the connection', () => {
  it('streams that are taken back at once (rapid reset)', async () => {
    const client = await attack();
    const sent = await flood(client, 100_000, (n) =>
      Buffer.concat([get(2 * n + 1), frame(FRAME.reset, 0, 2 * n + 1, number(CODES.cancel))]),
    );
    await client.closed;
    expect(sent).toBeLessThan(20_000);
    await othersAreServed();
  });

  it('a header block without end (CONTINUATION)', async () => {
    const client = await attack();
    await client.send(frame(FRAME.headers, END_STREAM, 1, request('GET', '/api/v1/query')));
    const sent = await flood(client, 100_000, () => frame(FRAME.continuation, 0, 1, request('GET', '/')));
    await client.closed;
    expect(sent).toBeLessThan(5_000);
    await othersAreServed();
  });

  it.each([
    ['PING', () => frame(FRAME.ping, 0, 0, Buffer.alloc(8))],
    ['SETTINGS', () => frame(FRAME.settings, 0, 0)],
  ])('%s frames', async (_, next) => {
    const client = await attack();
    const sent = await flood(client, 100_000, next);
    await client.closed;
    expect(client.goneFor).toBe(CODES.calm);
    expect(sent).toBeLessThan(20_000);
    await othersAreServed();
  });

  it('but the PING frames of a client that works do not', async () => {
    const client = await attack();
    for (let n = 0; n < 600; n += 1) {
      await client.send(get(2 * n + 1), frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
      await expect.poll(() => client.of(FRAME.ping).length, { interval: 1 }).toBe(n + 1);
    }
    expect(client.goneFor).toBeUndefined();
  });

  it('streams beyond those that are allowed', async () => {
    const client = await attack({ requestTimeoutMs: 60_000 });
    const opened = (n: number) => frame(FRAME.headers, END_HEADERS, 2 * n + 1, request('POST', '/api/v1/echo'));
    await client.send(...Array.from({ length: 110 }, (_, n) => opened(n)));
    await expect.poll(() => client.of(FRAME.reset).length).toBe(10);
    expect(client.of(FRAME.reset).map(({ payload }) => payload.readUInt32BE(0))).toEqual(Array(10).fill(CODES.refused));
    const sent = await flood(client, 10_000, (n) => opened(110 + n));
    // Of those that are allowed every one stays; of the others none ever reached a handler.
    expect(toy.app.gateway.active).toBeLessThanOrEqual(100);
    expect(client.goneFor !== undefined || client.of(FRAME.reset).length).toBeTruthy();
    expect(sent).toBeGreaterThan(0);
    await othersAreServed();
  });

  it('frames that make the server take streams back', async () => {
    const client = await attack();
    // A window that grows by nothing is an error of the stream alone.
    const sent = await flood(client, 100_000, (n) =>
      Buffer.concat([get(2 * n + 1, '/api/v1/large'), frame(FRAME.windowUpdate, 0, 2 * n + 1, number(0))]),
    );
    await client.closed;
    expect(sent).toBeLessThan(50_000);
    await othersAreServed();
  });
});

describe('time-outs', () => {
  const quick = { requestTimeoutMs: 200, headersTimeoutMs: 200, timeoutCheckMs: 50 };

  it('a request that does not arrive', async () => {
    const client = await attack(quick);
    await client.send(frame(FRAME.headers, END_HEADERS, 1, request('POST', '/api/v1/echo')));
    await expect.poll(() => client.of(FRAME.reset)[0]?.payload.readUInt32BE(0)).toBe(CODES.cancel);
    await expect.poll(() => toy.app.gateway.active).toBe(0);
  });

  it('an answer that is not taken', async () => {
    // The client opens no window at all (SETTINGS_INITIAL_WINDOW_SIZE is 0).
    const client = await attack(quick, Buffer.from([0, 4, 0, 0, 0, 0]));
    await client.send(get(1, '/api/v1/large'));
    await expect.poll(() => client.of(FRAME.headers).length).toBe(1);
    await expect.poll(() => client.of(FRAME.reset)[0]?.payload.readUInt32BE(0)).toBe(CODES.cancel);
    expect(client.of(FRAME.data)).toEqual([]);
  });

  it('a session without use', async () => {
    const client = await attack({ keepAliveTimeoutMs: 150, timeoutCheckMs: 50 });
    await client.send(get(1));
    await client.closed;
    expect(client.of(FRAME.headers)).toHaveLength(1);
    expect(client.goneFor).toBe(0);
  });

  it.each([
    ['without a frame', Buffer.alloc(0)],
    ['with a header block that does not end', frame(FRAME.headers, END_STREAM, 1, request('GET', '/api/v1/query'))],
  ])('a session that asks for nothing, %s', async (_, bytes) => {
    const client = await attack({ headersTimeoutMs: 150, timeoutCheckMs: 50 });
    await client.send(bytes);
    await client.closed;
    expect(client.of(FRAME.headers)).toEqual([]);
  });

  it('a preface that does not end', async () => {
    toy = await startToy({ limits: { headersTimeoutMs: 150, timeoutCheckMs: 50 } });
    expect(await sendRaw(toy.port, 'PRI * HTTP/2.0\r\n')).not.toContain('HTTP/1.1');
  });

  it('but not a session that is used', async () => {
    toy = await startToy({ limits: { keepAliveTimeoutMs: 300, timeoutCheckMs: 20 } });
    const session = connectHttp2(`http://127.0.0.1:${toy.port}`);
    for (let n = 0; n < 6; n += 1) {
      const stream = session.request({ ':path': '/api/v1/query' }).resume();
      await new Promise((resolve) => stream.once('close', resolve));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(session.closed).toBe(false);
    session.destroy();
  });
});
