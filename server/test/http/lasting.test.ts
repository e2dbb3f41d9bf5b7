import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterEach, describe, expect, it } from 'vitest';
import { drain } from '../../src/server/drain.ts';
import { REFLECTIONS } from '../../src/server/grpc/descriptors.ts';
import type { HttpLimits } from '../../src/server/http.ts';
import { CODES, END_HEADERS, END_STREAM, FRAME, frame, RawClient, request } from './frames.ts';
import { open } from './raw.ts';
import { startToy, type Toy } from './toy.ts';

const WATCH = '/grpc.health.v1.Health/Watch';
const GRPC: [string, string] = ['content-type', 'application/grpc'];
/** A gRPC message without a field: the state of the server is asked for. */
const EMPTY = Buffer.alloc(5);
/** Every request is to end after 400 ms at the latest. */
const QUICK = { headersTimeoutMs: 200, requestTimeoutMs: 200, timeoutCheckMs: 20 };

let toy: Toy;
const ends: (() => void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await drain(toy.app, 0);
});

async function start(limits: Partial<HttpLimits>): Promise<void> {
  toy = await startToy({ limits });
}

function session(): ClientHttp2Session {
  const opened = connect(`http://127.0.0.1:${toy.port}`);
  opened.on('error', () => {});
  ends.push(() => opened.destroy());
  return opened;
}

function ask(over: ClientHttp2Session, path: string): ClientHttp2Stream {
  const stream = over.request({ ':method': 'POST', ':path': path, [GRPC[0]]: GRPC[1], te: 'trailers' });
  stream.on('error', () => {});
  return stream;
}

function watch(over: ClientHttp2Session): ClientHttp2Stream {
  return ask(over, WATCH).end(EMPTY);
}

describe('a watch of the health', () => {
  it('given requests that never end, when their time is up, then their streams are cut', async () => {
    await start(QUICK);
    const client = new RawClient(toy.port);
    ends.push(() => client.socket.destroy());
    for (const stream of [1, 3, 5]) {
      await client.send(frame(FRAME.headers, END_HEADERS, stream, request('POST', WATCH, [GRPC])));
    }
    await client.send(frame(FRAME.data, 0, 3, EMPTY));
    await expect.poll(() => client.of(FRAME.reset).map(({ stream }) => stream)).toEqual([1, 3, 5]);
    expect(client.of(FRAME.reset).map(({ payload }) => payload.readUInt32BE(0))).toEqual(Array(3).fill(CODES.cancel));
  });

  it('given a refusal that is not taken, when its time is up, then its stream is cut', async () => {
    await start(QUICK);
    // The client opens no window at all (SETTINGS_INITIAL_WINDOW_SIZE is 0).
    const client = new RawClient(toy.port, Buffer.from([0, 4, 0, 0, 0, 0]));
    ends.push(() => client.socket.destroy());
    const connectStream: [string, string] = ['content-type', 'application/connect+json'];
    await client.send(frame(FRAME.headers, END_HEADERS, 1, request('POST', WATCH, [connectStream])));
    await client.send(frame(FRAME.data, END_STREAM, 1, Buffer.from('nonsense')));
    await expect.poll(() => client.of(FRAME.reset)[0]?.payload.readUInt32BE(0)).toBe(CODES.cancel);
  });

  it('given a whole request, when longer passes than any other may take, then it stays', async () => {
    await start(QUICK);
    const stream = watch(session());
    await once(stream, 'data');
    await sleep(700);
    expect(stream.closed).toBe(false);
  });

  it('given a whole request over HTTP/1, when longer passes than any other may take, then it stays', async () => {
    await start(QUICK);
    const { socket } = open(toy.port);
    ends.push(() => socket.destroy());
    socket.write(
      `POST ${WATCH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/grpc-web\r\nContent-Length: 5\r\n\r\n`,
    );
    socket.write(EMPTY);
    await once(socket, 'data');
    await sleep(700);
    expect(socket.closed).toBe(false);
  });

  it('given ten on a connection, when another is asked for, then it is refused, and not elsewhere', async () => {
    await start({});
    const busy = session();
    const watches = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const stream = watch(busy);
        await once(stream, 'data');
        return stream;
      }),
    );
    const refused = watch(busy).resume();
    const [head] = await once(refused, 'response');
    expect(head['grpc-status'] ?? (await once(refused, 'trailers'))[0]['grpc-status']).toBe(
      `${Code.ResourceExhausted}`,
    );
    await once(watch(session()), 'data');
    // When one has left, then there is room again
    watches[0]?.close();
    await expect
      .poll(async () => {
        const [status] = await once(watch(busy).resume(), 'response');
        return status['grpc-status'];
      })
      .toBeUndefined();
  });
});

describe('a stream of questions to reflection', () => {
  const [service] = REFLECTIONS;
  const method = service?.method['serverReflectionInfo'];
  if (service === undefined || method === undefined) throw new Error('there is no reflection');
  const question = (): Buffer => {
    const message = toBinary(
      method.input,
      create(method.input, { messageRequest: { case: 'listServices', value: '' } }),
    );
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    return Buffer.concat([prefix, message]);
  };

  it('given questions with pauses, when it lasts, then it is answered until nothing is asked any more', async () => {
    await start({ ...QUICK, keepAliveTimeoutMs: 1_000 });
    const stream = ask(session(), `/${service.typeName}/ServerReflectionInfo`);
    stream.write(question());
    await once(stream, 'data');
    await sleep(600);
    stream.write(question());
    await once(stream, 'data');
    expect(stream.closed).toBe(false);
    await once(stream, 'close');
    expect(stream.rstCode).toBe(CODES.cancel);
  });
});
