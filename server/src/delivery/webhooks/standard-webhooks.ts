import { createHmac } from 'node:crypto';
import type { UserEvent } from '../../core/user/events.ts';
import { eventBody } from './event-body.ts';
import { eventId } from './event-id.ts';
import type { WebhookRequest } from './http-sender.ts';

const SECRET_PREFIX = 'whsec_';

/** The event as a request, signed as Standard Webhooks 1.0 say: HMAC-SHA256 over id, time of this try, and body. */
export function signedRequest(event: UserEvent, secret: string, now: number): WebhookRequest {
  const body = eventBody(event);
  const id = eventId(event);
  const timestamp = `${Math.floor(now / 1000)}`;
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
    body,
  };
}
