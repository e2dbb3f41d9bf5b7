import * as avibra from '../../api/avibra/section.ts';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { SetupOrganization, SetupWebhook } from '../../config/setup.ts';
import { EVERY_EVENT } from '../../config/setup-webhooks.ts';
import type { Organization, Subscription } from '../../core/organization.ts';
import { type EventType, SUBSCRIBABLE } from '../../core/user/events.ts';
import { type WebhookSection, webhookReceiverId } from '../../delivery/webhooks/section.ts';
import { sealedAsStored } from './sealed.ts';

/** The section of an organization's webhooks, with secrets as they were sealed before. */
export function webhookSectionOf(
  declared: readonly SetupWebhook[],
  secrets: Pick<Secrets, 'seal' | 'open'>,
  stored: WebhookSection | undefined,
): WebhookSection {
  return declared.map(({ name, url, secret, allowPrivateAddresses }) => {
    const before = stored?.find((webhook) => webhook.name === name);
    return { name, url, sealedSecret: sealedAsStored(secret, secrets, before?.sealedSecret), allowPrivateAddresses };
  });
}

/** Who is told of what, where anybody is. */
export function subscriptionsOf(
  organizationId: string,
  { webhooks, avibra: partner }: Pick<SetupOrganization, 'webhooks' | 'avibra'>,
): Pick<Organization, 'subscriptions'> {
  const subscriptions: Subscription[] = webhooks.map(({ name, events }) => ({
    receiver: webhookReceiverId(organizationId, name),
    events: events.flatMap((event): readonly EventType[] => (event === EVERY_EVENT ? SUBSCRIBABLE : [event])),
  }));
  if (partner?.webhook !== undefined) {
    subscriptions.push({ receiver: avibra.webhookReceiverId(organizationId), events: avibra.TELLING_EVENTS });
  }
  return subscriptions.length === 0 ? {} : { subscriptions };
}
