import type { InstanceSection } from '../api/zitadel/section.ts';
import { SECTION as ZITADEL } from '../api/zitadel/section.ts';
import type { OrganizationDirectory } from '../app/directory.ts';
import type { Clock } from '../app/ports/clock.ts';
import type { Secrets } from '../app/ports/secrets.ts';
import type { Store } from '../app/ports/store.ts';
import { BUILT_IN_ORGANIZATION } from '../core/values/built-in.ts';
import { MailSender } from '../delivery/mail/mail-sender.ts';
import { MAIL, type MailSection } from '../delivery/mail/section.ts';
import { Composer } from '../delivery/messages/compose.ts';
import { SMS, type SmsSection } from '../delivery/sms/section.ts';
import { SmsSender } from '../delivery/sms/sms-sender.ts';
import type { Logger } from '../logger.ts';

export interface MessageSendersOptions {
  readonly store: Pick<Store, 'user'>;
  /** As it is now. */
  readonly directory: () => OrganizationDirectory;
  readonly secrets: Pick<Secrets, 'open'>;
  readonly clock: Clock;
  readonly publicUrl: () => string;
  /** Absolute. */
  readonly dataDir: string;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

export interface MessageSenders {
  readonly email: MailSender;
  readonly sms: SmsSender;
  close(): Promise<void>;
}

/** What brings messages to people, by the settings that the setup has left in the directory. */
export function createMessageSenders(options: MessageSendersOptions): MessageSenders {
  const { store, directory, secrets, clock, publicUrl, dataDir, logger } = options;
  const section = (name: string): unknown => directory().instance.sections?.[name];
  const composer = new Composer({
    secrets,
    clock,
    user: (id) => store.user(id),
    organizationName: (id) => directory().organization(id)?.name ?? BUILT_IN_ORGANIZATION.name,
    linkBase: () => ({
      publicUrl: publicUrl(),
      hasLoginPages: (section(ZITADEL) as InstanceSection | undefined)?.omitDefaultLinks !== true,
    }),
  });
  const common = { composer, secrets, dataDir, logger };
  const email = new MailSender({ ...common, section: () => (section(MAIL) ?? null) as MailSection | null });
  const sms = new SmsSender({ ...common, clock, section: () => (section(SMS) ?? null) as SmsSection | null });
  return {
    email,
    sms,
    async close() {
      email.close();
      await sms.close();
    },
  };
}
