import type { Delivery } from '../../src/app/ports/outbox.ts';
import type { CodeMessage, Message, StateMessage } from '../../src/core/user/commands.ts';
import { EMPTY_USER, type Profile, type User } from '../../src/core/user/user.ts';
import { Composer, type ComposerOptions } from '../../src/delivery/messages/compose.ts';
import { NOW, ORG, USER } from './given.ts';

export const PUBLIC_URL = 'https://id.tessera.test';
/** The code in every message here, sealed and in clear. */
const SEALED = 'sealed';
export const CODE = 'A1B2C3';

export function person(profile: Partial<Profile> = {}, more: Partial<User> = {}): User {
  return {
    id: USER,
    organizationId: ORG,
    kind: 'human',
    sequence: 1,
    version: 1,
    createdAt: NOW,
    changedAt: NOW,
    ...EMPTY_USER,
    profile: { ...EMPTY_USER.profile, givenName: 'Sam', familyName: 'Sample', ...profile },
    ...more,
  };
}

export function codeMessage(more: Partial<CodeMessage> = {}): CodeMessage {
  return {
    kind: 'verify_email',
    channel: 'email',
    userId: USER,
    organizationId: ORG,
    to: 'sam@acme.test',
    sealedCode: SEALED,
    expiresAt: NOW + 3_600_000,
    urlTemplate: null,
    ...more,
  };
}

export function notice(kind: StateMessage['kind']): StateMessage {
  return { kind, channel: 'email', userId: USER, organizationId: ORG, to: 'sam@acme.test' };
}

export function deliveryOf(message: Message, more: Partial<Delivery> = {}): Delivery {
  const receiver = message.channel;
  return { id: 7, receiver, userId: message.userId, content: { message }, createdAt: NOW, attempts: 0, ...more };
}

/** Writes to that person in the name of Acme. */
export function composerFor(user: User | null = person(), more: Partial<ComposerOptions> = {}): Composer {
  return new Composer({
    secrets: {
      open: (sealed) => {
        if (sealed !== SEALED) throw new Error('not sealed under this key');
        return CODE;
      },
    },
    clock: () => NOW,
    user: async () => user,
    organizationName: () => 'Acme',
    linkBase: () => ({ publicUrl: PUBLIC_URL, hasLoginPages: true }),
    ...more,
  });
}
