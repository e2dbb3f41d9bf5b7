import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { type ReadMail, readMail } from './read-mail.ts';

/** A certificate for 127.0.0.1 and localhost that nobody trusts unless told to. */
export const TLS = {
  cert: readFileSync(new URL('../fixtures/tls/cert.pem', import.meta.url)),
  key: readFileSync(new URL('../fixtures/tls/key.pem', import.meta.url)),
};

export interface ReceivedMail extends ReadMail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly wasEncrypted: boolean;
  readonly user: string | undefined;
}

export interface MailServer {
  readonly port: number;
  /** In the order in which they came. */
  readonly mails: ReceivedMail[];
  /** Connections so far. */
  readonly connections: () => number;
  /** The mails to an address, once there are so many. */
  waitFor(to: string, count?: number): Promise<ReceivedMail[]>;
  close(): Promise<void>;
}

/** What the server answers in place of taking a mail: the code and the text. */
export type Refuse = readonly [code: number, text: string] | undefined;

export interface MailServerOptions extends SMTPServerOptions {
  readonly onRecipient?: (address: string) => Refuse;
  readonly onContent?: (mail: ReceivedMail) => Refuse;
  /** The port of one that was there before. */
  readonly port?: number;
}

/** A real SMTP server; without encryption unless the options say otherwise. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { onRecipient, onContent, port: wanted = 0, ...more } = options;
  const mails: ReceivedMail[] = [];
  const waiting = new Set<() => void>();
  let connections = 0;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    // Connections that nobody uses are not waited for.
    closeTimeout: 20,
    logger: false,
    onConnect(_session, done) {
      connections += 1;
      done();
    },
    onRcptTo({ address }, _session, done) {
      done(refusal(onRecipient?.(address)));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const envelope = { from, to: rcptTo.map(({ address }) => address) };
        const mail = {
          ...readMail(Buffer.concat(chunks)),
          envelope,
          wasEncrypted: session.secure,
          user: session.user as string | undefined,
        };
        const refused = refusal(onContent?.(mail));
        if (refused === null) mails.push(mail);
        done(refused);
        for (const look of waiting) look();
      });
    },
    ...more,
  });
  // Clients that break off a connection are none of its business.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', () => resolve()));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    connections: () => connections,
    async waitFor(to, count = 1) {
      const found = () => mails.filter(({ envelope }) => envelope.to.includes(to));
      while (found().length < count) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
      return found();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function refusal(refuse: Refuse): Error | null {
  if (refuse === undefined) return null;
  const [responseCode, text] = refuse;
  return Object.assign(new Error(text), { responseCode });
}
