import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Outcome } from '../../app/ports/sender.ts';
import { asAddressed } from './envelope.ts';
import type { MailSection } from './section.ts';
import { outcomeOfFailure } from './smtp-outcome.ts';

/** Most connections to the server, and so most mails under way at once. */
export const CONNECTIONS = 5;

export interface SmtpTimes {
  /** Milliseconds to connect, and for the server to begin to speak. */
  readonly connect: number;
  /** Milliseconds of silence in the middle. */
  readonly silence: number;
  /** Milliseconds for a mail in all: a server that goes on letter by letter is never silent. */
  readonly whole: number;
}

const TIMES: SmtpTimes = { connect: 10_000, silence: 20_000, whole: 60_000 };
/** Before servers end connections that nobody uses. */
const IDLE = 60_000;

/** Connections to a mail server. */
export class SmtpServer {
  readonly #transport: ReturnType<typeof open>;
  readonly #times: SmtpTimes;

  constructor(section: MailSection, password: string | null, times: SmtpTimes = TIMES) {
    this.#transport = open(section, password, times);
    this.#transport.use('stream', asAddressed);
    this.#times = times;
  }

  /** @param contents what no answer of the server's may give away */
  async send(mail: SendMailOptions, signal: AbortSignal, contents: readonly string[]): Promise<Outcome> {
    const deadline = AbortSignal.timeout(this.#times.whole);
    try {
      await this.#transport.sendMail({ ...mail, signal: AbortSignal.any([signal, deadline]) });
      return { type: 'delivered' };
    } catch (error) {
      if (signal.aborted) return { type: 'failed', answer: 'the server stops', isDown: false };
      if (deadline.aborted) return { type: 'failed', answer: 'no answer in time', isDown: true };
      return outcomeOfFailure(error, contents);
    }
  }

  /** What is under way is finished. */
  close(): void {
    this.#transport.close();
  }
}

function open({ host, port, tls, user }: MailSection, password: string | null, times: SmtpTimes) {
  return createTransport({
    pool: true,
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(user !== null && password !== null && { auth: { user, pass: password } }),
    maxConnections: CONNECTIONS,
    // A mail may meet a connection that was just ended, and goes over another then.
    maxRequeues: 1,
    dnsTimeout: times.connect,
    connectionTimeout: times.connect,
    greetingTimeout: times.connect,
    socketTimeout: times.silence,
    idleTimeout: IDLE,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
