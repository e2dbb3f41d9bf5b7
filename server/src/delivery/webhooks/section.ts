/** Name of the section of an organization's settings. */
export const WEBHOOKS = 'webhooks';

/** A subscriber that the setup file declares; which events it wants stands in the subscriptions of the organization. */
export interface WebhookSettings {
  /** Its own within the organization. */
  readonly name: string;
  readonly url: string;
  /** `whsec_` and the base64 of the signing key, sealed. */
  readonly sealedSecret: string;
  readonly allowPrivateAddresses: boolean;
}

export type WebhookSection = readonly WebhookSettings[];

/** By which deliveries name the subscriber. */
export function webhookReceiverId(organizationId: string, name: string): string {
  return `webhook:${organizationId}:${name}`;
}
