import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deliveryOf, emailChanged } from '../../../test/support/event-deliveries.ts';
import { type Receiver, startReceiver } from '../../../test/support/receiver.ts';
import { type WebhookReceiver, WebhookSenders } from './senders.ts';

const NEVER = new AbortController().signal;
const DELIVERY = deliveryOf(emailChanged());
let receiver: Receiver;
let current: ReadonlyMap<string, WebhookReceiver> = new Map();
const senders = new WebhookSenders({ receivers: () => current, clock: Date.now });
beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(() => senders.close());
afterAll(() => receiver.close());

function given(body: string, more: Partial<WebhookReceiver> = {}): void {
  const requestsOf = () => [{ headers: {}, body }];
  current = new Map([['crm', { url: receiver.url, allowPrivateAddresses: true, requestsOf, ...more }]]);
}

const send = (id = 'crm') => senders.sender(id)?.send(DELIVERY, NEVER);

describe('the sender of a webhook', () => {
  it('is the same as long as its settings are', () => {
    given('1');
    const sender = senders.sender('crm');
    expect(senders.sender('crm')).toBe(sender);
    given('2');
    expect(senders.sender('crm')).not.toBe(sender);
  });

  it('is none for somebody who is not in the settings, or not any more', async () => {
    given('1');
    expect(senders.sender('webhook:org-a:other')).toBeNull();
    expect(senders.sender('crm')).not.toBeNull();
    current = new Map();
    expect(senders.sender('crm')).toBeNull();
  });

  it('sends by new settings at once, over the connections it has', async () => {
    given('before');
    await send();
    const { connections } = receiver;
    given('after');
    await send();
    expect(receiver.received.map(({ body }) => body)).toEqual(['before', 'after']);
    expect(receiver.connections - connections).toBeLessThanOrEqual(1);
  });

  it('does not use a connection whose address is not allowed any more', async () => {
    given('allowed');
    expect(await send()).toEqual({ type: 'delivered' });
    given('refused', { allowPrivateAddresses: false });
    expect(await send()).toEqual({
      type: 'failed',
      answer: 'refused: 127.0.0.1 is not a public address, and "allowPrivateAddresses" is not set',
      isDown: true,
    });
    expect(receiver.received.map(({ body }) => body)).not.toContain('refused');
  });

  it('goes to another place when the address has changed', async () => {
    const other = await startReceiver();
    given('first');
    await send();
    given('second', { url: other.url });
    await send();
    expect(other.received.map(({ body }) => body)).toEqual(['second']);
    await other.close();
  });
});
