import { join } from 'node:path';
import type { Delivery } from '../../app/ports/outbox.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { Outcome, Sender } from '../../app/ports/sender.ts';
import type { Logger } from '../../logger.ts';
import type { Composer } from '../messages/compose.ts';
import { MessageFiles } from '../messages/message-files.ts';
import { noteOf } from '../messages/note-of.ts';
import { emlOf } from './eml.ts';
import { addressIn, localPartsOf, mailOf } from './envelope.ts';
import type { MailSection } from './section.ts';
import { CONNECTIONS, SmtpServer, type SmtpTimes } from './smtp.ts';

export interface MailSenderOptions {
  readonly composer: Pick<Composer, 'compose'>;
  /** As it is now; `null` where no server is configured. */
  readonly section: () => MailSection | null;
  readonly secrets: Pick<Secrets, 'open'>;
  /** Absolute. */
  readonly dataDir: string;
  readonly logger: Pick<Logger, 'info' | 'error'>;
  readonly times?: SmtpTimes;
}

/** Folder of the mails that no server takes, in the data folder, and who has sent them. */
const FOLDER = 'mail';
const NOBODY = 'tessera@localhost';
const NOTICE = 'no mail server is configured: the mail is in a file';

/** Brings messages to people by e-mail: by the configured server, or into files where there is none. */
export class MailSender implements Sender {
  readonly concurrency = CONNECTIONS;
  readonly #options: MailSenderOptions;
  readonly #files: MessageFiles;
  #open: { readonly settings: string; readonly server: SmtpServer } | null = null;

  constructor(options: MailSenderOptions) {
    const { dataDir, logger } = options;
    this.#options = options;
    this.#files = new MessageFiles({ folder: join(dataDir, FOLDER), extension: 'eml', logger, notice: NOTICE });
  }

  async send(delivery: Delivery, signal: AbortSignal): Promise<Outcome> {
    const found = await noteOf(delivery, this.#options);
    if ('outcome' in found) return found.outcome;
    const { note, message } = found;
    const to = addressIn(message.to);
    if (to === null) return { type: 'refused', answer: 'the recipient is no e-mail address', untried: true };
    const section = this.#options.section();
    if (section === null) {
      this.close();
      const mail = mailOf(note, delivery, to, { address: NOBODY, name: note.sender, replyTo: null });
      return this.#files.write(delivery, message.kind, await emlOf(mail));
    }
    const { from: address, fromName, replyTo } = section;
    const mail = mailOf(note, delivery, to, { address, name: fromName ?? note.sender, replyTo });
    const contents = [...(note.secret === null ? [] : [note.secret]), ...localPartsOf(to)];
    return this.#serverOf(section).send(mail, signal, contents);
  }

  /** What is under way is finished. */
  close(): void {
    this.#open?.server.close();
    this.#open = null;
  }

  /** Connections are kept until the settings change. */
  #serverOf(section: MailSection): SmtpServer {
    const settings = JSON.stringify(section);
    if (this.#open?.settings === settings) return this.#open.server;
    this.close();
    const password = section.sealedPassword === null ? null : this.#options.secrets.open(section.sealedPassword);
    this.#open = { settings, server: new SmtpServer(section, password, this.#options.times) };
    return this.#open.server;
  }
}
