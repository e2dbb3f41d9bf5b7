import { hash } from 'node:crypto';
import type { Secrets } from '../../app/ports/secrets.ts';
import type { UserEvent } from '../../core/user/events.ts';
import type { PartnerSection } from './section.ts';
import { type MoreDetail, partnerEventOf } from './webhook-events.ts';

/** The schema `eventInfo`. */
interface EventInfo {
  readonly event: string;
  readonly userid: string;
  readonly partnername: string;
  /** ISO 8601, in UTC. */
  readonly eventtime: string;
  readonly moredetails?: readonly MoreDetail[];
}

/** A POST of JSON to the partner's endpoint. */
export interface PartnerRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Endpoint = NonNullable<PartnerSection['webhook']>;

/** What the partner is sent for a record event; `null` when it means nothing, or nothing that the partner wants. */
export function partnerRequest(
  event: UserEvent,
  { partnerName: partnername, webhook }: PartnerSection,
  secrets: Pick<Secrets, 'open'>,
): PartnerRequest | null {
  const meaning = partnerEventOf(event, partnername);
  if (meaning === null || webhook === null || !webhook.events.includes(meaning.event)) return null;
  const { moredetails } = meaning;
  const info: EventInfo = {
    event: meaning.event,
    userid: meaning.userid,
    partnername,
    eventtime: new Date(event.at).toISOString(),
    ...(moredetails.length > 0 && { moredetails }),
  };
  return {
    headers: { 'idempotency-key': idempotencyKey(event), ...credentials(webhook, secrets) },
    body: JSON.stringify(info),
  };
}

/** The same for every try and every replay. Ids of users may be any text, so it is a digest. */
function idempotencyKey({ userId, sequence }: UserEvent): string {
  return hash('sha256', JSON.stringify(['avibra', userId, sequence]), 'base64url').slice(0, 32);
}

function credentials(
  { username, sealedPassword }: Endpoint,
  secrets: Pick<Secrets, 'open'>,
): Readonly<Record<string, string>> {
  if (username === null || sealedPassword === null) return {};
  const basic = Buffer.from(`${username}:${secrets.open(sealedPassword)}`).toString('base64');
  return { authorization: `Basic ${basic}` };
}
