import { join } from 'node:path';
import type { Agent } from 'undici';
import type { Clock } from '../../app/ports/clock.ts';
import type { Delivery } from '../../app/ports/outbox.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { Outcome, Sender } from '../../app/ports/sender.ts';
import type { Logger } from '../../logger.ts';
import type { Composer, Note } from '../messages/compose.ts';
import { MessageFiles } from '../messages/message-files.ts';
import { messageId } from '../messages/message-id.ts';
import { noteOf } from '../messages/note-of.ts';
import { isPublicAddress } from '../webhooks/addresses.ts';
import { addressOf, CONCURRENCY, HttpSender } from '../webhooks/http-sender.ts';
import { createAgent } from '../webhooks/senders.ts';
import type { SmsSection } from './section.ts';

export interface SmsSenderOptions {
  readonly composer: Pick<Composer, 'compose'>;
  /** As it is now; `null` where no gateway is configured. */
  readonly section: () => SmsSection | null;
  readonly secrets: Pick<Secrets, 'open'>;
  /** Absolute. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** What a gateway gets as JSON. */
interface TextMessage {
  /** E.164. */
  readonly to: string;
  readonly from: string | null;
  readonly text: string;
  /** The same for every try. */
  readonly id: string;
}

const FOLDER = 'sms';
const NOTICE = 'no SMS gateway is configured: the text message is in a file';
/** By these a gateway says that it takes this very message never, such as one to a number that does not exist. */
const REFUSALS: ReadonlySet<number> = new Set([400, 422]);

/** Brings messages to phones: by the configured HTTP gateway, or into files where there is none. */
export class SmsSender implements Sender {
  readonly concurrency = CONCURRENCY;
  readonly #options: SmsSenderOptions;
  readonly #files: MessageFiles;
  #open: { readonly isOpenToPrivate: boolean; readonly agent: Agent } | null = null;

  constructor(options: SmsSenderOptions) {
    const { dataDir, logger } = options;
    this.#options = options;
    this.#files = new MessageFiles({ folder: join(dataDir, FOLDER), extension: 'json', logger, notice: NOTICE });
  }

  get address(): string {
    const section = this.#options.section();
    return section === null ? FOLDER : addressOf(section.url);
  }

  async send(delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
    const found = await noteOf(delivery, this.#options);
    if ('outcome' in found) return found.outcome;
    const { note, message } = found;
    const section = this.#options.section();
    const text = { to: message.to, from: section?.from ?? null, text: textOf(note), id: messageId(delivery) };
    if (section !== null) return this.#toGateway(section, text, delivery, signal);
    await this.close();
    return this.#files.write(delivery, message.kind, `${JSON.stringify(text, null, 2)}\n`);
  }

  async close(): Promise<void> {
    const agent = this.#open?.agent;
    this.#open = null;
    await agent?.close();
  }

  #toGateway(section: SmsSection, text: TextMessage, delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
    const { secrets, clock } = this.#options;
    const { url, sealedAuthorization } = section;
    const headers = {
      'idempotency-key': text.id,
      ...(sealedAuthorization !== null && { authorization: secrets.open(sealedAuthorization) }),
    };
    const request = { headers, body: JSON.stringify(text) };
    const agent = this.#agentOf(section);
    const sender = new HttpSender({ url, agent, clock, refusals: REFUSALS, requestsOf: () => [request] });
    return sender.send(delivery, signal);
  }

  #agentOf({ allowPrivateAddresses: isOpenToPrivate }: SmsSection): Agent {
    if (this.#open?.isOpenToPrivate === isOpenToPrivate) return this.#open.agent;
    // What is under way is answered yet.
    this.#open?.agent.close().catch(() => {});
    this.#open = { isOpenToPrivate, agent: createAgent(isOpenToPrivate ? () => true : isPublicAddress) };
    return this.#open.agent;
  }
}

/** As short as it can be: a second part of a text message costs as much as the first. */
function textOf({ sender, short, codes, link, until }: Note): string {
  const values = [...codes.map(({ value }) => value), ...(link === null ? [] : [link.url])];
  return [`${sender}: ${short}: ${values.join(' ')}`, ...(until === null ? [] : [until])].join('\n');
}
