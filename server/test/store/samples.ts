import type { NewDelivery } from '../../src/app/ports/outbox.ts';
import type { StoredAnswer } from '../../src/app/ports/store.ts';
import type { Message } from '../../src/core/user/commands.ts';
import { EVENT_SCHEMA, type UserEvent } from '../../src/core/user/events.ts';
import { EMPTY_USER, type User } from '../../src/core/user/user.ts';
import { NOW, ORG, USER } from '../support/given.ts';

export function record(more: Partial<User> = {}): User {
  const times = { createdAt: NOW, changedAt: NOW, sequence: 1, version: 1 };
  return { ...EMPTY_USER, id: USER, organizationId: ORG, kind: 'human', ...times, ...more };
}

export function happened(sequence: number, changes: UserEvent['changes'] = {}): UserEvent {
  return {
    userId: USER,
    organizationId: ORG,
    kind: 'human',
    sequence,
    type: sequence === 1 ? 'user.created' : 'user.profile_changed',
    schema: EVENT_SCHEMA,
    at: NOW + sequence,
    origin: { actor: 'user:1', dialect: 'zitadel', client: 'token', requestId: 'r-1' },
    changes,
  };
}

export function answer(key: string): StoredAnswer {
  return { key, fingerprint: 'f', payload: '{"status":200}', sealed: false, expiresAt: NOW + 5 };
}

/** A mail that is to be sent. */
export function messageTo(userId: string): NewDelivery {
  const message: Message = {
    kind: 'verify_email',
    channel: 'email',
    userId,
    organizationId: ORG,
    to: 'a@a.test',
    sealedCode: 's',
    expiresAt: 2_000_000_000_000,
    urlTemplate: null,
  };
  return { receiver: 'email', userId, content: { kind: message.kind, message }, at: NOW };
}
