import { hash } from 'node:crypto';
import type { Delivery } from '../../app/ports/outbox.ts';

/** By what a message is known again: the same for every try. It tells nothing of the recipient. */
export function messageId({ id, receiver, userId, createdAt }: Delivery): string {
  return hash('sha256', JSON.stringify([receiver, id, userId, createdAt]), 'base64url').slice(0, 32);
}
