import type { Secrets } from '../../app/ports/secrets.ts';
import type { Setup } from '../../config/setup.ts';
import { MAIL, type MailSection } from '../../delivery/mail/section.ts';
import { SMS, type SmsSection } from '../../delivery/sms/section.ts';
import { sealedAsStored } from './sealed.ts';

type Sealing = Pick<Secrets, 'seal' | 'open'>;
type Sections = Readonly<Record<string, unknown>>;

/** The sections by which messages reach people, where they are declared, with secrets as they were sealed before. */
export function messageSections({ mail, sms }: Setup['instance'], secrets: Sealing, stored: Sections = {}): Sections {
  return {
    ...(mail !== undefined && { [MAIL]: mailSectionOf(mail, secrets, stored[MAIL] as MailSection | undefined) }),
    ...(sms !== undefined && { [SMS]: smsSectionOf(sms, secrets, stored[SMS] as SmsSection | undefined) }),
  };
}

function mailSectionOf(
  declared: NonNullable<Setup['instance']['mail']>,
  secrets: Sealing,
  stored: MailSection | undefined,
): MailSection {
  const { host, port, tls, user = null, password, from, fromName = null, replyTo = null } = declared;
  const sealedPassword = password === undefined ? null : sealedAsStored(password, secrets, stored?.sealedPassword);
  return { host, port, tls, user, sealedPassword, from, fromName, replyTo };
}

function smsSectionOf(
  declared: NonNullable<Setup['instance']['sms']>,
  secrets: Sealing,
  stored: SmsSection | undefined,
): SmsSection {
  const { url, authorization, from = null, allowPrivateAddresses } = declared;
  const sealedAuthorization =
    authorization === undefined ? null : sealedAsStored(authorization, secrets, stored?.sealedAuthorization);
  return { url, sealedAuthorization, from, allowPrivateAddresses };
}
