import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Outcome } from '../../src/app/ports/sender.ts';
import type { Message } from '../../src/core/user/commands.ts';
import { MailSender } from '../../src/delivery/mail/mail-sender.ts';
import type { MailSection } from '../../src/delivery/mail/section.ts';
import type { SmtpTimes } from '../../src/delivery/mail/smtp.ts';
import type { Composer } from '../../src/delivery/messages/compose.ts';
import { codeMessage, composerFor, deliveryOf } from './messages.ts';
import { type MailServer, type MailServerOptions, startMailServer } from './smtp.ts';

const STILL_RUNNING = new AbortController().signal;
const PATIENT: SmtpTimes = { connect: 10_000, silence: 10_000, whole: 20_000 };

/** Settings for a server on this machine, without encryption unless they say otherwise. */
export function sectionOf(port: number, more: Partial<MailSection> = {}): MailSection {
  const base = { host: '127.0.0.1', user: null, sealedPassword: null, fromName: null, replyTo: null } as const;
  return { ...base, port, tls: 'none', from: 'no-reply@tessera.test', ...more };
}

export interface OpenSender {
  readonly sender: MailSender;
  /** May be changed. */
  readonly settings: { section: MailSection | null };
  send(message?: Message, more?: object, signal?: AbortSignal): Promise<Outcome>;
}

/** Senders and servers that are closed after each test. */
export function useMailSenders() {
  const bench = { dataDir: tmpdir(), logged: [] as unknown[][] };
  let open: { close(): unknown }[] = [];
  beforeEach(() => {
    bench.dataDir = mkdtempSync(join(tmpdir(), 'tessera-mail-'));
    bench.logged = [];
    open = [];
  });
  afterEach(async () => {
    for (const part of open.reverse()) await part.close();
    rmSync(bench.dataDir, { recursive: true, force: true });
  });

  const senderWith = (
    section: MailSection | null,
    composer: Pick<Composer, 'compose'> = composerFor(),
    times: SmtpTimes = PATIENT,
  ): OpenSender => {
    const settings = { section };
    const log = (...line: unknown[]) => void bench.logged.push(line);
    const sender = new MailSender({
      composer,
      section: () => settings.section,
      secrets: { open: (sealed) => `open ${sealed}` },
      dataDir: bench.dataDir,
      logger: { info: log, error: log },
      times,
    });
    open.push(sender);
    return {
      sender,
      settings,
      send: (message = codeMessage(), more = {}, signal = STILL_RUNNING) =>
        sender.send(deliveryOf(message, more), signal),
    };
  };

  const serverWith = async (options: MailServerOptions = {}): Promise<MailServer> => {
    const server = await startMailServer(options);
    open.push(server);
    return server;
  };

  /** A server that speaks as the test has it speak. @returns its port */
  const rawServer = async (onConnection: (socket: Socket) => void): Promise<number> => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({
      close: () => {
        for (const socket of sockets) socket.destroy();
        return new Promise((resolve) => server.close(resolve));
      },
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  };

  return { bench, senderWith, serverWith, rawServer };
}
