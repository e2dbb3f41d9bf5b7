import {
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import { Allowance } from './allowance.ts';

export interface Http2Limits {
  /** Longest header list, in bytes as HTTP/2 counts them, and most fields in it. */
  readonly maxHeaderBytes: number;
  readonly maxHeaderFields: number;
  /** Streams of one session at a time. */
  readonly maxStreams: number;
  /** Time for the whole request, and of a session without streams, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How often these two are looked at. */
  readonly timeoutCheckMs: number;
}

/** Megabytes of headers and unsent frames that one session may hold; Node refuses streams beyond. */
const SESSION_MEMORY = 4;
/** Streams a client may take back: at once, and per second. */
const RESETS = { burst: 200, perSecond: 50 };
/** PING and SETTINGS frames; every stream earns some more, as clients measure the line while they use it. */
const CONTROL = { burst: 200, perSecond: 20, perStream: 4 };
/** Path of the one call that lasts: it may stay open as long as its session. */
const LASTING = '/grpc.health.v1.Health/Watch';
/** Announces the end of a session without refusing any stream yet (RFC 9113, 6.8). */
const ANY_STREAM = 2 ** 31 - 1;

type Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/** What is known of a session besides what Node knows. */
interface Session {
  readonly control: Allowance;
  openStreams: number;
  /** When its last stream ended, or it began. */
  idleSince: number;
}

/** Serves HTTP/2 on sockets that another server accepted, within limits that Node leaves open. */
export class Http2Side {
  readonly #server: Http2Server;
  readonly #limits: Http2Limits;
  readonly #sessions = new Map<ServerHttp2Session, Session>();
  readonly #startedAt = new Map<ServerHttp2Stream, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(limits: Http2Limits, listener: Listener) {
    this.#limits = limits;
    this.#server = createServer(
      {
        maxSessionMemory: SESSION_MEMORY,
        // The pseudo-header fields count as well.
        maxHeaderListPairs: limits.maxHeaderFields + 4,
        streamResetBurst: RESETS.burst,
        streamResetRate: RESETS.perSecond,
        settings: { maxConcurrentStreams: limits.maxStreams, maxHeaderListSize: limits.maxHeaderBytes },
      },
      listener,
    );
    this.#server.on('session', (session) => this.#watch(session));
    this.#timer = setInterval(() => this.#enforce(performance.now()), limits.timeoutCheckMs);
    this.#timer.unref();
  }

  /** Takes over a socket whose first bytes were put back. */
  accept(socket: Socket): void {
    this.#server.emit('connection', socket);
  }

  /** Asks every client to take its next calls elsewhere; those on their way here are served. */
  announceEnd(): void {
    for (const session of this.#sessions.keys()) {
      if (!session.closed) session.goaway(constants.NGHTTP2_NO_ERROR, ANY_STREAM);
    }
  }

  /** Takes no further streams; each session ends with the last of those it has. */
  close(): void {
    clearInterval(this.#timer);
    for (const session of this.#sessions.keys()) {
      if (!session.closed) session.close();
    }
  }

  #watch(session: ServerHttp2Session): void {
    const now = performance.now();
    const known: Session = {
      control: new Allowance(CONTROL.burst, CONTROL.perSecond, now),
      openStreams: 0,
      idleSince: now,
    };
    this.#sessions.set(session, known);
    const charge = (): void => {
      if (known.control.take(performance.now()) || session.destroyed) return;
      session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
      session.destroy();
    };
    session.on('ping', charge);
    session.on('remoteSettings', charge);
    session.on('stream', (stream, headers) => this.#track(stream, known, headers[':path'] === LASTING));
    session.on('close', () => this.#sessions.delete(session));
  }

  #track(stream: ServerHttp2Stream, session: Session, lasting: boolean): void {
    session.openStreams += 1;
    session.control.give(CONTROL.perStream);
    if (!lasting) this.#startedAt.set(stream, performance.now());
    stream.on('close', () => {
      session.openStreams -= 1;
      session.idleSince = performance.now();
      this.#startedAt.delete(stream);
    });
  }

  /** Ends what takes too long: a request that does not arrive, an answer that is not taken, a session without use. */
  #enforce(now: number): void {
    const { requestTimeoutMs, keepAliveTimeoutMs } = this.#limits;
    for (const [stream, startedAt] of this.#startedAt) {
      const age = now - startedAt;
      if (age < requestTimeoutMs) continue;
      const arrived = stream.endAfterHeaders || stream.readableEnded;
      if (!arrived || age >= 2 * requestTimeoutMs) stream.close(constants.NGHTTP2_CANCEL);
    }
    for (const [session, { openStreams, idleSince }] of this.#sessions) {
      if (openStreams > 0 || now - idleSince < keepAliveTimeoutMs) continue;
      // A second time, the client has not even taken the news.
      if (session.closed) session.destroy();
      else session.close();
    }
  }
}
