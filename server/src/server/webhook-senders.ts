import { partnerRequest } from '../api/avibra/index.ts';
import * as avibra from '../api/avibra/section.ts';
import type { LiveDirectory } from '../app/live-directory.ts';
import type { Clock } from '../app/ports/clock.ts';
import type { Delivery } from '../app/ports/outbox.ts';
import type { Secrets } from '../app/ports/secrets.ts';
import type { Organization } from '../core/organization.ts';
import type { UserEvent } from '../core/user/events.ts';
import type { WebhookRequest } from '../delivery/webhooks/http-sender.ts';
import {
  WEBHOOKS,
  type WebhookSection,
  type WebhookSettings,
  webhookReceiverId,
} from '../delivery/webhooks/section.ts';
import { type WebhookReceiver, WebhookSenders } from '../delivery/webhooks/senders.ts';
import { signedRequest } from '../delivery/webhooks/standard-webhooks.ts';

interface Parts {
  readonly secrets: Pick<Secrets, 'open'>;
  readonly clock: Clock;
}

export interface WebhookSendersParts extends Parts {
  readonly directory: LiveDirectory;
}

/** Who brings events to those whom organizations tell of them by HTTP, by the settings of the moment. */
export function createWebhookSenders({ directory, ...parts }: WebhookSendersParts): WebhookSenders {
  const receivers = directory.derived(
    (current) => new Map([...current.all()].flatMap((organization) => receiversOf(organization, parts))),
  );
  return new WebhookSenders({ receivers, clock: parts.clock });
}

/** By the ids that deliveries name them by. */
function receiversOf({ id, sections }: Organization, { secrets, clock }: Parts): [string, WebhookReceiver][] {
  const webhooks = (sections[WEBHOOKS] ?? []) as WebhookSection;
  const receivers = webhooks.map((settings): [string, WebhookReceiver] => [
    webhookReceiverId(id, settings.name),
    subscriber(settings, secrets, clock),
  ]);
  const partner = sections[avibra.AVIBRA] as avibra.PartnerSection | undefined;
  if (partner?.webhook) {
    const { url, allowPrivateAddresses = false } = partner.webhook;
    const requestsOf = telling((event) => partnerRequest(event, partner, secrets));
    receivers.push([avibra.webhookReceiverId(id), { url, allowPrivateAddresses, requestsOf }]);
  }
  return receivers;
}

function subscriber(
  { url, allowPrivateAddresses, sealedSecret }: WebhookSettings,
  secrets: Parts['secrets'],
  clock: Clock,
): WebhookReceiver {
  let secret: string | undefined;
  const requestsOf = telling((event) => {
    secret ??= secrets.open(sealedSecret);
    return signedRequest(event, secret, clock());
  });
  return { url, allowPrivateAddresses, requestsOf };
}

function telling(requestOf: (event: UserEvent) => WebhookRequest | null) {
  return ({ content }: Delivery): WebhookRequest[] => {
    const request = 'event' in content ? requestOf(content.event) : null;
    return request === null ? [] : [request];
  };
}
