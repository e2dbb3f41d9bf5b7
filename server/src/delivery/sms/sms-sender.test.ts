import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NOW } from '../../../test/support/given.ts';
import { CODE, codeMessage, composerFor, deliveryOf, person } from '../../../test/support/messages.ts';
import type { CodeMessage } from '../../core/user/commands.ts';
import type { SmsSection } from './section.ts';
import { SmsSender } from './sms-sender.ts';

const STILL_RUNNING = new AbortController().signal;

interface Posted {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

let gateway: Server;
let posted: Posted[];
let answer: { status: number; headers?: Record<string, string> };
let dataDir: string;
let sender: SmsSender | undefined;

beforeAll(async () => {
  gateway = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      posted.push({ url: request.url, headers: request.headers, body: JSON.parse(body) });
      response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => gateway.close(resolve)));

beforeEach(() => {
  posted = [];
  answer = { status: 200 };
  dataDir = mkdtempSync(join(tmpdir(), 'tessera-sms-'));
});
afterEach(async () => {
  await sender?.close();
  rmSync(dataDir, { recursive: true });
});

const text = (more: Partial<CodeMessage> = {}) =>
  codeMessage({ kind: 'verify_phone', channel: 'sms', to: '+12025550143', ...more });

function section(more: Partial<SmsSection> = {}): SmsSection {
  const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/messages?account=7`;
  return { url, sealedAuthorization: 'Bearer abc', from: 'Acme', allowPrivateAddresses: true, ...more };
}

function senderWith(given: SmsSection | null, composer = composerFor(), log: unknown[] = []): SmsSender {
  const logger = {
    info: (...line: unknown[]) => void log.push(line),
    error: (...line: unknown[]) => void log.push(line),
  };
  const secrets = { open: (sealed: string) => `open ${sealed}` };
  sender = new SmsSender({ composer, section: () => given, secrets, dataDir, clock: () => NOW, logger });
  return sender;
}

const send = (message = text(), given: SmsSection | null = section(), more = {}) =>
  senderWith(given).send(deliveryOf(message, more), STILL_RUNNING);

describe('a text message', () => {
  it('is posted to the gateway as it is documented', async () => {
    expect(await send()).toEqual({ type: 'delivered' });
    const [request] = posted;
    const id = expect.stringMatching(/^[\w-]{32}$/);
    expect(request).toEqual({
      url: '/messages?account=7',
      headers: expect.objectContaining({
        'content-type': 'application/json',
        authorization: 'open Bearer abc',
        'idempotency-key': id,
      }),
      body: {
        to: '+12025550143',
        from: 'Acme',
        text: `Acme: code to verify your phone number: ${CODE}\nGood until 15 January 2026 at 13:00 UTC.`,
        id,
      },
    });
    expect(request?.headers['idempotency-key']).toBe(Object(request?.body).id);
  });

  it('has the same id in every try, and another message another', async () => {
    await send();
    await send(text(), section(), { attempts: 2 });
    await send(text(), section(), { id: 8 });
    const [first, again, other] = posted.map(({ body }) => Object(body).id);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('has no sender and no credentials that are not configured', async () => {
    await send(text(), section({ from: null, sealedAuthorization: null }));
    expect(posted).toMatchObject([{ body: { from: null } }]);
    expect(posted[0]?.headers).not.toHaveProperty('authorization');
  });

  it('carries the link of whoever asked for it, and no other', async () => {
    const urlTemplate = 'https://app.test/reset?c={{.Code}}';
    await send(text({ kind: 'reset_password', urlTemplate }));
    await send(text({ kind: 'reset_password' }));
    expect(posted.map(({ body }) => Object(body).text.split('\n')[0])).toEqual([
      `Acme: to choose a new password: https://app.test/reset?c=${CODE}`,
      `Acme: to choose a new password: ${CODE}`,
    ]);
  });

  it('is in the language of the user, and short', async () => {
    await senderWith(section(), composerFor(person({ preferredLanguage: 'de' }))).send(
      deliveryOf(text()),
      STILL_RUNNING,
    );
    const { text: said } = Object(posted[0]?.body);
    expect(said).toBe(
      `Acme: Code zur Bestätigung Ihrer Telefonnummer: ${CODE}\nGültig bis 15. Januar 2026 um 13:00 UTC.`,
    );
    expect(said.length).toBeLessThan(160);
  });
});

describe('a gateway', () => {
  it('is told from another without the keys in its URL', () => {
    const [here, there] = ['https://sms.test/send?key=a', 'https://sms.test/send?key=b'].map(
      (url) => senderWith(section({ url })).address,
    );
    expect(here).toMatch(/^https:\/\/sms\.test \([\w-]{8}\)$/);
    expect(there).not.toBe(here);
  });
});

describe('a gateway that answers', () => {
  it.each([
    [202, { type: 'delivered' }],
    [400, { type: 'refused', answer: 'HTTP 400' }],
    [422, { type: 'refused', answer: 'HTTP 422' }],
    [401, { type: 'failed', answer: 'HTTP 401', isDown: true }],
    [410, { type: 'gone', answer: 'HTTP 410' }],
    [500, { type: 'failed', answer: 'HTTP 500', isDown: false }],
    [503, { type: 'failed', answer: 'HTTP 503', isDown: true, retryAfter: 30_000 }],
    [302, { type: 'failed', answer: 'HTTP 302: redirects are not followed', isDown: true }],
  ])('%d', async (status, outcome) => {
    answer = { status, headers: { 'retry-after': '30', location: '/elsewhere' } };
    expect(await send()).toEqual(outcome);
    expect(posted).toHaveLength(1);
  });

  it('nothing at all, since it is at a private address that is not allowed', async () => {
    const outcome = await send(text(), section({ allowPrivateAddresses: false }));
    expect(outcome).toMatchObject({ type: 'failed', isDown: true, answer: expect.stringContaining('refused') });
    expect(posted).toEqual([]);
  });

  it('is not asked for what has expired', async () => {
    expect(await send(text({ expiresAt: NOW }))).toEqual({ type: 'refused', answer: 'expired', untried: true });
    expect(posted).toEqual([]);
  });
});

describe('without a gateway', () => {
  it('text messages are files that nobody else may read, and the log says where', async () => {
    // Given
    const log: unknown[] = [];
    // When
    const outcome = await senderWith(null, composerFor(), log).send(deliveryOf(text()), STILL_RUNNING);
    // Then
    expect(outcome).toEqual({ type: 'delivered' });
    const [name = '', ...others] = readdirSync(join(dataDir, 'sms'));
    expect([name, others]).toEqual(['2026-01-15T12-00-00.000Z-000000000007-verify_phone.json', []]);
    const file = join(dataDir, 'sms', name);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      to: '+12025550143',
      from: null,
      text: expect.stringContaining(CODE),
    });
    const notice = 'no SMS gateway is configured: the text message is in a file';
    expect(log).toEqual([[{ kind: 'verify_phone', file }, notice]]);
  });
});
