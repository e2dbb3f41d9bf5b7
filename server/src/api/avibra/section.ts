import type { PartnerOffer } from './offers.ts';

export type { PartnerOffer } from './offers.ts';
export { TELLING_EVENTS } from './webhook-events.ts';

/** Name of the dialect, in histories and as the section of an organization's settings. */
export const AVIBRA = 'avibra';

/** The settings of an organization that is an Avibra partner. Secrets are keyed digests, or sealed. */
export interface PartnerSection {
  readonly partnerName: string;
  readonly clientId: string;
  readonly clientSecretDigest: string;
  readonly scope: string;
  readonly apiKeyDigest: string;
  /** From the lowest to the highest. Absent in settings from before there were any. */
  readonly offers?: readonly PartnerOffer[];
  readonly linkToken: { readonly username: string; readonly passwordDigest: string } | null;
  readonly webhook: {
    readonly url: string;
    readonly events: readonly string[];
    readonly username: string | null;
    readonly sealedPassword: string | null;
    /** Absent in settings from before there was a choice. */
    readonly allowPrivateAddresses?: boolean;
  } | null;
}

/** Purposes of the keyed digests. */
export const CLIENT_SECRET = 'avibra client secret';
export const API_KEY = 'avibra api key';
export const LINK_PASSWORD = 'avibra link password';

/** By which deliveries name the partner's endpoint. */
export function webhookReceiverId(organizationId: string): string {
  return `${AVIBRA}:${organizationId}`;
}
