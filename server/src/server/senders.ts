import type { Senders } from '../app/ports/sender.ts';
import { createMessageSenders, type MessageSendersOptions } from './message-senders.ts';
import { createWebhookSenders, type WebhookSendersParts } from './webhook-senders.ts';

export interface SendersParts
  extends Omit<MessageSendersOptions, 'directory'>,
    Pick<WebhookSendersParts, 'directory'> {}

export interface OpenSenders {
  readonly senders: Senders;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Everybody who brings something out of the server, by the ids of receivers. */
export function createSenders({ directory, ...parts }: SendersParts): OpenSenders {
  const messages = createMessageSenders({ ...parts, directory: () => directory.current });
  const webhooks = createWebhookSenders({ ...parts, directory });
  return {
    senders: (receiver) => {
      if (receiver === 'email') return messages.email;
      if (receiver === 'sms') return messages.sms;
      return webhooks.sender(receiver);
    },
    close: async () => void (await Promise.all([messages.close(), webhooks.close()])),
  };
}
