import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliveryOf, emailChanged } from '../../../test/support/event-deliveries.ts';
import { answering, type Behaviour, type Receiver, startReceiver } from '../../../test/support/receiver.ts';
import type { Outcome } from '../../app/ports/sender.ts';
import { CONCURRENCY, HttpSender, type RequestsOf } from './http-sender.ts';
import { createAgent } from './senders.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const DELIVERY = deliveryOf(emailChanged());
const NEVER = new AbortController().signal;

let receiver: Receiver;
let agent: ReturnType<typeof createAgent>;
beforeAll(async () => {
  receiver = await startReceiver();
});
beforeEach(() => {
  receiver.received.length = 0;
  receiver.behave(answering(204));
  agent = createAgent(() => true);
});
afterEach(() => agent.destroy());
afterAll(() => receiver.close());

function senderTo(
  url: string,
  { requestsOf, timeout = 2_000 }: { readonly requestsOf?: RequestsOf; readonly timeout?: number } = {},
): HttpSender {
  return new HttpSender({
    url,
    requestsOf: requestsOf ?? (() => [{ headers: { 'x-id': '7' }, body: '{"a":"ä"}' }]),
    agent,
    clock: () => NOW,
    timeout,
  });
}

const sendTo = (behaviour: Behaviour, timeout?: number): Promise<Outcome> => {
  receiver.behave(behaviour);
  return senderTo(`${receiver.url}/hook`, timeout === undefined ? {} : { timeout }).send(DELIVERY, NEVER);
};

describe('a delivery', () => {
  it('is a POST of JSON to path and query, with the headers it came with', async () => {
    await senderTo(`${receiver.url}/hook?key=1`).send(DELIVERY, NEVER);
    const [request] = receiver.received;
    expect(request).toMatchObject({ method: 'POST', path: '/hook?key=1', body: '{"a":"ä"}' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '10',
      'user-agent': 'Tessera',
      'x-id': '7',
    });
  });

  it('that means nothing to the receiver is delivered without being sent', async () => {
    const outcome = await senderTo(receiver.url, { requestsOf: () => [] }).send(DELIVERY, NEVER);
    expect(outcome).toEqual({ type: 'delivered', untried: true });
    expect(receiver.received).toEqual([]);
  });

  it('of several requests ends with the first that fails', async () => {
    const requestsOf = () => ['1', '2', '3'].map((body) => ({ headers: {}, body }));
    receiver.behave((response, { body }) => response.writeHead(body === '2' ? 500 : 200).end());
    const outcome = await senderTo(receiver.url, { requestsOf }).send(DELIVERY, NEVER);
    expect(outcome).toMatchObject({ type: 'failed', answer: 'HTTP 500' });
    expect(receiver.received.map(({ body }) => body)).toEqual(['1', '2']);
  });

  it.each([200, 201, 202, 204, 299])('that is answered %i is delivered', async (status) => {
    expect(await sendTo(answering(status))).toEqual({ type: 'delivered' });
  });
});

describe('a refusal', () => {
  it.each([
    [400, false],
    [401, true],
    [403, true],
    [404, true],
    [413, false],
    [422, false],
    [500, false],
    [502, true],
    [503, true],
    [504, true],
    [599, false],
  ])('%i is tried again (is it about the receiver as a whole: %s)', async (status, isDown) => {
    expect(await sendTo(answering(status))).toEqual({ type: 'failed', answer: `HTTP ${status}`, isDown });
  });

  it('410 says that the receiver is gone', async () => {
    expect(await sendTo(answering(410))).toEqual({ type: 'gone', answer: 'HTTP 410' });
  });

  it.each([300, 301, 302, 303, 304, 307, 308])('%i is not followed, wherever it leads', async (status) => {
    const elsewhere = await startReceiver();
    const outcome = await sendTo(answering(status, { location: `${elsewhere.url}/private` }));
    expect(outcome).toMatchObject({ type: 'failed', answer: `HTTP ${status}: redirects are not followed` });
    expect(receiver.received).toHaveLength(1);
    expect(elsewhere.connections).toBe(0);
    await elsewhere.close();
  });

  it.each<[number, string, number | undefined]>([
    [429, '120', 120_000],
    [503, 'Thu, 15 Jan 2026 12:00:30 GMT', 30_000],
    [503, 'Thursday, 15-Jan-26 12:01:00 GMT', 60_000],
    [503, '99999999999', 86_400_000],
    [503, 'Fri, 15 Jan 2027 12:00:00 GMT', 86_400_000],
    [503, 'Thu, 15 Jan 2026 11:00:00 GMT', undefined],
    [429, '0', undefined],
    [429, '-5', undefined],
    [429, '1e9', undefined],
    [429, 'soon', undefined],
    [500, '120', undefined],
  ])('%i with Retry-After %s', async (status, header, wait) => {
    const outcome = await sendTo(answering(status, { 'retry-after': header }));
    expect(outcome.type === 'failed' ? outcome.retryAfter : 'not failed').toBe(wait);
  });
});

describe('a receiver that does not answer as it should', () => {
  it('has until the deadline', async () => {
    const outcome = await sendTo(() => {}, 50);
    expect(outcome).toEqual({ type: 'failed', answer: 'no answer within 0.05 s', isDown: true });
  });

  it('that is not there is down', async () => {
    const gone = await startReceiver();
    await gone.close();
    const outcome = await senderTo(gone.url).send(DELIVERY, NEVER);
    expect(outcome).toEqual({ type: 'failed', answer: 'no answer (ECONNREFUSED)', isDown: true });
  });

  it.each<[string, Behaviour]>([
    ['hangs up', (response) => response.destroy()],
    ['speaks something else', (_response, _received, { socket }) => socket.end('SSH-2.0-OpenSSH\r\n')],
  ])('that %s is down', async (_name, behaviour) => {
    expect(await sendTo(behaviour)).toMatchObject({ type: 'failed', isDown: true });
  });

  it('whose answer has no end is left after a few kilobytes', async () => {
    let written = 0;
    const outcome = await sendTo((response) => {
      response.writeHead(200);
      const write = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1024))) written += 1024;
      };
      response.on('drain', write);
      write();
    });
    expect(outcome).toEqual({ type: 'delivered' });
    // What the buffers of the connection hold.
    expect(written).toBeLessThan(8 * 1024 * 1024);
  });

  it('whose answer trickles is left at the deadline, and its status counts', async () => {
    const trickling =
      (status: number): Behaviour =>
      (response) => {
        response.writeHead(status).write('.');
      };
    expect(await sendTo(trickling(200), 50)).toEqual({ type: 'delivered' });
    expect(await sendTo(trickling(500), 50)).toMatchObject({ answer: 'HTTP 500' });
  });

  it('whose answers hold what it was sent has none of it in ours', async () => {
    const outcome = await sendTo((response, { body }) => {
      response.writeHead(500, `Broken ${body.length}`, { 'x-echo': encodeURIComponent(body) }).end(body);
    });
    expect(outcome).toEqual({ type: 'failed', answer: 'HTTP 500', isDown: false });
  });
});

describe('a server that stops', () => {
  it.each(['before', 'while'])('%s something is sent takes it as not sent', async (when) => {
    const stopping = new AbortController();
    if (when === 'before') stopping.abort();
    receiver.behave(() => stopping.abort());
    const outcome = await senderTo(receiver.url).send(DELIVERY, stopping.signal);
    expect(outcome).toMatchObject({ type: 'failed', answer: 'the server stops' });
  });
});

describe('connections', () => {
  it('are used again', async () => {
    const sender = senderTo(receiver.url);
    const before = receiver.connections;
    receiver.behave((response) => response.end('thank you'));
    for (let i = 0; i < 20; i += 1) await sender.send(DELIVERY, NEVER);
    // The next is sent when the answer before is read, a moment before its connection counts as free.
    expect(receiver.connections - before).toBeLessThanOrEqual(2);
  });

  it(`are ${CONCURRENCY} at most`, async () => {
    const before = receiver.connections;
    const held: ServerResponse[] = [];
    const isFull = Promise.withResolvers<void>();
    receiver.behave((response) => {
      if (held.push(response) === CONCURRENCY) isFull.resolve();
    });
    const sender = senderTo(receiver.url);
    const all = Promise.all(Array.from({ length: 3 * CONCURRENCY }, () => sender.send(DELIVERY, NEVER)));
    await isFull.promise;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(held).toHaveLength(CONCURRENCY);
    receiver.behave(answering(204));
    for (const response of held) response.writeHead(204).end();
    await all;
    expect(receiver.connections - before).toBe(CONCURRENCY);
  });
});

describe('where it sends to', () => {
  it('is told without path and query, which may hold a key, but differs with them', () => {
    const address = (url: string) => senderTo(url).address;
    expect(address('https://hooks.test/secret?key=1')).toMatch(/^https:\/\/hooks\.test \([\w-]{8}\)$/);
    expect(address('https://hooks.test/secret?key=1')).not.toBe(address('https://hooks.test/secret?key=2'));
  });
});
