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
  /** Time for a session's first request to begin, for a whole request, and without streams, in milliseconds. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** How often these three are looked at. */
  readonly timeoutCheckMs: number;
}

/** Megabytes of headers and unsent frames that one session may hold; Node refuses streams beyond. */
const SESSION_MEMORY = 4;
/** Streams a client may take back: at once, and per second. */
const RESETS = { burst: 200, perSecond: 50 };
/** PING and SETTINGS frames; every stream earns some more, as clients measure the line while they use it. */
const CONTROL = { burst: 200, perSecond: 20, perStream: 4 };
/** Announces the end of a session without refusing any stream yet (RFC 9113, 6.8). */
const ANY_STREAM = 2 ** 31 - 1;

type Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/** What is known of a session besides what Node knows. */
interface Session {
  readonly control: Allowance;
  openStreams: number;
  hadStreams: boolean;
  /** When its last stream ended, or it began. */
  idleSince: number;
}

/** When a stream is cut off whose request has not arrived, and when it is whatever happens. */
interface Due {
  readonly arrival: number;
  readonly end: number;
}

/** Serves HTTP/2 on sockets that another server accepted, within limits that Node leaves open. */
export class Http2Side {
  readonly #server: Http2Server;
  readonly #limits: Http2Limits;
  readonly #sessions = new Map<ServerHttp2Session, Session>();
  readonly #due = new Map<ServerHttp2Stream, Due>();
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

  /** Lets an answer without end stay as long as its session. Whoever asks for that has read the request. */
  exempt(stream: ServerHttp2Stream): void {
    this.#due.delete(stream);
  }

  /** Gives a stream on which something was asked as long for the next question as a session has for a next stream. */
  renew(stream: ServerHttp2Stream): void {
    if (!this.#due.has(stream)) return;
    const due = performance.now() + this.#limits.keepAliveTimeoutMs;
    this.#due.set(stream, { arrival: due, end: due });
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
      hadStreams: false,
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
    session.on('stream', (stream) => this.#track(stream, known));
    session.on('close', () => this.#sessions.delete(session));
  }

  #track(stream: ServerHttp2Stream, session: Session): void {
    const { requestTimeoutMs } = this.#limits;
    const now = performance.now();
    session.openStreams += 1;
    session.hadStreams = true;
    session.control.give(CONTROL.perStream);
    this.#due.set(stream, { arrival: now + requestTimeoutMs, end: now + 2 * requestTimeoutMs });
    stream.on('close', () => {
      session.openStreams -= 1;
      session.idleSince = performance.now();
      this.#due.delete(stream);
    });
  }

  /** Ends what takes too long: a request that does not arrive, an answer that is not taken, a session without use. */
  #enforce(now: number): void {
    const { headersTimeoutMs, keepAliveTimeoutMs } = this.#limits;
    for (const [stream, { arrival, end }] of this.#due) {
      if (now < arrival) continue;
      const arrived = stream.endAfterHeaders || stream.readableEnded;
      if (!arrived || now >= end) stream.close(constants.NGHTTP2_CANCEL);
    }
    for (const [session, { openStreams, hadStreams, idleSince }] of this.#sessions) {
      const patience = hadStreams ? keepAliveTimeoutMs : headersTimeoutMs;
      if (openStreams > 0 || now - idleSince < patience) continue;
      // A second time, the client has not even taken the news.
      if (session.closed) session.destroy();
      else session.close();
    }
  }
}
