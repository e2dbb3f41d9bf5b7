import { hash } from 'node:crypto';
import type { UserEvent } from '../../core/user/events.ts';

/**
 * By what a receiver knows an event again: the same for every try, every replay and every receiver. Ids of users may be
 * any text, so it is a digest.
 */
export function eventId({ userId, sequence }: Pick<UserEvent, 'userId' | 'sequence'>): string {
  return `evt_${hash('sha256', JSON.stringify([userId, sequence]), 'base64url').slice(0, 32)}`;
}
