import type { Delivery } from '../../src/app/ports/outbox.ts';
import type { UserEvent } from '../../src/core/user/events.ts';
import { NOW, ORG, USER } from './given.ts';

/** An event that subscribers are told of. */
export function emailChanged(more: Partial<UserEvent> = {}): UserEvent {
  return {
    userId: USER,
    organizationId: ORG,
    kind: 'human',
    sequence: 7,
    type: 'user.email_changed',
    schema: 1,
    at: NOW,
    origin: { actor: 'user:1', dialect: 'ownli', client: 'token', requestId: 'request-7' },
    changes: { 'email.value': { before: 'old@acme.test', after: 'new@acme.test' } },
    ...more,
  };
}

export function deliveryOf(event: UserEvent, receiver = 'webhook:org-a:crm'): Delivery {
  return { id: 1, receiver, userId: event.userId, content: { event }, createdAt: event.at, attempts: 0 };
}
