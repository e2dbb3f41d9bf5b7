import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerParts } from '../../src/server/server.ts';
import { freshDatabase } from '../support/engine.ts';
import type { TestSetup } from '../support/setup.ts';
import { type MailServer, startMailServer } from '../support/smtp.ts';
import { startTessera, type Tessera } from '../support/tessera.ts';

/** Where all links must lead that nobody has asked to lead elsewhere. */
export const PUBLIC_URL = 'https://id.tessera.test';
const FROM = 'no-reply@tessera.test';

export interface TextMessage {
  readonly to: string;
  readonly from: string | null;
  readonly text: string;
  readonly id: string;
}

export interface Mailing {
  readonly tessera: Tessera;
  readonly mail: MailServer;
  readonly texts: readonly TextMessage[];
  /** The text messages to a number, once there are so many. */
  waitForText(to: string, count?: number): Promise<TextMessage[]>;
  stop(): Promise<void>;
}

/** A Tessera with a real mail server and a gateway for text messages; it trusts the forwarded headers of everybody here. */
export async function startMailing(setup: TestSetup, parts: ServerParts = {}): Promise<Mailing> {
  const mail = await startMailServer();
  const gateway = await startGateway();
  setup.instance.mail = { host: '127.0.0.1', port: mail.port, tls: 'none', from: FROM };
  setup.instance.sms = { url: gateway.url, from: 'Tessera', allowPrivateAddresses: true };
  const database = await freshDatabase('the data folder');
  const env = { ...database.env, TESSERA_TRUSTED_PROXIES: '127.0.0.0/8' };
  const tessera = await startTessera(setup, { ...parts, senders: undefined }, { ...database, env }, [
    '--public-url',
    PUBLIC_URL,
  ]);
  return {
    tessera,
    mail,
    texts: gateway.texts,
    waitForText: gateway.waitFor,
    async stop() {
      await tessera.stop();
      await Promise.all([mail.close(), gateway.close()]);
    },
  };
}

async function startGateway() {
  const texts: TextMessage[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      texts.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(202).end();
      for (const look of waiting) look();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`,
    texts,
    async waitFor(to: string, count = 1): Promise<TextMessage[]> {
      const found = () => texts.filter((text) => text.to === to);
      while (found().length < count) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
      return found();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
