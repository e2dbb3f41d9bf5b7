import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** How every HTTP/2 connection begins; no HTTP/1 request can begin with its first four bytes. */
const PREFACE = Buffer.from('PRI ');
const REQUEST_TIMEOUT = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

type Accept = (socket: Socket) => void;

/**
 * Lets HTTP/1 and HTTP/2 share the port on which `server` listens: by the protocol that TLS agreed on, else by the first
 * bytes. HTTP/1 stays with the server's own listener, so that its limits and time-outs stay in force.
 */
export class Connections {
  readonly #open = new Set<Socket>();
  readonly #undecided = new Set<Socket>();

  /** @param timeoutMs how long a client may take for its first bytes */
  constructor(server: Server, http2: Accept, timeoutMs: number) {
    // An HTTPS server takes encrypted sockets first, and serves HTTP/1 on what comes out of them.
    const encrypted = server.listenerCount('secureConnection') > 0;
    const event = encrypted ? 'secureConnection' : 'connection';
    const listeners = server.listeners(event);
    const http1: Accept = (socket) => {
      for (const listener of listeners) listener.call(server, socket);
    };
    server.removeAllListeners(event);
    if (encrypted) {
      server.on(event, (socket: TLSSocket) => (socket.alpnProtocol === 'h2' ? http2 : http1)(socket));
    } else {
      server.on(event, (socket: Socket) => this.#sniff(socket, http1, http2, timeoutMs));
    }
    server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  /** Cuts off connections on which nothing was asked yet. */
  closeSilent(): void {
    for (const socket of this.#undecided) socket.destroy();
  }

  /** Cuts off all connections, whatever happens on them. */
  closeAll(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #sniff(socket: Socket, http1: Accept, http2: Accept, timeoutMs: number): void {
    let seen: Buffer = Buffer.alloc(0);
    this.#undecided.add(socket);
    const stop = (): void => {
      clearTimeout(timer);
      this.#undecided.delete(socket);
      socket.off('readable', onReadable).off('end', onEnd).off('error', onEnd).off('close', stop);
    };
    const onReadable = (): void => {
      const bytes: Buffer | null = socket.read();
      if (bytes === null) return;
      seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
      const isHttp2 = seen.subarray(0, PREFACE.length).equals(PREFACE.subarray(0, seen.length));
      if (isHttp2 && seen.length < PREFACE.length) return;
      stop();
      socket.unshift(seen);
      (isHttp2 ? http2 : http1)(socket);
    };
    const onEnd = (): void => {
      stop();
      socket.destroy();
    };
    const timer = setTimeout(() => {
      stop();
      socket.on('error', () => socket.destroy());
      socket.end(REQUEST_TIMEOUT, () => socket.destroy());
    }, timeoutMs);
    socket.on('readable', onReadable).on('end', onEnd).on('error', onEnd).on('close', stop);
  }
}
