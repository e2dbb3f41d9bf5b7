import { hash } from 'node:crypto';
import type { Delivery } from '../../app/ports/outbox.ts';

/**
 * By what a message is known again: the same for every try, until it is asked for again as a dead letter. With the time,
 * as ids begin anew in a copy of the database. It tells nothing of the recipient.
 */
export function messageId({ id, receiver, userId, createdAt }: Delivery): string {
  return hash('sha256', JSON.stringify([receiver, id, userId, createdAt]), 'base64url').slice(0, 32);
}
