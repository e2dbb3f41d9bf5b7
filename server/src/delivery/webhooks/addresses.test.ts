import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliveryOf, emailChanged } from '../../../test/support/event-deliveries.ts';
import { HOSTILE_URLS, type HostileUrl } from '../../../test/support/hostile-urls.ts';
import { answering, type Receiver, startReceiver } from '../../../test/support/receiver.ts';
import { parseSetup } from '../../config/setup-file.ts';
import { isPublicAddress, type LookupAll } from './addresses.ts';
import { HttpSender } from './http-sender.ts';
import { createAgent, WebhookSenders } from './senders.ts';

/** Nobody must get here. */
let canary: Receiver;
beforeAll(async () => {
  canary = await startReceiver();
});
beforeEach(() => {
  canary.received.length = 0;
});
afterAll(() => canary.close());

const DELIVERY = deliveryOf(emailChanged());

function lookupOf(answers: readonly string[]): LookupAll {
  return (_hostname, _options, callback) => {
    const found = answers.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    setImmediate(callback, null, found);
  };
}

async function send(url: string, allowPrivateAddresses: boolean, lookup: LookupAll) {
  const receivers = new Map([['r', { url, allowPrivateAddresses, requestsOf: () => [{ headers: {}, body: '{}' }] }]]);
  const senders = new WebhookSenders({ receivers: () => receivers, clock: Date.now, lookup });
  const outcome = await senders.sender('r')?.send(DELIVERY, new AbortController().signal);
  await senders.close();
  return outcome;
}

function isRefusedBySetup(url: string): boolean {
  const webhook = { name: 'w', url, events: ['*'], secret: `whsec_${Buffer.alloc(24).toString('base64')}` };
  try {
    parseSetup(JSON.stringify({ organizations: [{ name: 'A', webhooks: [webhook] }] }), {}, 'setup.json');
    return false;
  } catch {
    return true;
  }
}

const at = ({ url }: HostileUrl) => url.replaceAll('PORT', `${canary.port}`);

describe('hostile addresses', () => {
  it('are many', () => {
    expect(new Set(HOSTILE_URLS.map(({ url }) => url)).size).toBe(HOSTILE_URLS.length);
    expect(HOSTILE_URLS.length).toBeGreaterThan(150);
  });

  it.each(HOSTILE_URLS.filter(({ refusedBy }) => refusedBy === 'setup'))(
    '$url is no address for the setup',
    (entry) => {
      expect(isRefusedBySetup(at(entry))).toBe(true);
    },
  );

  it.each(HOSTILE_URLS.filter(({ refusedBy }) => refusedBy === 'connect'))(
    '$url is not connected to',
    async (entry) => {
      // Given a receiver that the setup lets through
      expect(isRefusedBySetup(at(entry))).toBe(false);
      // When
      const outcome = await send(at(entry), false, lookupOf(entry.answers ?? ['127.0.0.1']));
      // Then
      expect(outcome).toMatchObject({ type: 'failed', isDown: true });
      expect(outcome).toHaveProperty('answer', expect.stringMatching(/^refused: .*not a public address/));
      expect(canary.connections).toBe(0);
    },
  );
});

describe('a receiver whose private addresses are allowed', () => {
  const plain = HOSTILE_URLS.filter(({ isListener, url }) => isListener && url.startsWith('http:'));

  it.each(plain)('is reached at $url', async (entry) => {
    const outcome = await send(at(entry), true, lookupOf([]));
    expect(outcome).toEqual({ type: 'delivered' });
    expect(canary.received).toHaveLength(1);
  });
});

describe('public addresses', () => {
  it.each(['8.8.8.8', '93.184.215.14', '2606:4700::1111', '2a00:1450::1', '64:ff9b::8.8.8.8', '::ffff:8.8.8.8'])(
    '%s is one',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
});

describe('a name', () => {
  /** Of these two only the first is permitted, as if it were of the open internet. */
  const PUBLIC = '127.0.0.2';
  const PRIVATE = '127.0.0.1';
  let site: Receiver;
  beforeAll(async () => {
    // On the port of the canary, so that only the address tells them apart.
    site = await startReceiver(canary.port, PUBLIC);
  });
  afterAll(() => site.close());

  /** Sends to a name whose look-ups are answered one after the other, each time over a new connection. */
  async function rebound(answers: readonly (readonly string[])[], times: number) {
    let asked = 0;
    const lookup: LookupAll = (hostname, options, callback) => {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? [];
      asked += 1;
      lookupOf(answer)(hostname, options, callback);
    };
    site.behave(answering(204, { connection: 'close' }));
    const agent = createAgent((address) => address === PUBLIC, lookup);
    const url = `http://rebinding.test:${canary.port}/`;
    const requestsOf = () => [{ headers: {}, body: '{}' }];
    const sender = new HttpSender({ url, requestsOf, agent, clock: Date.now });
    const outcomes: string[] = [];
    for (let i = 0; i < times; i += 1) {
      const outcome = await sender.send(DELIVERY, new AbortController().signal);
      outcomes.push(outcome.type);
    }
    await agent.destroy();
    return { outcomes, asked };
  }

  it('that is answered otherwise after the check is connected to where it was checked', async () => {
    const before = canary.connections;
    const { outcomes, asked } = await rebound([[PUBLIC], [PRIVATE]], 3);
    expect(outcomes).toEqual(['delivered', 'failed', 'failed']);
    expect(asked).toBe(3);
    expect(canary.connections).toBe(before);
  });

  it('with addresses of both kinds is reached at the public one only', async () => {
    const before = canary.connections;
    const { outcomes } = await rebound([[PRIVATE, PUBLIC]], 2);
    expect(outcomes).toEqual(['delivered', 'delivered']);
    expect(canary.connections).toBe(before);
  });
});
