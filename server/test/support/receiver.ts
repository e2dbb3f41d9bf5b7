import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver was sent. */
export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export type Behaviour = (response: ServerResponse, received: Received, request: IncomingMessage) => void;

/** An HTTP server that keeps what it is sent, and answers as the test wants. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** Connections that were ever opened. */
  readonly connections: number;
  /** What is done with a request; an empty 204 unless replaced. */
  behave(behaviour: Behaviour): void;
  /** Waits until what was received is as the test wants it, fifteen seconds at most. */
  until(holds: (received: readonly Received[]) => boolean): Promise<readonly Received[]>;
  close(): Promise<void>;
}

export const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, headers).end();
  };

/** @param port a free one unless given, for a receiver that returns where it was */
export async function startReceiver(port = 0, host = '127.0.0.1'): Promise<Receiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  let behaviour = answering(204);
  let connections = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url: path, headers } = request;
    const one = { method, path, headers, body: Buffer.concat(chunks).toString(), at: Date.now() };
    received.push(one);
    for (const check of waiting) check();
    behaviour(response, one, request);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    received,
    get connections() {
      return connections;
    },
    behave: (next) => {
      behaviour = next;
    },
    until: (holds) =>
      new Promise((resolve, reject) => {
        const end = () => {
          waiting.delete(check);
          clearTimeout(timer);
        };
        const check = () => {
          if (!holds(received)) return;
          end();
          resolve(received);
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`in vain, with ${received.length} requests received`));
        }, 15_000);
        waiting.add(check);
        check();
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
